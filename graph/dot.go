package graph

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"

	G "gorgonia.org/gorgonia"
)

// DotOptions choose what a picture of the graph shows.
type DotOptions struct {
	// ForwardOnly leaves the gradients out.
	ForwardOnly bool
	// Collapsed draws all steps t >= 1 as one, with dashed arrows for what passes from one step to
	// the next.
	Collapsed bool
}

// WriteDot writes the graph in Graphviz's dot language: clusters for the parameters, each step
// t = 0 .. T, the loss and the gradients; arrows follow the data. The bytes depend on the graph alone:
// nodes are numbered in the order in which they were built.
//
// Differs: from Gorgonia's encoding/dot, which names nodes by memory address and has no time.
func (r *RNN) WriteDot(w io.Writer, options DotOptions) error {
	p := newPicture(r, options)
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "digraph unfurl {\n"+
		"  rankdir=TB; newrank=true; compound=true; fontname=\"Helvetica\";\n"+
		"  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"Helvetica\", fontsize=10, margin=\"0.08,0.04\"];\n"+
		"  edge [color=\"#555555\", arrowsize=0.6];\n")
	for i, name := range p.order {
		colour := sectionColours[sectionKind(name)]
		fmt.Fprintf(out, "  subgraph cluster_%d {\n    label=%s; style=\"rounded,filled\"; color=\"#bbbbbb\"; fillcolor=%q;\n",
			i, strconv.Quote(name), colour)
		for _, node := range p.nodes[name] {
			fmt.Fprintf(out, "    %s [label=%s%s];\n", node.id, dotQuote(node.label), node.style)
		}
		fmt.Fprint(out, "  }\n")
	}
	for _, edge := range p.edges {
		fmt.Fprintf(out, "  %s\n", edge)
	}
	fmt.Fprint(out, "}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("graph: write dot: %w", err)
	}
	return nil
}

var sectionColours = map[string]string{
	"parameters": "#fdf3e1", "t": "#e3f4f4", "loss": "#f9e3e4", "gradients": "#ececf5",
}

// sectionKind returns parameters, t, loss or gradients.
func sectionKind(section string) string {
	kind, _, _ := strings.Cut(section, " ")
	return strings.TrimSuffix(kind, ",")
}

type pictureNode struct{ id, label, style string }

// picture is the graph sorted into the clusters of a drawing.
type picture struct {
	order []string // cluster titles
	nodes map[string][]pictureNode
	edges []string
}

func newPicture(r *RNN, options DotOptions) *picture {
	times := nodeTimes(r)
	p := &picture{nodes: map[string][]pictureNode{}}
	identifiers := map[int64]string{}
	drawn := map[string]string{}    // collapsed key -> identifier
	occurrences := map[string]int{} // how often a label has stood in a section
	rank := map[string]int{}        // section -> place among the clusters
	shown := func(n *G.Node) bool { // statements, such as reads, compute nothing
		return (n.Op() == nil || n.Op().Type() != nil) && !(options.ForwardOnly && r.sections[n.ID()] == "gradients")
	}
	for i, node := range r.Graph.AllNodes() {
		if !shown(node) {
			continue
		}
		section, t := r.sections[node.ID()], times[node.ID()]
		label := nodeLabel(node)
		if section == "gradients" && t >= 0 {
			section = fmt.Sprintf("gradients, t = %d", t)
		}
		id := fmt.Sprintf("n%d", i)
		if options.Collapsed && t >= 1 {
			generic := timeIndex.ReplaceAllString(label, "$1[t]")
			occurrence := fmt.Sprintf("%s|%d|%s", section, t, generic)
			section = strings.Replace(section, fmt.Sprintf("t = %d", t), fmt.Sprintf("t = 1 .. %d", r.Unroll.Steps), 1)
			key := fmt.Sprintf("%s|%s|%d", section, generic, occurrences[occurrence])
			occurrences[occurrence]++
			if first, ok := drawn[key]; ok {
				identifiers[node.ID()] = first
				continue
			}
			drawn[key] = id
			label = generic
		}
		identifiers[node.ID()] = id
		if _, ok := rank[section]; !ok {
			rank[section] = sectionRank(section, t)
			p.order = append(p.order, section)
		}
		p.nodes[section] = append(p.nodes[section], pictureNode{id: id, label: label, style: nodeStyle(node)})
	}
	sort.SliceStable(p.order, func(i, j int) bool { return rank[p.order[i]] < rank[p.order[j]] })
	p.connect(r, identifiers, times, options)
	return p
}

