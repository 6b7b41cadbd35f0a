package graph

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	G "gorgonia.org/gorgonia"
)

const (
	// manySteps is the number of steps beyond which equal ones in the middle are drawn as one.
	manySteps = 12
	// endSteps is the number of steps at either end that are then still drawn separately.
	endSteps = 3
)

// hiddenNodes returns which nodes are hidden states.
func (r *RNN) hiddenNodes() map[int64]bool {
	hidden := map[int64]bool{}
	for _, node := range r.Hidden {
		hidden[node.ID()] = true
	}
	return hidden
}

// nodeTimes returns the step of each node, -1 for none. A gradient belongs to the
// earliest step among its inputs: the derivative at t needs those at all later steps.
func nodeTimes(r *RNN) map[int64]int {
	times := map[int64]int{}
	for _, node := range r.Graph.AllNodes() {
		times[node.ID()] = -1
		section := r.sections[node.ID()]
		if t, ok := sectionTime(section); ok {
			times[node.ID()] = t
		}
		if section != gradientSection {
			continue
		}
		children := r.Graph.From(node.ID())
		for children.Next() {
			if t := times[children.Node().ID()]; t >= 0 && (times[node.ID()] < 0 || t < times[node.ID()]) {
				times[node.ID()] = t
			}
		}
	}
	return times
}

// sectionTime returns the step of a section such as "t = 3", or the first of "t = 3 .. 7".
func sectionTime(section string) (t int, ok bool) {
	text, ok := strings.CutPrefix(section, "t = ")
	if !ok {
		return 0, false
	}
	first, _, _ := strings.Cut(text, " ")
	t, err := strconv.Atoi(first)
	return t, err == nil
}

func spanSection(span [2]int) string { return fmt.Sprintf("t = %d .. %d", span[0], span[1]) }

// timeOf returns the step in which a node is drawn: for a gradient, the step of the node whose gradient it is, if only named nodes
// are drawn.
func (d *drafter) timeOf(n *G.Node) int {
	if d.rnn.sections[n.ID()] == gradientSection && !d.options.Raw {
		if of := d.derivedFrom(n); of != nil {
			return d.times[of.ID()]
		}
	}
	return d.times[n.ID()]
}

// span returns the steps that are drawn as one with t.
func (d *drafter) span(t int) (span [2]int, merged bool) {
	for _, span := range d.spans {
		if span[0] <= t && t <= span[1] {
			return span, true
		}
	}
	return [2]int{}, false
}

// stepSpans returns which steps are drawn as one: all from 1 in a collapsed picture; otherwise, if there are many, runs of steps
// with the same named nodes, except for a few at either end.
func (d *drafter) stepSpans() [][2]int {
	last := d.rnn.Unroll.Steps - 1
	if _, layered, _ := d.rnn.parameters.Config.Layers(); layered {
		return nil // no two layers are equal
	}
	if d.options.Collapsed {
		if last < 1 {
			return nil
		}
		return [][2]int{{1, last}}
	}
	if last < manySteps || d.options.Raw {
		return nil
	}
	nodes := make([][]string, last+1)
	for _, node := range d.rnn.Graph.AllNodes() {
		if t, ok := sectionTime(d.rnn.sections[node.ID()]); ok && d.shown(node) {
			nodes[t] = append(nodes[t], timeIndex.ReplaceAllString(node.Name(), "$1[t]"))
		}
	}
	var spans [][2]int
	for from := endSteps; from <= last-endSteps; {
		to := from
		for to < last-endSteps && slices.Equal(nodes[to+1], nodes[from]) {
			to++
		}
		if to > from {
			spans = append(spans, [2]int{from, to})
		}
		from = to + 1
	}
	return spans
}

// homes returns the parts of the network that have boxes, in the order in which they were completed, except that the parameters
// come first and the steps are grouped, ordered by time.
func (d *drafter) homes(boxes []*box) []string {
	built := map[string]int{}
	for i, b := range boxes {
		if b.home != "" && !b.gradient {
			built[b.home] = i
		}
	}
	firstStep := len(boxes)
	for home, place := range built {
		if _, ok := sectionTime(home); ok {
			firstStep = min(firstStep, place)
		}
	}
	rank := func(home string) [2]int {
		t, step := sectionTime(home)
		switch {
		case home == parameterSection:
			return [2]int{-1, 0}
		case step:
			return [2]int{firstStep, t}
		}
		return [2]int{built[home], 0}
	}
	homes := make([]string, 0, len(built))
	for home := range built {
		homes = append(homes, home)
	}
	sort.Slice(homes, func(i, j int) bool {
		a, b := rank(homes[i]), rank(homes[j])
		return a[0] < b[0] || a[0] == b[0] && a[1] < b[1]
	})
	return homes
}

// reads names the nodes that a gradient of step t is computed from apart from other gradients, such as "h[0] .. h[9]".
func (d *drafter) reads(n *G.Node, t int, merged bool) []string {
	type span struct{ first, last *G.Node }
	var order []string
	spans := map[string]*span{}
	for _, source := range d.inside(n).sources {
		if d.rnn.sections[source.ID()] == gradientSection {
			continue
		}
		key := timeIndex.ReplaceAllString(source.Name(), "$1[t]")
		if name, ok := d.alike(source); ok {
			key = name
		}
		s, ok := spans[key]
		if !ok {
			s = &span{first: source, last: source}
			spans[key] = s
			order = append(order, key)
		}
		if d.times[source.ID()] < d.times[s.first.ID()] {
			s.first = source
		}
		if d.times[source.ID()] > d.times[s.last.ID()] {
			s.last = source
		}
	}
	name := func(source *G.Node) string {
		if name, ok := d.alike(source); ok {
			return name
		}
		if merged && d.times[source.ID()] >= 0 {
			offset := strings.Replace(fmt.Sprintf("[t%+d]", d.times[source.ID()]-t), "+0", "", 1)
			return timeIndex.ReplaceAllString(source.Name(), "$1"+offset)
		}
		return source.Name()
	}
	parts := make([]string, 0, len(order))
	for _, key := range order {
		part := name(spans[key].first)
		if last := name(spans[key].last); last != part {
			part += " .. " + last
		}
		parts = append(parts, part)
	}
	return parts
}
