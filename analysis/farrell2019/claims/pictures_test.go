package claims

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// madeUp returns evidence on a network that nobody trained, different for each.
func madeUp(c train.Config, at int) *Evidence {
	e := &Evidence{InputED: 20}
	e.Config = c
	jitter := 1 + 0.1*math.Sin(float64(at))
	curve := func(from, to float64) []float64 {
		values := make([]float64, c.RecordedSteps()+1)
		for t := range values {
			values[t] = jitter * (to + (from-to)*math.Exp(-float64(t)/4))
		}
		return values
	}
	e.Before = measure.Representation{ED: curve(20, 9)}
	e.After = measure.Representation{ED: curve(20, 2)}
	e.Initial.Exponents, e.Trained.Exponents = []float64{0.1 * jitter, 0}, []float64{0.05 * jitter, 0}
	if c.Measures.Further != "" {
		for _, deviation := range measure.NoiseDeviations() {
			e.After.Further = append(e.After.Further, measure.Series{Name: measure.NoiseScoreOf(deviation), Values: curve(0.9, 0.8-0.2*deviation)})
		}
	}
	if slices.Contains(c.Measures.Further.Names(), measure.TheoryED) {
		e.Before.Further = append(e.Before.Further, measure.Series{Name: measure.TheoryED, Values: curve(21, 9)})
	}
	for _, name := range c.Measures.Further.Names() {
		if of, _ := measure.Of(name); strings.HasPrefix(name, "dimension") || strings.HasSuffix(name, "capacity") {
			for _, column := range of.Columns {
				e.Before.Further = append(e.Before.Further, measure.Series{Name: column.Name, Values: curve(10, 5)})
				e.After.Further = append(e.After.Further, measure.Series{Name: column.Name, Values: curve(10, 3)})
			}
		}
	}
	for epoch := range c.Training.Epochs + 1 {
		e.History = append(e.History, train.EpochMetrics{Epoch: epoch, ValidationLoss: 1 / float64(1+epoch), Accuracy: 1 - 0.5/float64(1+epoch)})
	}
	if keepsWaypoints(c) {
		for _, epoch := range []int{0, 1, 5, c.Training.Epochs} {
			left := jitter / float64(1+epoch)
			e.Path = append(e.Path, Waypoint{Epoch: epoch, Loss: 0.7 * math.Pow(left, 2), ED: 2 + 18*left, Along: 30 - 28*left, Across: 100 + 50*left, Rest: 20, Predicted: 30 - 28*left})
		}
	}
	if c.Measures.Splits == 0 {
		return e
	}
	for _, r := range []*measure.Representation{&e.Before, &e.After} {
		r.LRTrain, r.LRHeldOut = curve(0.7, 0.95), curve(0.5, 0.9)
	}
	for _, s := range []*Stage{&e.Initial, &e.Trained} {
		s.Between, s.Within, s.Change, s.Groups, s.Discriminability = curve(5, 9), curve(5, 3), curve(0.2, 0.1)[1:], curve(0, 1), curve(1, 6)
		s.Captured, s.Components, s.FixedPoints, s.Settled, s.Pure = []float64{0.6, 0.7, 0.8}, 3, 2, 1, 1
	}
	if c.Training.Checkpoint.Snapshots {
		for _, epoch := range []int{0, 1, 5, 10, 20, c.Training.Epochs} {
			now := Moment{Epoch: epoch, Exponents: []float64{0.1 * jitter, 0, -0.1}}
			if c.Realisation == 0 {
				now.ED, now.Intrinsic = curve(20, 5), curve(5, 3)
			}
			e.Course = append(e.Course, now)
		}
	}
	return e
}

// TestEveryClaimIsWritten: the ledger and the pictures of all claims come from the networks that are planned, also where some of them have
// no evidence.
func TestEveryClaimIsWritten(t *testing.T) {
	if racing {
		t.Skip("it starts no goroutine and draws for minutes under the race detector")
	}
	for _, s := range exponentSettings() { // made up as the evidence is: the theory's own take seconds each
		exponentTheories.Store(s.coupling, func() float64 { return 0.001 * s.coupling })
	}
	for name, lost := range map[string]int{"one in seven lost": 7, "all lost": 1} {
		t.Run(name, func(t *testing.T) {
			o := Options{Realisations: 5, All: true}
			r := &Result{Options: o, Networks: map[string]*Evidence{}}
			for at, c := range o.Plan() {
				e := madeUp(c, at)
				if at%lost == 0 {
					e = &Evidence{Diverged: "made up"}
					e.Config = c
				}
				r.Networks[c.Fingerprint()] = e
			}
			ledger, err := r.Ledger()
			if err != nil {
				t.Fatal(err)
			}
			written, err := r.Write(t.TempDir(), ledger, run.NewProvenance(nil))
			if err != nil {
				t.Fatal(err)
			}
			if lost > 1 && len(written) < 2*len(ledger) {
				t.Errorf("%d claims, but only %d files", len(ledger), len(written))
			}
		})
	}
}