// connect adds an arrow from each input to its operation, in the order of the operands.
func (p *picture) connect(r *RNN, identifiers map[int64]string, times map[int64]int, options DotOptions) {
	seen := map[string]bool{}
	for _, node := range r.Graph.AllNodes() {
		target, ok := identifiers[node.ID()]
		if !ok {
			continue
		}
		children := r.Graph.From(node.ID())
		for children.Next() {
			child := children.Node().ID()
			source, ok := identifiers[child]
			if !ok {
				continue
			}
			style := ""
			if options.Collapsed && times[child] >= 1 && times[node.ID()] >= 1 && times[child] != times[node.ID()] {
				style = " [style=dashed, constraint=false]"
			}
			edge := fmt.Sprintf("%s -> %s%s;", source, target, style)
			if !seen[edge] {
				seen[edge] = true
				p.edges = append(p.edges, edge)
			}
		}
	}
}

// nodeTimes returns for each node the step that it belongs to, -1 for none. A gradient belongs to the
// earliest step among its inputs: the derivative at t needs those at all later steps.
func nodeTimes(r *RNN) map[int64]int {
	times := map[int64]int{}
	for _, node := range r.Graph.AllNodes() {
		times[node.ID()] = -1
		section := r.sections[node.ID()]
		if text, ok := strings.CutPrefix(section, "t = "); ok {
			times[node.ID()], _ = strconv.Atoi(text)
		}
		if section != "gradients" {
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

// sectionRank orders the clusters: parameters, steps, loss, gradients from the last step back.
func sectionRank(section string, t int) int {
	const block = 1 << 30
	switch sectionKind(section) {
	case "parameters":
		return 0
	case "t":
		return block + t
	case "loss":
		return 2 * block
	}
	if t < 0 {
		return 3 * block
	}
	return 4*block - t
}

var (
	// timeIndex is the step in a node's own name, like "h[3]"; an axis, like "Σ[0]", is not one.
	timeIndex = regexp.MustCompile(`^(\w+)\[\d+\]`)
	// operands is the tail by which Gorgonia names an operation's inputs, like "(%1, %1f)".
	operands = regexp.MustCompile(`\((%[0-9a-f]+(, )?)+\)$`)
)

// nodeLabel returns the node's own name, if it was given one, its operation and its shape.
func nodeLabel(n *G.Node) string {
	operation := ""
	if n.Op() != nil {
		operation = strings.TrimSuffix(strings.TrimSuffix(n.Op().String(), " false"), " true")
	}
	var lines []string
	if n.Op() == nil || !operands.MatchString(n.Name()) && n.Name() != strings.TrimPrefix(operation, "const ") {
		lines = append(lines, n.Name())
	}
	if operation != "" {
		lines = append(lines, operation)
	}
	if n.Shape().Dims() > 0 {
		sizes := make([]string, n.Shape().Dims())
		for i, size := range n.Shape() {
			sizes[i] = strconv.Itoa(size)
		}
		lines = append(lines, strings.Join(sizes, " × "))
	}
	return strings.Join(lines, "\n")
}

// nodeStyle sets inputs and states apart from intermediate operations.
func nodeStyle(n *G.Node) string {
	switch {
	case n.Op() == nil:
		return `, fillcolor="#fbd38d"`
	case strings.HasPrefix(n.Name(), "h["):
		return `, fillcolor="#8fd3d3", penwidth=1.5`
	case n.Name() == "loss":
		return `, fillcolor="#f2a3a5", penwidth=1.5`
	}
	return ""
}

func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
