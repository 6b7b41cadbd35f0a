package train_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"gonum.org/v1/gonum/mat"
)

// TestShares: the shares decide how many points each part has, and every point of a part is measured once however many
// samples are asked for.
func TestShares(t *testing.T) {
	c := small.OwnPoints(t, small.TwoClasses(90, 10, 1))
	e, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if o := e.Own; o.Training != 60 || o.Validation != 20 || o.Measures != 20 || o.Measured != 20 {
		t.Errorf("got %v", o)
	}
	want := c.Task.Points + ": 100 samples of 2 inputs, 2 classes (go: 90, stop: 10), no clusters; 60 for training, 20 for validation, 20 for measures"
	if got := e.Own.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for key, share := range map[string]float64{"task.shares.training": 0.3, "task.shares.validation": 0.1, "task.shares.measures": 0.4} {
		if err := c.Set(key, share); err != nil {
			t.Fatal(err)
		}
	}
	c.Measures.Samples = 30
	if e, err = train.NewExperiment(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if o := e.Own; o.Training != 30 || o.Validation != 10 || o.Measures != 40 || o.Measured != 30 {
		t.Errorf("got %v", o)
	}
	if !strings.HasSuffix(e.Own.String(), "40 for measures (30 measured: measures.samples)") {
		t.Errorf("got %s", e.Own)
	}
	for _, shares := range []train.Shares{{0, 0.5, 0.5}, {0.5, -1, 0.5}, {0.5, 0.4, 0.2}, {math.NaN(), 0.1, 0.1}, {1, 0.1, 0.1}} {
		c.Task.Shares = shares
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "task.shares") {
			t.Errorf("%v: %v", shares, err)
		}
	}
}

