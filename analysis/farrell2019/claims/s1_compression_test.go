package claims

import (
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestAtLoss: between waypoints, logarithms are interpolated; the first moment counts, and a loss that is never reached has no value.
func TestAtLoss(t *testing.T) {
	path := []Waypoint{{Loss: 1, ED: 16}, {Loss: 1e-2, ED: 4}, {Loss: 0.5, ED: 9}, {Loss: 0, ED: 2}}
	for level, want := range map[float64]float64{2: 16, 1: 16, 0.1: 8, 1e-2: 4, 1e-12: 2} {
		if got := atLoss(path, level, Waypoint.ed); math.Abs(got-want) > 1e-12 {
			t.Errorf("loss %g: %g, want %g", level, got, want)
		}
	}
	if got := atLoss(path[:2], 1e-3, Waypoint.ed); !math.IsNaN(got) {
		t.Errorf("a loss that is not reached: %g", got)
	}
	slow := []Waypoint{{Loss: 1, ED: 16}, {Loss: 0.9, ED: 3}}
	for loss, want := range map[float64]float64{0.1: 1, 0.9: 3 / atLoss(path, 0.9, Waypoint.ed), 0: 3 / atLoss(path, 0.9, Waypoint.ed)} {
		if got := (effect{loss: loss}).ratio(slow, path, Waypoint.ed); math.Abs(got-want) > 1e-12 {
			t.Errorf("ratio at loss %g: %g, want %g", loss, got, want)
		}
	}
}

// TestLinearCourse trains a linear network in double precision, one step an epoch on the whole of its own few points, whose moments are
// then those of every batch: the variance along the readout is that of the closed form, to rounding, and that across it does not
// change. Another network has no closed form.
func TestLinearCourse(t *testing.T) {
	c := (compressionStudy{DefaultOptions(), graph.StronglyChaotic}).linear().config
	c.Network.Units, c.Task.Dimension, c.Task.Clusters, c.Network.Precision = 20, 20, 10, graph.Float64
	c.Task.Noise = 1e-9 // every sample is at the centre of its cluster
	c.Training.Samples, c.Training.Batch, c.Measures.Samples, c.Training.Epochs = 40, 40, 40, 30
	experiment, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	predict, err := linearCourse(experiment)
	if err != nil || predict == nil {
		t.Fatalf("no course: %v", err)
	}
	trainer, err := train.NewTrainer(experiment)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	var first, last float64
	check := func(tr *train.Trainer) error {
		trajectory, err := experiment.Record(tr.Parameters)
		if err != nil {
			return err
		}
		along, across, err := analysis.VarianceAlong(trajectory.H[1], measure.ReadoutWeights(tr.Parameters))
		if want := predict(tr.Epoch()); err != nil || math.Abs(along-want) > 1e-6*want {
			t.Errorf("epoch %d: %g along, want %g; %v", tr.Epoch(), along, want, err)
		}
		if tr.Epoch() == 0 {
			first = across
		}
		last = across
		return nil
	}
	if err := trainer.Run(t.Context(), train.Silent{}, check); err != nil {
		t.Fatal(err)
	}
	if math.Abs(last/first-1) > 1e-9 {
		t.Errorf("%g across the readout, before training %g", last, first)
	}
	if predict(30) > 0.9*predict(0) && predict(30) < 1.1*predict(0) {
		t.Errorf("nothing was learned: %g along, before training %g", predict(30), predict(0))
	}
	c.Network.Activation = graph.Tanh
	if experiment, err = train.NewExperiment(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if predict, err := linearCourse(experiment); predict != nil || err != nil {
		t.Errorf("a tanh network has a closed form; %v", err)
	}
}
