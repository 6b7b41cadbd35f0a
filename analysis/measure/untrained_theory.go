package measure

import (
	"context"
	"sync"

	"github.com/unfurl-rnn/unfurl/analysis/meanfield"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// TheoryED names the series of untrainedTheory.
const TheoryED = "ed_untrained_theory"

// untrainedTheory is the effective dimensionality that the mean-field theory predicts for the network before training, from its inputs
// alone; see [UntrainedTheory].
var untrainedTheory = Measure{
	Name:    "theory of the untrained network",
	Columns: []Column{{Name: TheoryED, Label: "effective dimensionality, untrained, theory"}},
	Weight:  4, Asked: true,
	Compute: func(ctx context.Context, s *Subject) ([]Series, []error, error) {
		if s.Experiment == nil || s.Parameters != s.Experiment.Initial {
			return nil, nil, nil // it says nothing about a trained network
		}
		values, err := UntrainedTheory(ctx, s.Experiment, s.Trajectory.Steps()-1)
		if values == nil || err != nil {
			return nil, nil, err
		}
		return []Series{{TheoryED, values}}, nil, nil
	},
}

// theories are those of the couplings, mixings and lengths asked for so far: what they share takes seconds, and is the same for every
// realisation.
var theories struct {
	sync.Mutex
	of map[meanfield.Config]*meanfield.Theory
}

// UntrainedTheory returns the effective dimensionality of the states at t = 0 .. last that [meanfield.Theory.Dimensionality] predicts for
// the initial network of an experiment on its measuring samples. It is nil for networks that the theory is not of: it wants the
// paper's, of tanh units whose J has independent Gaussian entries, with embedded inputs.
//
// Errors: those of the theory.
func UntrainedTheory(ctx context.Context, e *train.Experiment, last int) ([]float64, error) {
	n := e.Config.Network
	if e.Embedding == nil || n.Activation != graph.Tanh || n.ExactRadius || n.Density != 1 || n.Excitatory != 0 || !n.SelfConnections || last < 1 {
		return nil, nil
	}
	theory, err := theoryOf(n.Coupling, n.Mixing, last)
	if err != nil {
		return nil, err
	}
	d, err := theory.Dimensionality(ctx, e.MeasuringPoints().Inputs, n.Units)
	if err != nil {
		return nil, err
	}
	return d.Values, nil
}

func theoryOf(coupling, mixing float64, last int) (*meanfield.Theory, error) {
	theories.Lock()
	defer theories.Unlock()
	c := meanfield.DefaultConfig(coupling)
	c.Mixing, c.Steps = mixing, last
	if found := theories.of[c]; found != nil {
		return found, nil
	}
	theory, err := meanfield.New(c)
	if err != nil {
		return nil, err
	}
	if theories.of == nil {
		theories.of = map[meanfield.Config]*meanfield.Theory{}
	}
	theories.of[c] = theory
	return theory, nil
}
