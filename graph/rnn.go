package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/unfurl-rnn/unfurl/data"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Unroll sets the length of a graph and what it computes.
type Unroll struct {
	// Batch is the number B of samples in one run, at least 1.
	Batch int
	// Steps is the number T of states h[0] .. h[T-1], at least 1.
	Steps int
	// Inputs are the times at which inputs enter, ascending; nil for only 0, the paper's impulse.
	Inputs []int
	// Readouts are the times whose states are read out, ascending; nil for only the last.
	Readouts []int
	// Loss adds readout, target and loss; [NoLoss] leaves them out.
	Loss LossName
	// Masked weights samples and times in the loss, see [Loss].
	Masked bool
	// Outputs adds the readout if there is no loss.
	Outputs bool
	// Penalties are added to the loss.
	Penalties []Weighted
	// Noise adds an input of normal deviates to the current of the units at each step.
	Noise bool
	// Dropout adds an input of factors of the hidden state at each step, see [FillDropout].
	Dropout bool
	// Gradients adds the gradients of the objective with respect to all trained parameters.
	Gradients bool
}

// Validate joins one error for every field that is out of its range.
func (u Unroll) Validate() error {
	var faults data.Faults
	faults.Check(u.Batch >= 1, "batch", u.Batch, "1 or more")
	faults.Check(u.Steps >= 1, "steps", u.Steps, "1 or more")
	if u.Loss != NoLoss {
		faults.CheckOneOf("loss", string(u.Loss), LossNames()...)
	}
	faults.Check(!u.Gradients || u.Loss != NoLoss, "gradients", u.Gradients, "false where there is no loss")
	faults.Check(len(u.Penalties) == 0 || u.Loss != NoLoss, "penalties", len(u.Penalties), "none where there is no loss")
	u.checkTimes(&faults, "inputs", u.Inputs)
	u.checkTimes(&faults, "readouts", u.Readouts)
	for _, p := range u.Penalties {
		u.checkTimes(&faults, "penalties", p.Times)
	}
	return faults.Join()
}

func (u Unroll) checkTimes(faults *data.Faults, what string, times []int) {
	ok := true
	for i, t := range times {
		ok = ok && t >= 0 && t < u.Steps && (i == 0 || t > times[i-1])
	}
	faults.Check(ok, what, times, fmt.Sprintf("times from 0 to %d, ascending", max(u.Steps, 1)-1))
}

// inputs returns the times at which inputs enter.
func (u Unroll) inputs() []int {
	if u.Inputs == nil {
		return []int{0}
	}
	return u.Inputs
}

// readouts returns the times that are read out.
func (u Unroll) readouts() []int {
	switch {
	case u.Loss == NoLoss && !u.Outputs:
		return nil
	case u.Readouts == nil:
		return []int{u.Steps - 1}
	}
	return u.Readouts
}

// RNN is an unrolled network: an expression graph with its inputs and results.
type RNN struct {
	Graph *G.ExprGraph
	// X are the input tensors, B x D (B x N if the network is embedded), one for each of the times at which inputs enter:
	// write the inputs here before a run.
	X []*tensor.Dense
	// Noise are the tensors of the noise, B x N, one for each state; nil without noise.
	Noise []*tensor.Dense
	// Dropout are the tensors of the factors of hidden states, B x N, one for each state; nil without dropout.
	Dropout []*tensor.Dense
	// Targets are the target tensors, B x C, one for each readout time; nil without a loss.
	Targets []*tensor.Dense
	// Masks are the weights of samples, B, one for each readout time; nil unless the loss is masked.
	Masks []*tensor.Dense

	Hidden    G.Nodes   // h[0] .. h[T-1], each B x N
	Carried   []G.Nodes // what each state passes to the next, each B x N: h, and for an LSTM c
	Outputs   G.Nodes   // o, B x C, one for each readout time; nil without loss and outputs
	Loss      *G.Node   // scalar; nil without a loss
	Objective *G.Node   // scalar, the loss and the penalties; nil without a loss
	Trained   G.Nodes   // the trained parameters, in order; those of the readout only if there is one
	Gradients G.Nodes   // of the trained parameters, in order, each of its parameter's shape; nil unless requested

	Unroll     Unroll
	parameters *Parameters
	row        []float64 // one target, for SetLabels
	sections   map[int64]string
	named      map[int64]bool
}

