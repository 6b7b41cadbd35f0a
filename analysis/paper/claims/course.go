package claims

import (
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/train"
)

// Moment is how the representation and the dynamics stand after an epoch of training.
type Moment struct {
	Epoch int `json:"epoch"`
	// ED and Intrinsic are the effective dimensionality and the TwoNN estimate of the intrinsic dimension at
	// t = 0 .. T; the latter looks at two neighbours, so at single clusters. 0 where the states are one point.
	ED        []float64 `json:"ed"`
	Intrinsic []float64 `json:"intrinsic"`
	// Exponents are the largest Lyapunov exponents without input, in nats a step; empty if the states
	// leave all bounds.
	Exponents []float64 `json:"exponents"`
}

// momentEpochs are the epochs that are looked at; the last epoch is too. Most happens early.
var momentEpochs = []int{0, 1, 2, 5, 10, 20, 40}

// momentExponents is the number of exponents of a moment, at most one a unit.
const momentExponents = 20

// followedThroughTraining reports whether a network is looked at during training: the first realisation of
// the paper's four.
func (o Options) followedThroughTraining(c train.Config) bool {
	if c.Realisation != 0 {
		return false
	}
	for _, g := range couplings {
		if c == o.high(g).config || c == o.low(g).config {
			return true
		}
	}
	return false
}

// moment measures a network during its training.
func moment(t *train.Trainer) (*Moment, error) {
	c := t.Experiment.Config
	trajectory, err := t.Experiment.Record(t.Parameters)
	if err != nil {
		return nil, err
	}
	now := &Moment{Epoch: t.Epoch()}
	curve, err := analysis.EffectiveDimensionalityThroughTime(trajectory)
	if err != nil {
		return nil, err
	}
	intrinsic, err := analysis.TwoNNThroughTime(trajectory, analysis.DefaultTwoNNConfig())
	if err != nil {
		return nil, err
	}
	now.ED, now.Intrinsic = curve.Values, intrinsic.Values
	dynamics, err := t.Parameters.Autonomous(c.Network.Activation)
	if err != nil {
		return nil, err
	}
	config := exponentConfig()
	config.Exponents = min(momentExponents, c.Network.Units)
	now.Exponents, err = exponents(dynamics, trajectory.H[c.Training.EvaluationStep].RawRowView(0), config)
	return now, err
}

// isMoment reports whether an epoch is looked at.
func isMoment(epoch, last int) bool { return epoch == last || slices.Contains(momentEpochs, epoch) }
