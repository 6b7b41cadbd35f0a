package claims

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Waypoint is what the states at t_eval look like after an epoch of training.
type Waypoint struct {
	Epoch int     `json:"epoch"`
	Loss  float64 `json:"loss"` // on validation samples
	// ED is the effective dimensionality, 0 where all states are one point.
	ED float64 `json:"ed"`
	// Along and Across are the variance in the span of the readout's rows and the rest of the variance, Rest the effective
	// dimensionality of the states without what lies in that span.
	Along  float64 `json:"along"`
	Across float64 `json:"across"`
	Rest   float64 `json:"rest"`
	// Predicted is Along by the closed form of [linearCourse]; only of networks for which there is one.
	Predicted float64 `json:"predicted,omitempty"`
}

// keepsWaypoints reports whether a network is followed through training by waypoints: if its measures ask for the variance along
// the readout.
func keepsWaypoints(c train.Config) bool {
	return slices.Contains(c.Measures.Further.Names(), measure.VarianceAlongReadout)
}

// waypoints measures a network before and after training and at the epochs with a snapshot in the run's folder.
func waypoints(ctx context.Context, folder run.Folder, t *train.Trainer) ([]Waypoint, error) {
	snapshots, err := folder.Snapshots()
	if err != nil {
		return nil, err
	}
	snapshots = slices.DeleteFunc(snapshots, func(s run.Snapshot) bool { return s.Epoch == 0 || s.Epoch >= t.Epoch() })
	snapshots = slices.Concat([]run.Snapshot{{Parameters: t.Experiment.Initial}}, snapshots, []run.Snapshot{{Epoch: t.Epoch(), Parameters: t.Parameters}})
	predict, err := linearCourse(t.Experiment)
	if err != nil {
		return nil, err
	}
	path := make([]Waypoint, len(snapshots))
	for i, snapshot := range snapshots {
		if path[i], err = waypoint(ctx, t.Experiment, snapshot); err != nil {
			return nil, err
		}
		path[i].Loss = t.History[snapshot.Epoch].ValidationLoss
		if predict != nil {
			path[i].Predicted = predict(snapshot.Epoch)
		}
	}
	return path, nil
}

func waypoint(ctx context.Context, e *train.Experiment, snapshot run.Snapshot) (Waypoint, error) {
	at := Waypoint{Epoch: snapshot.Epoch}
	trajectory, err := e.RecordContext(ctx, snapshot.Parameters)
	if err != nil {
		return at, err
	}
	states := trajectory.H[e.Config.EvaluationTime()]
	if at.ED, err = analysis.EffectiveDimensionality(states); err != nil && !errors.Is(err, analysis.ErrZeroVariance) {
		return at, err
	}
	spread, err := measure.ReadoutSpread(states, measure.ReadoutWeights(snapshot.Parameters))
	if at.Along, at.Across = spread.Along, spread.Across; !math.IsNaN(spread.ED) {
		at.Rest = spread.ED
	}
	return at, err
}

// leastLoss stands for smaller losses on a logarithmic scale, among them 0.
const leastLoss = 1e-12

// atLoss returns a value of a network at the moment of training at which the loss first falls to a level: between waypoints, the
// logarithm of the value is interpolated linearly in that of the loss. NaN if the loss never falls that far.
func atLoss(path []Waypoint, level float64, value func(Waypoint) float64) float64 {
	for i, at := range path {
		if at.Loss > level {
			continue
		}
		if i == 0 {
			return value(at)
		}
		before := path[i-1]
		share := math.Log(before.Loss/level) / math.Log(before.Loss/max(at.Loss, leastLoss))
		return math.Exp((1-share)*math.Log(value(before)) + share*math.Log(value(at)))
	}
	return math.NaN()
}

// Values of waypoints.
func (w Waypoint) ed() float64     { return w.ED }
func (w Waypoint) along() float64  { return w.Along }
func (w Waypoint) across() float64 { return w.Across }
func (w Waypoint) rest() float64   { return w.Rest }
