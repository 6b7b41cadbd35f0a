package graph

import (
	"fmt"
	"slices"
	"strings"

	G "gorgonia.org/gorgonia"
)

// PictureOptions selects what a picture of the graph shows.
type PictureOptions struct {
	// ForwardOnly leaves the gradients out.
	ForwardOnly bool
	// Collapsed draws all steps t >= 1 as one, with dashed arrows for what passes from one step to the next, and likewise the
	// readouts and what a loss or a penalty computes once for each time. Without it, equal steps in the middle and such readouts
	// are drawn as one if there are many.
	Collapsed bool
	// Raw draws every node of the graph. Without it, only the nodes that the network names are drawn:
	// helpers that Gorgonia adds (sizes, repeats, reshapes) and transposes are not, and a gradient lists the states and parameters
	// that it reads instead of having arrows from them.
	Raw bool
	// Inputs is the dimension D of the samples p, B x D. If it is positive, the picture begins with the
	// embedding x = p Win^T, which is computed outside the graph.
	Inputs int
}

// boxKind is what a box stands for; it determines its colour.
type boxKind int

const (
	operationBox boxKind = iota
	inputBox
	parameterBox
	stateBox
	lossBox
	gradientBox
)

// box is a node of a picture.
type box struct {
	id        string   // unique, in the order in which the graph was built: n12
	name      string   // the name in the network: h[3]; empty for an operation that Gorgonia added
	operation string   // tanh; empty for inputs
	shape     string   // 10 × 200; empty for scalars
	reads     []string // what a gradient reads apart from other gradients: h[3], R
	kind      boxKind
	outside   bool   // not in the graph: the embedding
	home      string // title of the part of the network: parameters, t = 3, loss; empty for none
	gradient  bool   // drawn among the gradients of that part
	key       string // the same for equal boxes of different steps
}

// section returns the title of the group that the box is drawn in.
func (b *box) section() string {
	switch {
	case !b.gradient:
		return b.home
	case b.home == "" || b.home == "parameters":
		return "gradients"
	}
	return "gradients, " + b.home
}

// arrow leads from an input to what is computed from it.
type arrow struct {
	from, to *box
	later    bool // from a step to a later one, if both are drawn as one
}

// picture is the drawn graph, which [RNN.WriteDot] and [RNN.WriteSVG] share.
type picture struct {
	homes  []string // parts of the network, in order: parameters, t = 0, ..., loss
	boxes  []*box
	arrows []arrow
}

func newPicture(r *RNN, options PictureOptions) *picture {
	d := &drafter{rnn: r, options: options, times: nodeTimes(r), boxes: map[int64]*box{}, merged: map[string]*box{},
		occurrences: map[string]int{}, hidden: r.hiddenNodes(), inner: map[int64]*inner{}}
	d.spans = d.stepSpans()
	if d.merges = r.drawsAlike(options); d.merges {
		d.sums = sumsOf(r)
	}
	p := &picture{}
	for i, node := range r.Graph.AllNodes() {
		if !d.shown(node) {
			continue
		}
		b := d.box(node, i)
		if first, ok := d.merged[b.section()+"|"+b.key]; ok {
			d.boxes[node.ID()] = first
			for _, name := range b.reads {
				if !slices.Contains(first.reads, name) {
					first.reads = append(first.reads, name)
				}
			}
			continue
		}
		d.merged[b.section()+"|"+b.key] = b
		d.boxes[node.ID()] = b
		p.boxes = append(p.boxes, b)
	}
	p.homes = d.homes(p.boxes)
	p.arrows = d.arrows()
	if options.Inputs > 0 {
		p.embed(r, options.Inputs)
	}
	return p
}

// drafter decides which nodes of a graph are drawn, and how.
type drafter struct {
	rnn         *RNN
	options     PictureOptions
	times       map[int64]int
	spans       [][2]int // times that are drawn as one, first and last, in order
	hidden      map[int64]bool
	boxes       map[int64]*box
	merged      map[string]*box // section and key -> box
	occurrences map[string]int  // how often a label has occurred in a section
	inner       map[int64]*inner
	merges      bool            // whether equal boxes after the steps are drawn as one
	sums        map[string]bool // section and name
}

