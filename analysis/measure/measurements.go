package measure

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"gonum.org/v1/gonum/mat"
)

// Stages of a network's life at which its representation is measured.
const (
	Before = "before"
	After  = "after"
	During = "during"
)

// Measurements is what is measured of one network.
type Measurements struct {
	Config train.Config `json:"-"`
	// Run is the folder of the network's run, and Imported tells whether it was trained elsewhere, so that of its coupling
	// nothing is known; set by [Run] only.
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

// Network records the network before and after training, and of the first realisation at the snapshots in
// between, and measures each, on the same samples with the same held-out clusters. An imported network without
// initial weights is not measured before. progress may be nil.
func Network(ctx context.Context, e *train.Experiment, trained *graph.Parameters, snapshots []run.Snapshot, history []train.EpochMetrics,
	progress Progress) (*Measurements, error) {
	return networkInOrder(ctx, e, trained, snapshots, history, progress, nil)
}

// NetworkWith is [Network] that also shows parameters and trajectory before and after training to further, so
// that more can be measured without recording anew.
func NetworkWith(ctx context.Context, e *train.Experiment, trained *graph.Parameters, snapshots []run.Snapshot, history []train.EpochMetrics,
	progress Progress, further func(stage string, parameters *graph.Parameters, trajectory *data.Trajectory) error) (*Measurements, error) {
	return networkInOrder(ctx, e, trained, snapshots, history, progress, []extra{{[]string{stepFurther},
		func(_ context.Context, at *moment, trajectory *data.Trajectory, steps *meter) ([]Series, []error, error) {
			steps.begin(stepFurther)
			return nil, nil, further(at.stage, at.parameters, trajectory)
		}}})
}

// networkInOrder measures on the caller's goroutine, one moment after the other: the callers train several networks side by
// side, and hold one trajectory each.
func networkInOrder(ctx context.Context, e *train.Experiment, trained *graph.Parameters, snapshots []run.Snapshot, history []train.EpochMetrics,
	progress Progress, extras []extra) (*Measurements, error) {
	defer progress.end()
	s, err := newStudy(e, trained, snapshots, history, progress, extras)
	if err != nil {
		return nil, err
	}
	if err := runJobs(ctx, 1, s.jobs(ctx)); err != nil {
		return nil, err
	}
	return s.measurements(), nil
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

// Projection is the samples at one step on their first two principal components.
type Projection struct {
	Step    int       `json:"step"`
	X       []float64 `json:"x"`
	Y       []float64 `json:"y"`
	Classes []int     `json:"classes"`
}

// projectedAfter are the times behind t_eval that are projected too, in which classes mix again.
var projectedAfter = []int{5, 10, 20}

// projections projects the states at every second step up to the evaluation step and at some behind it.
func projections(ctx context.Context, trajectory *data.Trajectory, evaluation int) ([]Projection, error) {
	var steps []int
	for t := 0; t <= evaluation && t < trajectory.Steps(); t += 2 {
		steps = append(steps, t)
	}
	for _, after := range projectedAfter {
		if t := evaluation + after; t < trajectory.Steps() {
			steps = append(steps, t)
		}
	}
	return ProjectionsAt(ctx, trajectory, steps)
}

// ProjectionsAt projects the states at some steps on their first two principal components, signs aligned from each
// step to the next; none if the network has collapsed to a point, which has no components.
//
// Errors: those of [analysis.Snapshots].
func ProjectionsAt(ctx context.Context, trajectory *data.Trajectory, steps []int) ([]Projection, error) {
	series, err := analysis.Snapshots(ctx, trajectory, steps, 2)
	if errors.Is(err, analysis.ErrZeroVariance) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	pictures := make([]Projection, len(steps))
	for i, scores := range series.Scores {
		pictures[i] = Projection{
			Step: steps[i], X: mat.Col(nil, 0, scores), Y: mat.Col(nil, 1, scores), Classes: trajectory.Labels,
		}
	}
	return pictures, nil
}
