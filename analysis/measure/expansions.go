package measure

import (
	"context"
	"fmt"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// Expansion is what is measured of one representation of the measuring samples: the inputs themselves,
// random expansions of them to as many units as the network has, or the network's states at t_eval.
type Expansion struct {
	Representation string // one of expansionNames
	Numbers        map[string]float64
}

// The names of representations and of their numbers in expansions.csv, in the order of rows and columns.
var (
	expansionNames   = []string{"input", "random linear", "random tanh", "states before", "states after"}
	ExpansionNumbers = []string{"ed", "dimension_twonn", "dimension_likelihood", "lr_train", HeldOutClusters, "class_capacity", "cluster_capacity", HeldOutSamples}
)

const (
	streamLinear = "random linear expansion"
	streamTanh   = "random tanh expansion"
	// expansionGain makes the tanh of a random expansion bend inputs of order 1.
	expansionGain = 2
)

// inputExpansion is a representation that needs no network.
type inputExpansion struct {
	states    *mat.Dense // S x D or S x N
	expansion Expansion
}

// inputExpansions returns the inputs and random expansions of them to as many units as the network has.
func (s *study) inputExpansions() ([]inputExpansion, error) {
	c, points := s.experiment.Config, s.experiment.MeasuringPoints()
	if s.experiment.Task != nil {
		return nil, nil // there is no single input to expand
	}
	linear, err := analysis.RandomLinearExpansion(points.Inputs, c.Network.Units, c.Stream(streamLinear, 0))
	if err != nil {
		return nil, err
	}
	bent, err := analysis.RandomTanhExpansion(points.Inputs, c.Network.Units, expansionGain, c.Stream(streamTanh, 0))
	if err != nil {
		return nil, err
	}
	s.labels, s.clusters = points.Labels, points.Clusters
	var all []inputExpansion
	for i, states := range []*mat.Dense{points.Inputs, linear, bent} {
		all = append(all, inputExpansion{states, Expansion{Representation: expansionNames[i]}})
	}
	return all, nil
}

// expansion returns the measures of one of inputExpansions: those of networks, of a single step.
func (s *study) expansion(of *inputExpansion) job {
	steps := s.total.meter("", stepExpansions)
	return func(ctx context.Context) error {
		defer steps.end()
		steps.begin(stepExpansions)
		still := &data.Trajectory{H: []*mat.Dense{of.states}, Labels: s.labels, Clusters: s.clusters}
		var r Representation
		if _, err := r.measure(ctx, still, s.held); err != nil {
			return fmt.Errorf("%s: %w", of.expansion.Representation, err)
		}
		usual := slices.DeleteFunc(All(), func(m Measure) bool { return m.Asked })
		for _, further := range furtherExtras(s.experiment, usual) {
			curves, _, err := further.measure(ctx, nil, still, nil)
			if err != nil {
				return fmt.Errorf("%s: %w", of.expansion.Representation, err)
			}
			r.Further = append(r.Further, curves...)
		}
		of.expansion.Numbers = r.numbersAt(0)
		return nil
	}
}

// stateExpansion returns the states at the evaluation step as a representation: the numbers of the curves at that step.
func (s *study) stateExpansion(at *moment) Expansion {
	step := min(s.experiment.Config.EvaluationTime(), len(at.result.ED)-1)
	return Expansion{Representation: "states " + at.stage, Numbers: at.result.numbersAt(step)}
}

// numbersAt returns the numbers of expansions.csv at one step.
func (r *Representation) numbersAt(step int) map[string]float64 {
	numbers := map[string]float64{"ed": r.ED[step]}
	if r.LRTrain != nil {
		numbers["lr_train"], numbers[r.HeldOutName()] = r.LRTrain[step], r.LRHeldOut[step]
	}
	for _, curve := range r.Further {
		if slices.Contains(ExpansionNumbers, curve.Name) {
			numbers[curve.Name] = curve.Values[step]
		}
	}
	return numbers
}
