package claims

import (
	"context"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Moment describes the representation and the dynamics after an epoch of training.
type Moment struct {
	Epoch int `json:"epoch"`
	// ED and Intrinsic are the effective dimensionality and the TwoNN estimate of the intrinsic dimension at
	// t = 0 .. T; the latter uses two neighbours, so it describes single clusters. 0 if all states coincide.
	ED        []float64 `json:"ed"`
	Intrinsic []float64 `json:"intrinsic"`
	// Exponents are the largest Lyapunov exponents without input, in nats per step; empty if the states diverge.
	Exponents []float64 `json:"exponents"`
}

// momentExponents is the number of exponents of a moment, at most one per unit.
const momentExponents = 20

// followedThroughTraining reports whether a network is measured during training: the first realisation of the paper's four.
func (o Options) followedThroughTraining(c train.Config) bool {
	if c.Realisation != 0 {
		return false
	}
	for _, g := range couplings {
		if id := c.Fingerprint(); id == o.high(g).config.Fingerprint() || id == o.low(g).config.Fingerprint() {
			return true
		}
	}
	return false
}

// course measures a network before and after training and at the epochs with a snapshot in the run's folder; it measures nothing if
// there are no snapshots.
func course(ctx context.Context, folder run.Folder, t *train.Trainer) ([]Moment, error) {
	snapshots, err := folder.Snapshots()
	if err != nil || len(snapshots) == 0 {
		return nil, err
	}
	snapshots = slices.Concat([]run.Snapshot{{Parameters: t.Experiment.Initial}}, snapshots,
		[]run.Snapshot{{Epoch: t.Epoch(), Parameters: t.Parameters}})
	moments := make([]Moment, len(snapshots))
	for i, snapshot := range snapshots {
		if moments[i], err = moment(ctx, t.Experiment, snapshot); err != nil {
			return nil, err
		}
	}
	return moments, nil
}

// moment measures a network at a snapshot of its training.
func moment(ctx context.Context, e *train.Experiment, snapshot run.Snapshot) (Moment, error) {
	now := Moment{Epoch: snapshot.Epoch}
	trajectory, err := e.RecordContext(ctx, snapshot.Parameters)
	if err != nil {
		return now, err
	}
	curve, err := analysis.EffectiveDimensionalityThroughTime(ctx, trajectory)
	if err != nil {
		return now, err
	}
	intrinsic, err := analysis.TwoNNThroughTime(ctx, trajectory, analysis.DefaultTwoNNConfig())
	if err != nil {
		return now, err
	}
	now.ED, now.Intrinsic = curve.Values, intrinsic.Values
	dynamics, err := snapshot.Parameters.Autonomous()
	if err != nil {
		return now, err
	}
	config := exponentConfig()
	config.Exponents = min(momentExponents, e.Config.Network.Units)
	now.Exponents, err = exponents(ctx, dynamics, trajectory.H[e.Config.Training.EvaluationStep].RawRowView(0), config)
	return now, err
}
