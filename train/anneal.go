package train

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
)

// AnnealConfig lets the coupling strength of the initial weights change while the network is trained. With R(g) the recurrent weights
// that the network starts from at a coupling of g, of the same random numbers, its weights after k steps of annealing are
//
//	R(g_k) + what training has added,    g_k = g + (g_end - g) k/epochs,
//
// for k = 0 .. epochs; step k comes before the first training step of epoch k+1, so that epoch 1 is trained at g = network.coupling and
// all epochs after the last step at g_end. The optimiser's state stays as it is. Under Dale's law R stands for the values whose
// sizes are the weights.
type AnnealConfig struct {
	Coupling float64 `yaml:"coupling" help:"g_end, the coupling at which annealing ends: the random part of the initial recurrent weights, within those being trained, is rescaled from network.coupling to it" range:"0 or more"`
	Epochs   int     `yaml:"epochs" help:"number of epochs over which the coupling moves to training.anneal.coupling, a step before each epoch from the second on; 0 turns annealing off" range:"0 or more"`
}

func (c Config) validateAnneal() error {
	var faults data.Faults
	a := c.Training.Anneal
	faults.Check(a.Coupling >= 0 && !math.IsInf(a.Coupling, 1), "training.anneal.coupling", a.Coupling, "a finite number, 0 or more")
	faults.Check(a.Epochs >= 0, "training.anneal.epochs", a.Epochs, "0 or more")
	return faults.Join()
}

// annealing is the change of the weights at each of its steps.
type annealing struct {
	steps   int
	changes []change
}

// change is what a step adds to a parameter.
type change struct {
	to  graph.Parameter
	add []float64
}

// newAnnealing returns the annealing of parameters that an experiment asks for, nil for none.
//
// Errors: [data.FieldError] if no trained weight depends on the coupling.
func newAnnealing(e *Experiment, parameters *graph.Parameters) (*annealing, error) {
	c := e.Config
	a := c.Training.Anneal
	if a.Epochs == 0 {
		return nil, nil
	}
	c.Network.Coupling = a.Coupling
	end, err := graph.NewParameters(c.Network, e.Shape(), c.stream)
	if err != nil {
		return nil, err
	}
	result := &annealing{steps: a.Epochs}
	dependent := false
	for _, parameter := range parameters.Trained() {
		if parameter.Role != graph.RecurrentRole {
			continue
		}
		from, add := graph.Values(e.Initial.Tensor(parameter.Name)), graph.Values(end.Tensor(parameter.Name))
		for i := range add {
			add[i] = (add[i] - from[i]) / float64(a.Epochs)
			dependent = dependent || add[i] != 0
		}
		result.changes = append(result.changes, change{parameter, add})
	}
	if !dependent && a.Coupling != e.Config.Network.Coupling {
		return nil, &data.FieldError{Field: "training.anneal.epochs", Value: a.Epochs,
			Allowed: fmt.Sprintf("0 where no trained weight depends on the coupling (network.cell is %s, training.frozen is %q)", c.Network.Cell, c.Training.Frozen)}
	}
	return result, nil
}

// step takes a step of annealing if one is due before an epoch; a nil annealing has none.
func (a *annealing) step(epoch int) {
	if a == nil || epoch < 2 || epoch > a.steps+1 {
		return
	}
	for _, c := range a.changes {
		values := graph.Values(c.to.Tensor)
		for i := range values {
			values[i] += c.add[i]
		}
		graph.SetValues(c.to.Tensor, values)
	}
}
