package graph

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	G "gorgonia.org/gorgonia"
)

// placeIndex matches the index among several in a node's name, like the .2 of "target.2" and of "gram.2^2".
var placeIndex = regexp.MustCompile(`^([A-Za-z][\w^'-]*)\.\d+(\D.*)?$`)

// drawsAlike reports whether nodes after the steps that occur once for each of several times, such as readouts, are drawn once: in
// a collapsed picture, and if there are many.
func (r *RNN) drawsAlike(options PictureOptions) bool {
	times := len(r.Unroll.readouts())
	for _, penalty := range r.Unroll.Penalties {
		times = max(times, len(penalty.Times))
		if penalty.Times == nil {
			times = max(times, r.Unroll.Steps)
		}
	}
	return !options.Raw && (options.Collapsed || times > manySteps)
}

// alike returns the common name of a node after the steps and those that differ from it only in time or index, which are drawn as
// one: "o[t]" for "o[3]", "target[t]" for "target.0", "gram[k]" for the "gram.0" of a penalty, and for a part of a sum, "sum.1",
// the sum itself. Other nodes are drawn separately.
func (d *drafter) alike(n *G.Node) (name string, ok bool) {
	section := d.rnn.sections[n.ID()]
	if _, step := sectionTime(section); !d.merges || step || section == parameterSection || section == gradientSection {
		return "", false
	}
	if timeIndex.MatchString(n.Name()) {
		return timeIndex.ReplaceAllString(n.Name(), "$1[t]"), true
	}
	parts := placeIndex.FindStringSubmatch(n.Name())
	switch {
	case parts == nil:
		return "", false
	case nodeOperation(n) == "+" && d.sums[section+"|"+parts[1]]:
		return parts[1], true
	case section == "loss": // a loss has one for each readout time
		return parts[1] + "[t]" + parts[2], true
	}
	return parts[1] + "[k]" + parts[2], true
}

// severalTimes reports whether the title of a part names several times, which are drawn as one.
func severalTimes(title string) bool {
	return strings.Contains(title, " .. ") || strings.HasPrefix(title, readoutSection+", ")
}

// sumsOf returns the sums of a network, as section and name.
func sumsOf(r *RNN) map[string]bool {
	sums := map[string]bool{}
	for _, node := range r.Graph.AllNodes() {
		if nodeOperation(node) == "+" {
			sums[r.sections[node.ID()]+"|"+node.Name()] = true
		}
	}
	return sums
}

// homeTitle returns the title of a part of the network. That of the readout names the times if they are drawn as one.
func (d *drafter) homeTitle(section string) string {
	times := d.rnn.Unroll.readouts()
	if section != readoutSection || !d.merges || len(times) < 2 {
		return section
	}
	if last := times[len(times)-1]; last-times[0] == len(times)-1 {
		return section + ", " + spanSection([2]int{times[0], last})
	}
	shown := make([]string, 0, 5)
	for _, t := range times {
		shown = append(shown, fmt.Sprint(t))
	}
	if len(shown) > 5 {
		shown = slices.Concat(shown[:3], []string{".."}, shown[len(shown)-1:])
	}
	return section + ", t = " + strings.ReplaceAll(strings.Join(shown, ", "), ", .., ", " .. ")
}
