package graph

import (
	"fmt"
	"sync"

	"github.com/unfurl-rnn/unfurl/data"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Unroll says how long a graph is and what it computes.
type Unroll struct {
	// Batch is the number B of samples in one run, at least 1.
	Batch int
	// Steps is T: the graph holds the states h[0] .. h[T]; the readout takes h[T]. At least 0.
	Steps int
	// Loss adds readout, target and loss; [NoLoss] leaves them out.
	Loss Loss
	// Gradients adds the gradients of the loss with respect to all parameters.
	Gradients bool
}

// Validate joins one error for every field that is out of its range.
func (u Unroll) Validate() error {
	var faults data.Faults
	faults.Check(u.Batch >= 1, "batch", u.Batch, "1 or more")
	faults.Check(u.Steps >= 0, "steps", u.Steps, "0 or more")
	if u.Loss != NoLoss {
		faults.CheckOneOf("loss", string(u.Loss), LossNames()...)
	}
	faults.Check(!u.Gradients || u.Loss != NoLoss, "gradients", u.Gradients, "false where there is no loss")
	return faults.Join()
}

// RNN is an unrolled network: an expression graph and the nodes that a user asks about.
type RNN struct {
	Graph *G.ExprGraph
	// X is the input tensor, B x N: write the embedded inputs here before a run.
	X *tensor.Dense
	// Target is the target tensor, B x C; nil without a loss. A row is zero but for
	// [Loss.TargetScale] at the label.
	Target *tensor.Dense

	Hidden     G.Nodes // h[0] .. h[T], each B x N
	Logits     *G.Node // o, B x C; nil without a loss
	Loss       *G.Node // scalar; nil without a loss
	Parameters G.Nodes // in the order of ParameterNames
	Gradients  G.Nodes // in the order of ParameterNames, each of its parameter's shape; nil unless asked for

	Unroll   Unroll
	sections map[int64]string
	named    map[int64]bool
}

// building lets one goroutine build at a time: gorgonia.Grad adds constants that all graphs share, and
// Gorgonia stores the hash of a node at its first use without a lock.
var building sync.Mutex

// Build returns the network with the given activation unrolled over u.Steps, its parameters bound to
// p, not copied.
//
// Errors: those of [Unroll.Validate], an unknown activation, [MergedNodeError], [DuplicateNameError].
//
// Source: Farrell et al. (2019), equation 1; row form of R h as in the authors' code.
func Build(activation Activation, p *Parameters, u Unroll) (*RNN, error) {
	if err := u.Validate(); err != nil {
		return nil, err
	}
	building.Lock()
	defer building.Unlock()
	n, c, dtype := p.Units(), p.Classes(), p.R.Dtype()
	rnn := &RNN{
		Unroll: u,
		X:      tensor.New(tensor.WithShape(u.Batch, n), tensor.Of(dtype)),
	}
	b := newBuilder()
	rnn.Graph = b.g

	b.section = parameterSection
	R := b.input("R", p.R)    // N x N
	W := (*G.Node)(nil)       // C x N
	b1 := b.input("b1", p.B1) // N
	b2 := (*G.Node)(nil)      // C
	Rt := (*G.Node)(nil)      // N x N
	if u.Steps > 0 {
		Rt = b.add("Rt", func() (*G.Node, error) { return G.Transpose(R, 1, 0) })
	}

	b.section = stepSection(0)
	x := b.input("x", rnn.X) // B x N
	h := b.activate(activation, 0, b.addRow("a[0]", x, b1))
	rnn.Hidden = append(rnn.Hidden, h)
	for t := 1; t <= u.Steps; t++ {
		b.section = stepSection(t)
		previous := h
		product := b.add(fmt.Sprintf("hRt[%d]", t), func() (*G.Node, error) { return G.Mul(previous, Rt) })
		h = b.activate(activation, t, b.addRow(fmt.Sprintf("a[%d]", t), product, b1)) // B x N
		rnn.Hidden = append(rnn.Hidden, h)
	}

	if u.Loss != NoLoss {
		rnn.Target = tensor.New(tensor.WithShape(u.Batch, c), tensor.Of(dtype))
		b.section = parameterSection
		W = b.input("W", p.W)
		b2 = b.input("b2", p.B2)
		b.section = "loss"
		target := b.input("target", rnn.Target) // B x C
		b.section = "readout"
		Wt := b.add("Wt", func() (*G.Node, error) { return G.Transpose(W, 1, 0) })
		product := b.add("hWt", func() (*G.Node, error) { return G.Mul(h, Wt) })
		rnn.Logits = b.addRow("o", product, b2)
		b.section = "loss"
		rnn.Loss = b.loss(u.Loss, rnn.Logits, target)
	}
	if u.Gradients {
		b.section = gradientSection
		rnn.Gradients = b.gradients(rnn.Loss, R, W, b1, b2)
	}
	rnn.Parameters = G.Nodes{R, W, b1, b2}
	rnn.sections, rnn.named = b.sections, b.named
	if err := b.finish(); err != nil {
		return nil, err
	}
	return rnn, nil
}

// The parts of a network that pictures know by name; others, such as "readout", they draw as they come.
const (
	parameterSection = "parameters"
	gradientSection  = "gradients"
)

func stepSection(t int) string { return fmt.Sprintf("t = %d", t) }

// input adds a node bound to a tensor.
func (b *builder) input(name string, value *tensor.Dense) *G.Node {
	return b.add(name, func() (*G.Node, error) {
		return G.NewTensor(b.g, value.Dtype(), value.Dims(), G.WithShape(value.Shape()...), G.WithName(name), G.WithValue(value)), nil
	})
}

// addRow adds the vector row to every row of m.
func (b *builder) addRow(name string, m, row *G.Node) *G.Node {
	return b.add(name, func() (*G.Node, error) { return G.BroadcastAdd(m, row, nil, []byte{0}) })
}

func (b *builder) activate(activation Activation, t int, preactivation *G.Node) *G.Node {
	name := fmt.Sprintf("h[%d]", t)
	switch activation {
	case Tanh:
		return b.add(name, func() (*G.Node, error) { return G.Tanh(preactivation) })
	case ReLU:
		return b.add(name, func() (*G.Node, error) { return G.Rectify(preactivation) })
	case Linear:
		// The state is the preactivation itself; only its name changes.
		if b.err == nil {
			G.WithName(name)(preactivation)
		}
		return preactivation
	}
	if b.err == nil {
		b.err = activationError(activation)
	}
	return nil
}

// gradients adds the derivative of the loss by each parameter and names it "d" + parameter.
func (b *builder) gradients(loss *G.Node, parameters ...*G.Node) G.Nodes {
	if b.err != nil {
		return nil
	}
	nodes, err := G.Grad(loss, parameters...)
	if err != nil {
		b.err = fmt.Errorf("graph: gradients: %w", err)
		return nil
	}
	b.claim()
	for i, node := range nodes {
		G.WithName("d" + ParameterNames[i])(node)
	}
	return nodes
}