// shown reports whether a node has a box.
func (d *drafter) shown(n *G.Node) bool {
	if n.Op() != nil && n.Op().Type() == nil {
		return false // statements, such as reads, compute nothing
	}
	gradient := d.rnn.sections[n.ID()] == gradientSection
	switch {
	case gradient && d.options.ForwardOnly:
		return false
	case d.options.Raw:
		return true
	case gradient:
		return d.derivedFrom(n) != nil
	}
	return d.rnn.named[n.ID()] && (!movesOnly(n) || d.hidden[n.ID()])
}

// derivedFrom returns the last built of the drawn nodes whose gradient is n, nil if there is none. One node can be the gradient of
// several, for example of a sum and of its terms.
func (d *drafter) derivedFrom(n *G.Node) *G.Node {
	var last *G.Node
	for _, of := range n.DerivOf() {
		if d.rnn.sections[of.ID()] != gradientSection && d.shown(of) && (last == nil || of.ID() > last.ID()) {
			last = of
		}
	}
	return last
}

// box describes the i-th node of the graph.
func (d *drafter) box(n *G.Node, i int) *box {
	b := &box{
		id: fmt.Sprintf("n%d", i), name: nodeName(n), operation: nodeOperation(n), shape: nodeShape(n),
		kind: d.kind(n), home: d.rnn.sections[n.ID()], gradient: d.rnn.sections[n.ID()] == gradientSection,
	}
	t, place := d.times[n.ID()], ""
	if name, ok := d.alike(n); ok {
		b.name, place = name, n.Name()
	}
	if b.gradient {
		b.home = ""
		if t >= 0 {
			b.home = stepSection(t)
		}
	}
	if !d.options.Raw {
		if b.gradient {
			of := d.derivedFrom(n)
			t = d.times[of.ID()]
			b.name, b.operation, b.home = "d"+of.Name(), "", d.rnn.sections[of.ID()]
			if name, ok := d.alike(of); ok {
				b.name, place = "d"+name, of.Name()
			}
		} else if n.Op() != nil {
			b.operation = strings.Join(append(slices.Clone(d.inside(n).operations), b.operation+d.transposed(n)), " ")
		}
	}
	generic := timeIndex.ReplaceAllString(b.name, "$1[t]") + "|" + b.operation
	occurrence := fmt.Sprintf("%s|%d|%s|%s", b.section(), t, place, generic)
	b.key = fmt.Sprintf("%s|%d", generic, d.occurrences[occurrence])
	d.occurrences[occurrence]++
	if strings.EqualFold(b.operation, strings.ReplaceAll(b.name, "_", " ")) {
		b.operation = ""
	}
	b.home = d.homeTitle(b.home)
	span, merged := d.span(t)
	if merged {
		b.name = timeIndex.ReplaceAllString(b.name, "$1[t]")
		b.home = spanSection(span)
	}
	if !d.options.Raw {
		b.name = transposeName.ReplaceAllString(b.name, "${1}ᵀ${2}")
	}
	if b.gradient && !d.options.Raw {
		b.reads = d.reads(n, t, merged)
	}
	return b
}

func (d *drafter) kind(n *G.Node) boxKind {
	switch {
	case d.rnn.sections[n.ID()] == gradientSection:
		return gradientBox
	case n == d.rnn.Loss:
		return lossBox
	case d.hidden[n.ID()]:
		return stateBox
	case n.Op() == nil && d.rnn.sections[n.ID()] == parameterSection:
		return parameterBox
	case n.Op() == nil:
		return inputBox
	}
	return operationBox
}

