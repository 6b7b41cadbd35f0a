package train

import (
	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
)

// Dynamics is the map of one step of a network under a constant input, see package analysis. States are what one step hands
// to the next: h, and for an LSTM h and c beside each other.
type Dynamics interface {
	Units() int
	Step(to, from []float64)
	StepAll(to, from *mat.Dense)
	Jacobian(to *mat.Dense, at []float64)
	Linearise(at *mat.Dense) (push, pull func(to, vectors *mat.Dense))
}

var (
	_ Dynamics = (*graph.Autonomous)(nil)
	_ Dynamics = (*graph.Map)(nil)
)

// Dynamics returns the map of one step of a network without input: of the vanilla cell the hand-written one, which is faster
// and keeps its digits where tanh is saturated, of any other that of its graph.
func (c Config) Dynamics(p *graph.Parameters) (Dynamics, error) {
	if p.Config.Cell == graph.Vanilla {
		return p.Autonomous()
	}
	engine, err := EngineNamed(c.Training.Engine)
	if err != nil {
		return nil, err
	}
	return graph.NewMap(p, engine, nil)
}
