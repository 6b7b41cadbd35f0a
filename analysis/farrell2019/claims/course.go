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
	// t = 0 .. T; the latter uses two neighbours, so it describes single clusters. 0 if all states coincide. Only of the first
	// realisation.
	ED        []float64 `json:"ed,omitempty"`
	Intrinsic []float64 `json:"intrinsic,omitempty"`
	// Exponents are the largest Lyapunov exponents without input, in nats per step, the median over ten starts: momentExponents of
	// them of the first realisation, one of the others; empty if the states diverge.
	Exponents []float64 `json:"exponents"`
}

// momentExponents is the number of exponents of a moment, at most one per unit.
const momentExponents = 20

// momentEpochs are the epochs at which all realisations are measured during training; their ends are stages of the evidence. The first
// realisation has its ends and further epochs too, for the spectra.
var momentEpochs = []int{1, 5, 10, 20}

// followedThroughTraining returns the fingerprints of the networks that are measured during training: the paper's four.
func (o Options) followedThroughTraining() map[string]bool {
	followed := map[string]bool{}
	for _, g := range couplings {
		followed[o.high(g).config.Fingerprint()] = true
		followed[o.low(g).config.Fingerprint()] = true
	}
	return followed
}

// momentsOf measures a network at the epochs with a snapshot in the run's folder, the first realisation before and after training too; it
// measures nothing if there are no snapshots.
func momentsOf(ctx context.Context, folder run.Folder, t *train.Trainer) ([]Moment, error) {
	snapshots, err := folder.Snapshots()
	if err != nil || len(snapshots) == 0 {
		return nil, err
	}
	first := t.Experiment.Config.Realisation == 0
	if first {
		snapshots = slices.Concat([]run.Snapshot{{Parameters: t.Experiment.Initial}}, snapshots,
			[]run.Snapshot{{Epoch: t.Epoch(), Parameters: t.Parameters}})
	} else {
		snapshots = slices.DeleteFunc(snapshots, func(s run.Snapshot) bool { return !slices.Contains(momentEpochs, s.Epoch) })
	}
	moments := make([]Moment, len(snapshots))
	for i, snapshot := range snapshots {
		if moments[i], err = momentOf(ctx, t.Experiment, snapshot, first); err != nil {
			return nil, err
		}
	}
	return moments, nil
}

// momentOf measures a network at a snapshot of its training.
func momentOf(ctx context.Context, e *train.Experiment, snapshot run.Snapshot, fully bool) (Moment, error) {
	now := Moment{Epoch: snapshot.Epoch}
	trajectory, err := e.RecordContext(ctx, snapshot.Parameters)
	if err != nil {
		return now, err
	}
	config := exponentConfig()
	config.Exponents = 1
	if fully {
		config.Exponents = min(momentExponents, e.Config.Network.Units)
		curve, err := analysis.EffectiveDimensionalityThroughTime(ctx, trajectory)
		if err != nil {
			return now, err
		}
		intrinsic, err := analysis.TwoNNThroughTime(ctx, trajectory, analysis.DefaultTwoNNConfig())
		if err != nil {
			return now, err
		}
		now.ED, now.Intrinsic = curve.Values, intrinsic.Values
	}
	dynamics, err := snapshot.Parameters.Autonomous()
	if err != nil {
		return now, err
	}
	now.Exponents, err = exponents(ctx, dynamics, trajectory.H[e.Config.Training.EvaluationStep], config)
	return now, err
}