// arrows returns an arrow from each drawn input to its operation, in the order of the operands.
func (d *drafter) arrows() []arrow {
	var arrows []arrow
	seen := map[arrow]bool{}
	for _, node := range d.rnn.Graph.AllNodes() {
		to, ok := d.boxes[node.ID()]
		if !ok {
			continue
		}
		for _, child := range d.inside(node).sources {
			from := d.boxes[child.ID()]
			if !d.options.Raw && to.gradient && (!from.gradient || isConstant(child) && !d.chained(child, node)) {
				continue
			}
			_, merged := d.span(d.timeOf(node))
			a := arrow{from: from, to: to, later: merged && from.home == to.home && d.timeOf(child) != d.timeOf(node)}
			if !seen[a] && (from != to || d.timeOf(node) >= 0) { // a part of a sum and the sum, both drawn as one
				seen[a] = true
				arrows = append(arrows, a)
			}
		}
	}
	return arrows
}

// chained reports whether the chain rule leads from one gradient to another: from that of a node to that of its input.
// The constant 1, the gradient of the loss, is read by others too, such as that of tanh.
func (d *drafter) chained(from, to *G.Node) bool {
	for _, node := range from.DerivOf() {
		for _, source := range d.inside(node).sources {
			if slices.Contains(to.DerivOf(), source) {
				return true
			}
		}
	}
	return false
}

// inner is what lies between a drawn node and the drawn nodes that it is computed from.
type inner struct {
	sources    []*G.Node // drawn
	operations []string  // the operations in between, without those that only move values
}

// inside walks from a drawn node to the drawn nodes below it. Sizes carry no values and are left out.
func (d *drafter) inside(n *G.Node) *inner {
	if found, ok := d.inner[n.ID()]; ok {
		return found
	}
	result := &inner{}
	d.inner[n.ID()] = result
	children := d.rnn.Graph.From(n.ID())
	for children.Next() {
		child := children.Node().(*G.Node)
		below := &inner{sources: []*G.Node{child}}
		if !d.shown(child) {
			if isSize(child) {
				continue
			}
			below = d.inside(child)
			result.operations = append(result.operations, below.operations...)
			if !movesOnly(child) {
				result.operations = append(result.operations, nodeOperation(child))
			}
		}
		for _, source := range below.sources {
			if !slices.Contains(result.sources, source) {
				result.sources = append(result.sources, source)
			}
		}
	}
	return result
}

// transposed names the right factor of a product if it is the transpose of a drawn matrix, as " Rᵀ": the arrow leads from the
// matrix itself.
func (d *drafter) transposed(n *G.Node) string {
	name := ""
	if operationText(n) != "A × B" {
		return name
	}
	factors := d.rnn.Graph.From(n.ID())
	for factors.Next() {
		factor := factors.Node().(*G.Node)
		if sources := d.inside(factor).sources; !d.shown(factor) && nodeOperation(factor) == "transpose" && len(sources) == 1 {
			name = sources[0].Name()
			if alike, ok := d.alike(sources[0]); ok {
				name = alike
			}
			name = " " + name + "ᵀ"
		}
	}
	return name
}

// embed adds the embedding before every input x.
func (p *picture) embed(r *RNN, inputs int) {
	batch, units := r.Unroll.Batch, r.parameters.Units()
	weights := &box{id: "embedding", name: "Win", shape: fmt.Sprintf("%d × %d", units, inputs), kind: parameterBox, outside: true,
		home: parameterSection, key: "Win"}
	var added []*box
	for _, b := range p.boxes {
		if name, _, _ := strings.Cut(b.name, "["); b.kind == inputBox && name == "x" {
			sample := &box{id: b.id + "p", name: strings.Replace(b.name, "x", "p", 1), shape: fmt.Sprintf("%d × %d", batch, inputs),
				kind: inputBox, outside: true, home: b.home, key: "p"}
			b.operation = "p × Winᵀ"
			added = append(added, sample)
			p.arrows = append(p.arrows, arrow{from: sample, to: b}, arrow{from: weights, to: b})
		}
	}
	if len(added) > 0 {
		p.boxes = append(p.boxes, append(added, weights)...)
	}
}
