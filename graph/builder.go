package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// MergedNodeError reports that Gorgonia returned a node that was already in the graph for a new operation. Its node hash ignores
// some fields (axes, the log of a softmax, slice bounds past 255), so such a merge silently computes something else.
type MergedNodeError struct {
	Name     string // the requested node
	Existing string // the returned node
}

func (e *MergedNodeError) Error() string {
	return fmt.Sprintf("graph: %s was merged into the existing node %s; give its operation other inputs", e.Name, e.Existing)
}

// DuplicateNameError reports a second node with the same name.
type DuplicateNameError struct{ Name string }

func (e *DuplicateNameError) Error() string {
	return fmt.Sprintf("graph: two nodes are named %q; Gorgonia would take them for one", e.Name)
}

// Builder adds named nodes to a graph, for cells, losses and penalties. The first error is kept: later calls do nothing and return
// nil, so that a network reads like its equations. Within a step, names get the time as a suffix: "a" becomes a[3].
//
// Samples are rows. A nil node means zero where a method says so.
type Builder struct {
	// Config is the network's configuration.
	Config Config
	// Batch is B.
	Batch int

	g       *G.ExprGraph
	names   map[string]bool
	seen    map[int64]bool
	section string
	suffix  string // suffix of names: [3] within step 3
	zeros   *G.Node
	// For the pictures: the part of the network in which each node was made, and the nodes that the network itself names.
	sections map[int64]string
	named    map[int64]bool
	err      error
}

func newBuilder() *Builder {
	return &Builder{
		g: G.NewGraph(), names: map[string]bool{}, seen: map[int64]bool{}, sections: map[int64]string{}, named: map[int64]bool{},
	}
}

// Op runs construct, names the node and checks that it is new: Gorgonia merges some different nodes, see [MergedNodeError].
func (b *Builder) Op(name string, construct func() (*G.Node, error)) *G.Node {
	if b.err != nil {
		return nil
	}
	name += b.suffix
	if b.names[name] {
		b.err = &DuplicateNameError{Name: name}
		return nil
	}
	node, err := construct()
	if err != nil {
		b.err = fmt.Errorf("graph: %s: %w", name, err)
		return nil
	}
	if b.seen[node.ID()] {
		b.err = &MergedNodeError{Name: name, Existing: node.Name()}
		return nil
	}
	G.WithName(name)(node)
	b.names[name] = true
	b.named[node.ID()] = true
	b.claim()
	return node
}

// claim assigns every node added since the last call to the current section: Gorgonia adds helpers (repeats, reshapes, sizes)
// beside the requested node.
func (b *Builder) claim() {
	nodes := b.g.AllNodes() // in the order of creation
	for i := len(nodes) - 1; i >= 0 && !b.seen[nodes[i].ID()]; i-- {
		b.seen[nodes[i].ID()] = true
		b.sections[nodes[i].ID()] = b.section
	}
}

func (b *Builder) finish() error { return b.err }

// input adds a node bound to a tensor.
func (b *Builder) input(name string, value *tensor.Dense) *G.Node {
	return b.Op(name, func() (*G.Node, error) {
		return G.NewTensor(b.g, value.Dtype(), value.Dims(), G.WithShape(value.Shape()...), G.WithName(name+b.suffix), G.WithValue(value)), nil
	})
}

// Constant adds an input that is never trained, with values in row-major order, such as a mask.
func (b *Builder) Constant(name string, values []float64, shape ...int) *G.Node {
	if b.err != nil {
		return nil
	}
	return b.input(name, newTensor(b.Config.Precision, values, shape...))
}

// unary is an operation on one node; nil stays nil.
func (b *Builder) unary(name string, x *G.Node, operation func(*G.Node) (*G.Node, error)) *G.Node {
	if x == nil {
		return nil
	}
	return b.Op(name, func() (*G.Node, error) { return operation(x) })
}

// Transposed adds the transpose of a matrix; nil stays nil. Call it in Prepare: a transpose built at every step would be merged or
// repeated.
func (b *Builder) Transposed(name string, m *G.Node) *G.Node {
	return b.unary(name, m, func(m *G.Node) (*G.Node, error) { return G.Transpose(m, 1, 0) })
}

