package graph

import (
	"bufio"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
)

// WriteDot writes the graph in Graphviz's dot language: clusters for the parameters, each step
// t = 0 .. T-1, readout, loss and gradients; arrows follow the data. The output depends only on the graph: nodes are numbered in
// the order in which they were built.
//
// Differs: from Gorgonia's encoding/dot, which names nodes by memory address and has no time.
func (r *RNN) WriteDot(w io.Writer, options PictureOptions) error {
	p := newPicture(r, options)
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "digraph unfurl {\n"+
		"  rankdir=TB; newrank=true; compound=true; fontname=\"Helvetica\"; labeljust=l;\n"+
		"  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"Helvetica\", fontsize=10, margin=\"0.08,0.04\"];\n"+
		"  edge [color=\"#555555\", arrowsize=0.6];\n")
	for i, section := range p.sections() {
		fmt.Fprintf(out, "  subgraph cluster_%d {\n    label=%s; style=\"rounded,filled\"; color=\"#bbbbbb\"; fillcolor=%q;\n",
			i, strconv.Quote(section.title), section.colour)
		for _, b := range section.boxes {
			fmt.Fprintf(out, "    %s [label=%s%s];\n", b.id, dotQuote(b.label()), b.dotStyle())
		}
		fmt.Fprint(out, "  }\n")
	}
	for _, a := range p.arrows {
		style := ""
		if a.later {
			style = " [style=dashed, constraint=false]"
		}
		fmt.Fprintf(out, "  %s -> %s%s;\n", a.from.id, a.to.id, style)
	}
	fmt.Fprint(out, "}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("graph: write dot: %w", err)
	}
	return nil
}

// pictureSection is a titled group of boxes.
type pictureSection struct {
	title, colour string
	boxes         []*box
}

// sections sorts the boxes into groups: the parts of the network, then their gradients from the last part back.
func (p *picture) sections() []*pictureSection {
	rank := map[string]int{}
	for i, home := range p.homes {
		rank[home] = i
	}
	groups := map[string]*pictureSection{}
	place := map[string]int{}
	var order []*pictureSection
	for _, b := range p.boxes {
		title := b.section()
		group, ok := groups[title]
		if !ok {
			group = &pictureSection{title: title, colour: b.panelColour()}
			groups[title] = group
			order = append(order, group)
			place[title] = rank[b.home]
			if b.gradient {
				place[title] = 2*len(p.homes) - rank[b.home]
			}
			if title == "gradients" && b.home == "" { // those that belong to no step: where backpropagation begins
				place[title] = len(p.homes)
			}
		}
		group.boxes = append(group.boxes, b)
	}
	sort.SliceStable(order, func(i, j int) bool { return place[order[i].title] < place[order[j].title] })
	return order
}

// label returns the lines of a box.
func (b *box) label() string {
	lines := make([]string, 0, 4)
	for _, line := range []string{b.name, b.operation, b.shape} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	if len(b.reads) > 0 {
		lines = append(lines, "with "+strings.Join(b.reads, ", "))
	}
	return strings.Join(lines, "\n")
}

// panelColour returns the background of the part of the network that the box is in.
func (b *box) panelColour() string {
	_, step := sectionTime(b.home)
	switch {
	case b.gradient:
		return "#ececf5"
	case b.home == parameterSection:
		return "#fdf3e1"
	case step:
		return "#e3f4f4"
	}
	return "#f9e3e4"
}

// boxColours distinguish inputs, parameters and states from operations.
var boxColours = [...]string{
	operationBox: "#ffffff", inputBox: "#c6dbf5", parameterBox: "#fbd38d", stateBox: "#8fd3d3", lossBox: "#f2a3a5", gradientBox: "#dcd9f2",
}

func (b *box) dotStyle() string {
	style := ""
	if colour := boxColours[b.kind]; colour != "#ffffff" {
		style = fmt.Sprintf(", fillcolor=%q", colour)
	}
	switch {
	case b.outside:
		style += `, style="rounded,filled,dashed"`
	case b.kind == stateBox || b.kind == lossBox:
		style += ", penwidth=1.5"
	}
	return style
}

func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
