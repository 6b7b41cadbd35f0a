package measure

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// Stages of training at which a network's representation is measured.
const (
	Before = "before"
	After  = "after"
	During = "during"
)

// Stages lists the stages in the order of the rows of tables.
var Stages = []string{Before, After, During}

// Measurements is what is measured of one network.
type Measurements struct {
	Config train.Config `json:"-"`
	// Run is the folder of the network's run, and Imported reports whether it was trained elsewhere, so that its coupling is
	// unknown; set by [Run] only.
	Run      string         `json:"-"`
	Imported bool           `json:"-"`
	Before   Representation `json:"before"`
	After    Representation `json:"after"`
	// During is measured at the snapshots of training, of the first realisation only.
	During  []Moment             `json:"during,omitempty"`
	History []train.EpochMetrics `json:"history"`
	// Snapshots are the states after training on their first two principal components, of the first
	// realisation only.
	Snapshots []Projection `json:"snapshots,omitempty"`
	// Exploration is what the report's panel shows, of the first realisation only.
	Exploration *Exploration `json:"exploration,omitempty"`
	// Expansions and Dynamics are measured by [NetworkFully] only.
	Expansions []Expansion `json:"-"`
	Dynamics   []Dynamics  `json:"-"`
	// Answers and Decoded are of tasks through time, by [NetworkFully] only.
	Answers []Answers `json:"-"`
	// Plan is that of the task through time.
	Plan    *data.Plan `json:"-"`
	Decoded []Decoded  `json:"-"`
	// Own is what was read of the user's own points; nil where clusters are drawn.
	Own *train.OwnPoints `json:"-"`
	// Warnings name doubts about the numbers, such as fits that did not converge.
	Warnings []string `json:"warnings"`
}

// Moment is the representation after an epoch of training.
type Moment struct {
	Epoch int `json:"epoch"`
	Representation
}

// Representation is what is measured of the hidden states at t = 0 .. T, one value a step.
type Representation struct {
	// ED is the effective dimensionality, from 1 to N; 0 where all states are the same point.
	ED []float64 `json:"ed"`
	// LRTrain and LRHeldOut are the accuracies of the logistic regression on the clusters that it was
	// fitted to and on the others, in [0, 1].
	LRTrain   []float64 `json:"lr_train"`
	LRHeldOut []float64 `json:"lr_heldout"`
	// HeldOutSamples says that LRHeldOut is the accuracy on samples held out of every class, because no class has
	// several clusters.
	HeldOutSamples bool `json:"held_out_samples,omitempty"`
	// Further are measures beyond the paper's, by [NetworkFully] only.
	Further []Series `json:"further,omitempty"`
}

// Series lists all measures through time under their names in curves.csv; NaN is a gap.
func (r *Representation) Series() []Series {
	ed := slices.Clone(r.ED)
	for t, value := range ed {
		if value == 0 {
			ed[t] = math.NaN() // collapsed; measures.json has no NaN
		}
	}
	return append([]Series{{"ed", ed}, {"lr_train", r.LRTrain}, {r.HeldOutName(), r.LRHeldOut}}, r.Further...)
}

// Names of the accuracy on what a regression was not fitted to, in curves.csv.
const (
	HeldOutClusters = "lr_heldout"
	HeldOutSamples  = "lr_heldout_samples"
)

// HeldOutName is the name in curves.csv of the accuracy on what was held out.
func (r *Representation) HeldOutName() string {
	if r.HeldOutSamples {
		return HeldOutSamples
	}
	return HeldOutClusters
}

// LastEpoch returns the epoch after which training ended.
func (m *Measurements) LastEpoch() int {
	if len(m.History) == 0 {
		return m.Config.Training.Epochs
	}
	return m.History[len(m.History)-1].Epoch
}

func (r *Representation) measure(ctx context.Context, trajectory *data.Trajectory, held heldOut) (warnings []error, err error) {
	if trajectory.Lengths != nil {
		return r.measureStretches(ctx, trajectory, held)
	}
	if r.ED, warnings, err = dimensionality(ctx, trajectory); err != nil {
		return nil, err
	}
	if held.note != nil {
		warnings = append(warnings, held.note)
	}
	if held.rows == nil {
		return warnings, nil
	}
	accuracy, err := analysis.HeldOutSampleAccuracy(ctx, trajectory, held.rows, analysis.DefaultLogisticConfig())
	if err != nil {
		return nil, err
	}
	r.LRTrain, r.LRHeldOut, r.HeldOutSamples = accuracy.Train, accuracy.HeldOut, held.samples
	return append(warnings, accuracy.Warnings...), nil
}

// dimensionality returns the effective dimensionality through time. States that are all the same point, or that differ by
// rounding only, have none, so 0 stands for them and a warning says so: a network that collapsed is a result.
func dimensionality(ctx context.Context, trajectory *data.Trajectory) (values []float64, warnings []error, err error) {
	curve, err := analysis.EffectiveDimensionalityThroughTime(ctx, trajectory)
	if err == nil {
		return curve.Values, curve.Warnings, nil
	}
	if !errors.Is(err, analysis.ErrZeroVariance) {
		return nil, nil, err
	}
	values = make([]float64, trajectory.Steps())
	for t, states := range trajectory.H {
		if values[t], err = analysis.EffectiveDimensionality(states); err == nil {
			err = analysis.CheckNoise(states)
		}
		if errors.Is(err, analysis.ErrZeroVariance) {
			values[t] = 0
			warnings = append(warnings, &analysis.AtStep{Step: t, Err: err})
		} else if err != nil {
			return nil, nil, &analysis.AtStep{Step: t, Err: err}
		}
	}
	return values, warnings, nil
}