// Product adds the matrix product of rows, B x N, and weights, N x M; nil if either is nil.
func (b *Builder) Product(name string, rows, weights *G.Node) *G.Node {
	if rows == nil || weights == nil {
		return nil
	}
	return b.Op(name, func() (*G.Node, error) { return G.Mul(rows, weights) })
}

// Current adds the current from inputs x to the units: x times the transposed input weights, or x itself if the network has none;
// nil if x is nil.
func (b *Builder) Current(name string, x, weights *G.Node) *G.Node {
	if weights == nil {
		return x
	}
	return b.Product(name, x, weights)
}

// Sum adds the sum of the nodes that are not nil, all of equal shape. For a single node it returns that node, for none nil.
func (b *Builder) Sum(name string, terms ...*G.Node) *G.Node {
	var present G.Nodes
	for _, term := range terms {
		if term != nil {
			present = append(present, term)
		}
	}
	if len(present) == 0 {
		return nil
	}
	sum := present[0]
	for i, term := range present[1:] {
		part, so := name, sum
		if left := len(present) - 2 - i; left > 0 {
			part = fmt.Sprintf("%s.%d", name, i+1)
		}
		sum = b.Op(part, func() (*G.Node, error) { return G.Add(so, term) })
	}
	return sum
}

// Difference adds x - y.
func (b *Builder) Difference(name string, x, y *G.Node) *G.Node {
	return b.Op(name, func() (*G.Node, error) { return G.Sub(x, y) })
}

// Times adds the element-wise product of x and y, of equal shape.
func (b *Builder) Times(name string, x, y *G.Node) *G.Node {
	return b.Op(name, func() (*G.Node, error) { return G.HadamardProd(x, y) })
}

// Scaled adds x times a number.
func (b *Builder) Scaled(name string, x *G.Node, factor float64) *G.Node {
	return b.Op(name, func() (*G.Node, error) { return G.Mul(b.number(factor), x) })
}

// Plus adds a number to every element of x.
func (b *Builder) Plus(name string, x *G.Node, number float64) *G.Node {
	return b.Op(name, func() (*G.Node, error) { return G.Add(x, b.number(number)) })
}

// number returns a constant scalar of the network's precision.
func (b *Builder) number(value float64) *G.Node {
	if b.Config.Precision == Float64 {
		return G.NewConstant(value)
	}
	return G.NewConstant(float32(value))
}

// AddRow adds the vector row, N, to every row of m, B x N; nil means zeros.
func (b *Builder) AddRow(name string, m, row *G.Node) *G.Node {
	if m == nil {
		m = b.nothing()
	}
	return b.Op(name, func() (*G.Node, error) { return G.BroadcastAdd(m, row, nil, []byte{0}) })
}

// nothing returns B x N zeros, the current of units without input.
func (b *Builder) nothing() *G.Node {
	if b.zeros == nil && b.err == nil {
		section, suffix := b.section, b.suffix
		b.section, b.suffix = parameterSection, ""
		b.zeros = b.Constant("zeros", nil, b.Batch, b.Config.Units)
		b.section, b.suffix = section, suffix
	}
	return b.zeros
}

// TimesRow multiplies every row of m, B x N, by the vector row, N.
func (b *Builder) TimesRow(name string, m, row *G.Node) *G.Node {
	return b.Op(name, func() (*G.Node, error) { return G.BroadcastHadamardProd(m, row, nil, []byte{0}) })
}

// Tanh adds tanh(x).
func (b *Builder) Tanh(name string, x *G.Node) *G.Node { return b.unary(name, x, G.Tanh) }

// Sigmoid adds 1/(1 + exp(-x)).
func (b *Builder) Sigmoid(name string, x *G.Node) *G.Node { return b.unary(name, x, G.Sigmoid) }

// Activate adds phi(x), phi being the configuration's activation.
func (b *Builder) Activate(name string, x *G.Node) *G.Node {
	switch b.Config.Activation {
	case Tanh:
		return b.unary(name, x, G.Tanh)
	case ReLU:
		return b.unary(name, x, G.Rectify)
	case Softplus:
		return b.unary(name, x, G.Softplus)
	case Sigmoid:
		return b.Sigmoid(name, x)
	case Linear:
		// The state is the preactivation itself; only its name changes.
		if b.err == nil {
			G.WithName(name + b.suffix)(x)
		}
		return x
	}
	if b.err == nil {
		b.err = activationError(b.Config.Activation)
	}
	return nil
}
