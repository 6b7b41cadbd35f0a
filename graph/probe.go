package graph

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// SetInputs writes embedded inputs (B*N values in row-major order) into the input tensor, rounding to
// its precision. It panics if the length differs.
func (r *RNN) SetInputs(values []float64) { SetValues(r.X, values) }

// SetLabels fills the target tensor: row i is zero but for [Loss.TargetScale] at labels[i].
// len(labels) must be B and every label in [0, C): it panics otherwise, since data is checked where it
// is read.
func (r *RNN) SetLabels(labels []int) {
	classes := r.Target.Shape()[1]
	scale := r.Unroll.Loss.TargetScale()
	if len(labels) != r.Unroll.Batch {
		panic(fmt.Sprintf("graph: %d labels for a batch of %d", len(labels), r.Unroll.Batch))
	}
	if r.Target.Dtype() == tensor.Float64 {
		setOneHot(r.Target.Float64s(), labels, classes, scale)
		return
	}
	setOneHot(r.Target.Float32s(), labels, classes, float32(scale))
}

func setOneHot[F float32 | float64](target []F, labels []int, classes int, value F) {
	clear(target)
	for i, label := range labels {
		target[i*classes+label] = value
	}
}

// States returns copies of the hidden states h[0] .. h[T] of the last run, each B x N. The machine
// must have been compiled with r.Hidden among its wanted nodes.
func (r *RNN) States(m Machine) ([]*mat.Dense, error) {
	states := make([]*mat.Dense, len(r.Hidden))
	for t, node := range r.Hidden {
		values, err := Read(m, node)
		if err != nil {
			return nil, fmt.Errorf("graph: state %d: %w", t, err)
		}
		states[t] = mat.NewDense(r.Unroll.Batch, r.X.Shape()[1], values)
	}
	return states, nil
}

// Read returns a float64 copy, in row-major order, of the value that the last run gave a wanted node.
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

// ReadScalar returns the value that the last run gave a wanted scalar node. It does not allocate.
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

// Learnable pairs a parameter with its gradient in a machine: what a gorgonia.Solver steps on.
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

// Learnables returns the parameters of a graph built with gradients, in the order of
// [ParameterNames], ready for a solver. The machine must compute r.Gradients.
func (r *RNN) Learnables(p *Parameters, m Machine) []G.ValueGrad {
	learnables := make([]G.ValueGrad, len(r.Gradients))
	for i, tensor := range p.All() {
		learnables[i] = &Learnable{Name: ParameterNames[i], parameter: tensor, gradient: r.Gradients[i], machine: m}
	}
	return learnables
}