// building allows only one goroutine to build at a time: gorgonia.Grad adds constants that all graphs share, and Gorgonia stores
// the hash of a node on first use without a lock.
var building sync.Mutex

// Build returns the network unrolled over u.Steps states, with the parameters bound, not copied.
//
// Errors: those of [Unroll.Validate], an unknown cell, more steps than its layers, [MergedNodeError], [DuplicateNameError].
func Build(p *Parameters, u Unroll) (*RNN, error) {
	if err := u.Validate(); err != nil {
		return nil, err
	}
	cell, err := CellNamed(p.Config.Cell)
	if err != nil {
		return nil, err
	}
	if last, layered, err := p.Config.Layers(); layered && (err != nil || u.Steps > last+1) {
		return nil, cmp.Or(err, error(&data.FieldError{Field: "steps", Value: u.Steps, Allowed: fmt.Sprintf("at most %d, the layers of a network of the cell %s", last+1, p.Config.Cell)}))
	}
	building.Lock()
	defer building.Unlock()
	b := newBuilder()
	b.Config, b.Batch = p.Config, u.Batch
	rnn := &RNN{Unroll: u, parameters: p, Graph: b.g}

	weights, trained := rnn.bind(b, u.readouts() != nil)
	rnn.Trained = trained
	prepared := cell.Prepare(b, weights)
	rnn.unroll(b, cell, prepared)
	if readouts := u.readouts(); readouts != nil {
		rnn.readOut(b, weights, readouts)
	}
	if u.Loss != NoLoss {
		if err := rnn.addLoss(b, weights); err != nil {
			return nil, err
		}
	}
	if u.Gradients {
		b.section = gradientSection
		rnn.Gradients = b.gradients(rnn.Objective, trained)
	}
	rnn.sections, rnn.named = b.sections, b.named
	if err := b.finish(); err != nil {
		return nil, err
	}
	return rnn, nil
}

// bind adds the parameters and returns their nodes by name, with the effective recurrent weights, and the trained ones in order.
func (r *RNN) bind(b *Builder, readout bool) (Weights, G.Nodes) {
	b.section = parameterSection
	weights := Weights{}
	var trained G.Nodes
	for _, entry := range r.parameters.entries {
		if !readout && (entry.Name == ReadoutWeights || entry.Name == ReadoutBias) {
			continue
		}
		node := b.input(entry.Name, entry.Tensor)
		weights[entry.Name] = node
		if !entry.Frozen {
			trained = append(trained, node)
		}
	}
	if r.parameters.constraints != nil {
		r.parameters.constraints.effective(b, r.parameters, weights)
	}
	return weights, trained
}

// unroll adds the steps.
func (r *RNN) unroll(b *Builder, cell Cell, prepared Weights) {
	p, u := r.parameters, r.Unroll
	var state State
	for t := range u.Steps {
		b.section, b.suffix = stepSection(t), "["+strconv.Itoa(t)+"]"
		in := StepInput{T: t}
		if slices.Contains(u.inputs(), t) {
			x := newTensor(p.Precision(), nil, u.Batch, p.Shape.Inputs)
			r.X = append(r.X, x)
			if u.Inputs == nil {
				b.suffix = "" // there is one x
			}
			in.X = b.input("x", x)
			b.suffix = "[" + strconv.Itoa(t) + "]"
		}
		if u.Noise {
			noise := newTensor(p.Precision(), nil, u.Batch, p.Units())
			r.Noise = append(r.Noise, noise)
			in.Noise = b.input("noise", noise)
		}
		state = cell.Step(b, prepared, in, state)
		if len(state.Carried) != cell.Carried() && b.err == nil {
			b.err = fmt.Errorf("graph: one step of the cell %s carries %d vectors, its Carried says %d", cell.Name(), len(state.Carried), cell.Carried())
		}
		if u.Dropout {
			state = r.drop(b, state)
		}
		r.Hidden = append(r.Hidden, state.Output)
		r.Carried = append(r.Carried, state.Carried)
	}
	b.suffix = ""
}

// readOut adds o = W h + b2 at some times.
func (r *RNN) readOut(b *Builder, weights Weights, times []int) {
	b.section = readoutSection
	transposed := b.Transposed("Wt", weights[ReadoutWeights])
	for _, t := range times {
		if len(times) > 1 {
			b.suffix = "[" + strconv.Itoa(t) + "]"
		}
		r.Outputs = append(r.Outputs, b.AddRow("o", b.Product("hWt", r.Hidden[t], transposed), weights[ReadoutBias]))
	}
	b.suffix = ""
}