// TestOwnPointsAreMeasuredOnce: 4 points of a rare class stay 4, and 100 are never 600.
func TestOwnPointsAreMeasuredOnce(t *testing.T) {
	e, err := train.NewExperiment(t.Context(), small.OwnPoints(t, small.TwoClasses(480, 20, 1)))
	if err != nil {
		t.Fatal(err)
	}
	points := e.MeasuringPoints()
	rare, seen := 0, map[float64]bool{}
	for row, label := range points.Labels {
		rare += label
		seen[points.Inputs.At(row, 0)] = true
	}
	if points.Len() != 100 || len(seen) != 100 || rare != 4 {
		t.Errorf("%d points are measured, %d distinct, %d of the rare class; want 100, 100 and 4", points.Len(), len(seen), rare)
	}
	trainer, err := train.NewTrainer(e)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	if err := trainer.Run(context.Background(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	// Each of the 100 points of the validation counts once, so that accuracies are hundredths.
	for _, metrics := range trainer.History {
		if hundredths := 100 * metrics.Accuracy; math.Abs(hundredths-math.Round(hundredths)) > 1e-9 {
			t.Errorf("accuracy %v on 100 points", metrics.Accuracy)
		}
	}
}

// TestFewOwnPointsAreDoubted: as many units as distinct points, or more, give a warning before training.
func TestFewOwnPointsAreDoubted(t *testing.T) {
	repeated := strings.SplitAfterN(small.TwoClasses(20, 20, 1), "\n", 2)
	for name, test := range map[string]struct{ table, want string }{
		"few":      {small.TwoClasses(20, 20, 1), "8 distinct points are measured in the space of 8 units: with so few, dimensionalities come out too low; add points, raise task.shares.measures (0.2), or lower"},
		"repeated": {repeated[0] + strings.Repeat(repeated[1], 15), "560 of 600 samples repeat the inputs of an earlier one, so that 40 are distinct"},
		"constant": {"a,x,label\n" + strings.Repeat("5,1,0\n5,2,1\n5,3,0\n", 20), "1 of 2 inputs is the same in all samples and tells nothing: column \"a\""},
	} {
		e, err := train.NewExperiment(t.Context(), small.OwnPoints(t, test.table))
		if err != nil {
			t.Fatal(err)
		}
		if doubts := fmt.Sprint(e.Own.Doubts); !strings.Contains(doubts, test.want) {
			t.Errorf("%s: %s, want %q", name, doubts, test.want)
		}
	}
}

// TestMoreMeasured: the key that limits how many samples are measured is the one to raise.
func TestMoreMeasured(t *testing.T) {
	drawn, own := train.DefaultConfig(), train.DefaultConfig()
	drawn.Measures.Samples, own.Measures.Samples = 80, 600
	own.Task.Sequences = "mine.npz"
	for _, test := range []struct {
		c        train.Config
		measured int
		want     string
	}{
		{drawn, 80, "raise measures.samples (80)"}, {own, 80, "raise task.shares.measures (0.2)"}, {own, 600, "raise measures.samples (600)"},
	} {
		if got := test.c.MoreMeasured(test.measured); got != test.want {
			t.Errorf("%d measured: %s, want %s", test.measured, got, test.want)
		}
	}
}

// TestWhatCannotBeSharedOut: points that cannot be partitioned are refused in one line with the numbers.
func TestWhatCannotBeSharedOut(t *testing.T) {
	for name, test := range map[string]struct{ table, want string }{
		"two points":            {"x,label\n1,a\n2,b\n", ": class a has 1 of the 2 points (as 2 of 2 have too few), but training, validation and measures (task.shares) need one of it each; add points of it, merge it with another or remove it"},
		"five samples":          {small.TwoClasses(3, 2, 1), ": class stop has 2 of the 5 points, but"},
		"one sample of a class": {small.TwoClasses(50, 1, 1), ": class stop has 1 of the 51 points, but"},
		"a small cluster":       {"x,label,cluster\n1,0,a\n2,0,a\n3,0,a\n4,1,b\n5,1,b\n6,1,b\n7,1,c\n", ": cluster c has 1 of the 7 points, but"},
		"identical inputs":      {"x,y,label\n" + strings.Repeat("5,7,0\n5,7,1\n", 20), ": all 24 training samples have the same inputs, so that nothing tells the classes apart; check how the file was written"},
		"too many inputs":       {"x,y,z,label\n" + strings.Repeat("1,2,3,0\n3,2,1,1\n2,1,3,0\n2,3,1,1\n", 5), ""},
	} {
		c := small.OwnPoints(t, test.table)
		if test.want == "" {
			c.Network.Units, test.want = 2, " has 3 inputs a sample, the network 2 units; raise network.units to 3 or more"
		}
		_, err := train.NewExperiment(t.Context(), c)
		if err == nil || !strings.HasPrefix(err.Error(), "train: "+c.Task.Points+test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
		var shares *train.ShareError
		if strings.Contains(test.want, "task.shares") && !errors.As(err, &shares) {
			t.Errorf("%s: %T", name, err)
		}
	}
	if _, err := train.NewExperiment(t.Context(), small.OwnPoints(t, small.TwoClasses(3, 3, 1))); err != nil {
		t.Errorf("three points a class: %v", err)
	}
}

// TestUnitsOfTheInputsDoNotMatter: inputs of 1e155 and 1e-165, whose squares overflow and vanish, are standardised as
// others are; without that they are out of the range of single precision.
func TestUnitsOfTheInputsDoNotMatter(t *testing.T) {
	reference, err := train.NewExperiment(t.Context(), small.OwnPoints(t, small.TwoClasses(30, 30, 1)))
	if err != nil {
		t.Fatal(err)
	}
	want := reference.MeasuringPoints().Inputs.RawMatrix().Data
	for _, scale := range []float64{1e155, 1e-165, 1e300, 1e-300, 1e20} {
		c := small.OwnPoints(t, small.TwoClasses(30, 30, scale))
		e, err := train.NewExperiment(t.Context(), c)
		if err != nil {
			t.Errorf("inputs of %g: %v", scale, err)
			continue
		}
		for i, got := range e.MeasuringPoints().Inputs.RawMatrix().Data {
			if math.Abs(got-want[i]) > 1e-12 {
				t.Fatalf("inputs of %g: %v, want %v", scale, got, want[i])
			}
		}
		c.Task.Standardise = false
		_, err = train.NewExperiment(t.Context(), c)
		if refused := err != nil && strings.Contains(err.Error(), "which is out of the range of single precision; set task.standardise = true"); refused != (scale != 1e20) {
			t.Errorf("inputs of %g as they stand: %v", scale, err)
		}
	}
	for _, scale := range []float64{1e-309, 1.7e308} {
		var scaling *data.ScalingError
		if _, err := train.NewExperiment(t.Context(), small.OwnPoints(t, small.TwoClasses(30, 30, scale))); !errors.As(err, &scaling) {
			t.Errorf("inputs of %g: %v", scale, err)
		}
	}
}

func TestPointsSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "points.csv")
	var rows strings.Builder
	for i := range 40 { // label first; the inputs of class 1 are larger
		fmt.Fprintf(&rows, "%d,%d,%d\n", i%2, 100+i+50*(i%2), 1)
	}
	if err := os.WriteFile(path, []byte(rows.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	c := small.Config()
	c.Task.Points, c.Task.Headerless, c.Task.LabelColumn = path, true, 0
	largest := func() float64 {
		experiment, err := train.NewExperiment(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return mat.Max(experiment.MeasuringPoints().Inputs)
	}
	if v := largest(); v > 5 {
		t.Errorf("a standardised input is %g", v)
	}
	c.Task.Standardise = false
	if v := largest(); v < 100 {
		t.Errorf("an input as it stands in the file is %g", v)
	}
	c.Task.LabelColumn = 2 // all 1
	if _, err := train.NewExperiment(t.Context(), c); err == nil {
		t.Error("a column of ones was taken for labels")
	}
}
