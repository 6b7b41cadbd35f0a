package train

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
	"gonum.org/v1/gonum/mat"
)

// Dynamics is the map of one step of a network under a constant input, see package analysis. States are what one step hands
// to the next: h, and for an LSTM h and c side by side.
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

// Dynamics returns the map of one step of a network under the constant input of measures.input, or without input. For the
// vanilla cell without input it is the hand-written map, which is faster and stays accurate where tanh is saturated; for any
// other cell it is derived from the graph.
//
// Errors: [data.FieldError] for an input of another length than the task's.
func (e *Experiment) Dynamics(p *graph.Parameters) (Dynamics, error) {
	input, err := e.constantInput()
	if err != nil {
		return nil, err
	}
	if p.Config.Cell == graph.Vanilla && input == nil {
		d, err := p.Autonomous()
		if err != nil {
			return nil, err
		}
		return d.WithTanh(kernel.Tanh[float64]), nil
	}
	engine, err := EngineNamed(e.Config.Training.Engine)
	if err != nil {
		return nil, err
	}
	return graph.NewMap(p, engine, input)
}

// constantInput returns measures.input as it enters the graph, D numbers or, where the network is embedded, N; nil for none.
func (e *Experiment) constantInput() ([]float64, error) {
	list := e.Config.Measures.Input
	values, err := list.Floats()
	if len(values) == 0 && err == nil {
		return nil, nil
	}
	if inputs := e.Plan().Inputs; err != nil || len(values) != inputs {
		return nil, inputError(list, inputs)
	}
	if e.Embedding == nil {
		return values, nil
	}
	return e.Embedding.Embed(mat.NewDense(1, len(values), values)).RawRowView(0), nil
}

// validateInput returns the fault of measures.input as far as it can be found without the task's data.
func (c Config) validateInput() error {
	values, err := c.Measures.Input.Floats()
	inputs := len(values)
	if trial := c.Trial(); trial != nil {
		inputs = trial.Inputs
	} else if c.Task.drawsClusters() {
		inputs = c.Task.Dimension
	}
	if err != nil || len(values) > 0 && len(values) != inputs {
		return inputError(c.Measures.Input, inputs)
	}
	return nil
}

func inputError(list data.List, inputs int) error {
	return &data.FieldError{Field: "measures.input", Value: list, Allowed: fmt.Sprintf("%d finite numbers, one for each input of the task, or empty for none", inputs)}
}