// addLoss adds targets, masks, loss and penalties.
func (r *RNN) addLoss(b *Builder, weights Weights) error {
	p, u := r.parameters, r.Unroll
	loss, err := LossNamed(u.Loss)
	if err != nil {
		return err
	}
	b.section = "loss"
	var targets, masks G.Nodes
	for i := range r.Outputs {
		target := newTensor(p.Precision(), nil, u.Batch, p.Outputs())
		r.Targets = append(r.Targets, target)
		targets = append(targets, b.input(indexed("target", i, len(r.Outputs)), target))
		if u.Masked {
			mask := newTensor(p.Precision(), nil, u.Batch)
			r.Masks = append(r.Masks, mask)
			masks = append(masks, b.input(indexed("mask", i, len(r.Outputs)), mask))
		}
	}
	r.Loss = loss.Add(b, r.Outputs, targets, masks)
	terms := []*G.Node{r.Loss}
	var recurrent G.Nodes
	if len(u.Penalties) > 0 {
		recurrent = r.connections(b, weights)
	}
	for _, penalty := range u.Penalties {
		b.section = "penalty " + penalty.Penalty.Name()
		hidden := r.Hidden
		if penalty.Times != nil {
			hidden = nil
			for _, t := range penalty.Times {
				hidden = append(hidden, r.Hidden[t])
			}
		}
		value := penalty.Penalty.Add(b, recurrent, hidden)
		if b.err == nil && (value == nil || !value.IsScalar()) {
			return fmt.Errorf("graph: the penalty %s adds no scalar", penalty.Penalty.Name())
		}
		terms = append(terms, b.Scaled("weighted_"+penalty.Penalty.Name(), value, penalty.Strength))
	}
	b.section = "loss"
	r.Objective = b.Sum("objective", terms...)
	return nil
}

// connections returns the effective weights between units.
func (r *RNN) connections(b *Builder, weights Weights) G.Nodes {
	b.section = parameterSection
	if cell, err := CellNamed(r.parameters.Config.Cell); err == nil {
		if own, ok := cell.(OwnConnections); ok {
			return own.Connections(b, weights)
		}
	}
	var recurrent G.Nodes
	for _, entry := range r.parameters.entries {
		if entry.Role == RecurrentRole {
			recurrent = append(recurrent, weights[entry.Name])
		}
	}
	return recurrent
}

// The parts of a network that pictures treat by name; others are drawn in order.
const (
	parameterSection = "parameters"
	gradientSection  = "gradients"
	readoutSection   = "readout"
)

func stepSection(t int) string { return fmt.Sprintf("t = %d", t) }

// gradients adds the derivative of the objective with respect to each parameter and names it "d" + parameter. For a parameter that
// the objective does not depend on, such as an LSTM's Win_f if inputs enter only at t = 0, it is a constant of zeros.
func (b *Builder) gradients(objective *G.Node, parameters G.Nodes) G.Nodes {
	if b.err != nil || len(parameters) == 0 {
		return nil
	}
	reached := b.reached(objective)
	used := slices.DeleteFunc(slices.Clone(parameters), func(n *G.Node) bool { return !reached[n.ID()] })
	nodes, err := G.Grad(objective, used...)
	if err != nil {
		b.err = fmt.Errorf("graph: gradients: %w", err)
		return nil
	}
	b.claim()
	gradients := make(G.Nodes, len(parameters))
	for i, parameter := range parameters {
		name := "d" + parameter.Name()
		if !reached[parameter.ID()] {
			gradients[i] = b.Constant(name, nil, parameter.Shape()...)
			continue
		}
		gradients[i], nodes = nodes[0], nodes[1:]
		G.WithName(name)(gradients[i])
	}
	return gradients
}

// reached returns the nodes that a node is computed from, and itself.
func (b *Builder) reached(from *G.Node) map[int64]bool {
	reached := map[int64]bool{from.ID(): true}
	for waiting := []int64{from.ID()}; len(waiting) > 0; {
		children := b.g.From(waiting[0])
		for waiting = waiting[1:]; children.Next(); {
			if id := children.Node().ID(); !reached[id] {
				reached[id] = true
				waiting = append(waiting, id)
			}
		}
	}
	return reached
}
