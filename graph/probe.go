package graph

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// SetInputs writes inputs at the first input time (values in row-major order), rounding to the precision. It panics if the
// length differs.
func (r *RNN) SetInputs(values []float64) { SetValues(r.X[0], values) }

// SetLabels fills the targets of every readout time: each row is set by [Loss].Target from the label. len(labels) must be B and
// every label in [0, C): it panics otherwise, since data is checked when it is read.
func (r *RNN) SetLabels(labels []int) {
	if len(labels) != r.Unroll.Batch {
		panic(fmt.Sprintf("graph: %d labels for a batch of %d", len(labels), r.Unroll.Batch))
	}
	loss, err := LossNamed(r.Unroll.Loss)
	if err != nil {
		panic(err)
	}
	classes := r.parameters.Outputs()
	if r.row == nil {
		r.row = make([]float64, classes)
	}
	for _, target := range r.Targets {
		double, single := []float64(nil), []float32(nil)
		if r.parameters.Precision() == Float64 {
			double = target.Float64s()
		} else {
			single = target.Float32s()
		}
		for i, label := range labels {
			loss.Target(r.row, label)
			if double != nil {
				copy(double[i*classes:], r.row)
				continue
			}
			for j, v := range r.row {
				single[i*classes+j] = float32(v)
			}
		}
	}
}

// States returns copies of the hidden states h[0] .. h[T-1] of the last run, each B x N. The machine
// must have been compiled with r.Hidden among its wanted nodes.
func (r *RNN) States(m Machine) ([]*mat.Dense, error) {
	return r.read(m, "state", r.Hidden, r.parameters.Units())
}

// ReadOutputs returns copies of the outputs of the last run, B x C at each readout time.
func (r *RNN) ReadOutputs(m Machine) ([]*mat.Dense, error) {
	return r.read(m, "output", r.Outputs, r.parameters.Outputs())
}

// read returns copies of the values of nodes, B x columns each.
func (r *RNN) read(m Machine, what string, nodes G.Nodes, columns int) ([]*mat.Dense, error) {
	matrices := make([]*mat.Dense, len(nodes))
	for i, node := range nodes {
		values, err := Read(m, node)
		if err != nil {
			return nil, fmt.Errorf("graph: %s %d: %w", what, i, err)
		}
		matrices[i] = mat.NewDense(r.Unroll.Batch, columns, values)
	}
	return matrices, nil
}

// Recorded returns the nodes that a recording needs: states, other carried vectors, and outputs.
func (r *RNN) Recorded() G.Nodes {
	nodes := append(G.Nodes{}, r.Hidden...)
	for _, carried := range r.Carried {
		nodes = append(nodes, carried[1:]...)
	}
	return append(nodes, r.Outputs...)
}

// CarriedStates returns copies of the carried vectors of each state of the last run, B x kN: concatenated for a cell that carries k
// > 1; nil if k is 1. The machine must have been compiled with r.Recorded among its wanted nodes.
func (r *RNN) CarriedStates(m Machine) ([]*mat.Dense, error) {
	units := r.parameters.Units()
	if len(r.Carried[0]) == 1 {
		return nil, nil
	}
	states := make([]*mat.Dense, len(r.Carried))
	for t, carried := range r.Carried {
		parts, err := r.read(m, fmt.Sprintf("state %d, vector", t), carried, units)
		if err != nil {
			return nil, err
		}
		states[t] = mat.NewDense(r.Unroll.Batch, len(parts)*units, nil)
		for k, part := range parts {
			states[t].Slice(0, r.Unroll.Batch, k*units, (k+1)*units).(*mat.Dense).Copy(part)
		}
	}
	return states, nil
}

// Read returns a float64 copy, in row-major order, of the value of a wanted node in the last run.
func Read(m Machine, n *G.Node) ([]float64, error) {
	value, err := m.Value(n)
	if err != nil {
		return nil, err
	}
	switch v := value.(type) {
	case *tensor.Dense:
		return Values(v), nil
	case *G.F64:
		return []float64{float64(*v)}, nil
	case *G.F32:
		return []float64{float64(*v)}, nil
	}
	return nil, fmt.Errorf("graph: node %v holds a %T, not a float tensor or scalar", n, value)
}

// ReadScalar returns the value of a wanted scalar node in the last run. It does not allocate.
func ReadScalar(m Machine, n *G.Node) (float64, error) {
	value, err := m.Value(n)
	if err != nil {
		return 0, err
	}
	switch v := value.(type) {
	case *G.F64:
		return float64(*v), nil
	case *G.F32:
		return float64(*v), nil
	case *tensor.Dense:
		switch data := v.Data().(type) {
		case []float64:
			if len(data) == 1 {
				return data[0], nil
			}
		case []float32:
			if len(data) == 1 {
				return float64(data[0]), nil
			}
		case float64:
			return data, nil
		case float32:
			return float64(data), nil
		}
	}
	return 0, fmt.Errorf("graph: node %v holds %v, not a float scalar", n, value.Shape())
}

// Learnable pairs a parameter with its gradient in a machine, for a gorgonia.Solver.
type Learnable struct {
	Name      string
	parameter *tensor.Dense
	gradient  *G.Node
	machine   Machine
}

var _ G.ValueGrad = (*Learnable)(nil)

// Value returns the parameter's tensor, not a copy: a solver updates it in place.
func (l *Learnable) Value() G.Value { return l.parameter }

// Grad returns the gradient that the last run computed. A solver may overwrite it.
func (l *Learnable) Grad() (G.Value, error) { return l.machine.Value(l.gradient) }

// Learnables returns the trained parameters of a graph built with gradients, in order, ready for a solver. The machine must
// compute r.Gradients.
func (r *RNN) Learnables(m Machine) []G.ValueGrad {
	trained := r.parameters.Trained()
	learnables := make([]G.ValueGrad, len(r.Gradients))
	for i, node := range r.Gradients {
		learnables[i] = &Learnable{Name: trained[i].Name, parameter: trained[i].Tensor, gradient: node, machine: m}
	}
	return learnables
}
