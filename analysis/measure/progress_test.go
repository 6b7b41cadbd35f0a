package measure_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestProgressOfMeasures: every step is reported with a share that never falls, and the last call is the end.
func TestProgressOfMeasures(t *testing.T) {
	folder := small.Run(t, func(*train.Config) {})
	seen, last := map[string]bool{}, 0.0
	var final string
	if _, err := measure.Run(t.Context(), folder, func(step string, share float64) {
		if share < last || share > 1 {
			t.Errorf("%q begins at share %v after %v", step, share, last)
		}
		if step == "" && share < 1 {
			t.Errorf("an empty step at share %v", share)
		}
		seen[step], last, final = true, share, step
	}); err != nil {
		t.Fatal(err)
	}
	if last != 1 || final != "" {
		t.Errorf("the last call is %q at %v, want an empty step at 1", final, last)
	}
	for _, step := range []string{"held-out accuracy before training", "fixed points after training", "random expansions"} {
		if !seen[step] {
			t.Errorf("no word of %q among %v", step, seen)
		}
	}
}

// BenchmarkSteps times each step of measuring a network of the paper on one core, before and after training together, in ms:
// the weights of steps and measures come from these times.
func BenchmarkSteps(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, coupling := range []float64{graph.EdgeOfChaos, graph.StronglyChaotic} {
		b.Run(fmt.Sprintf("g=%g", coupling), func(b *testing.B) {
			c := train.DefaultConfig()
			c.Network.Coupling, c.Training.Epochs = coupling, 3
			e, err := train.NewExperiment(b.Context(), c)
			if err != nil {
				b.Fatal(err)
			}
			trainer, err := train.NewTrainer(e)
			if err != nil {
				b.Fatal(err)
			}
			defer trainer.Close()
			if err := trainer.Run(b.Context(), train.Silent{}, nil); err != nil {
				b.Fatal(err)
			}
			times, step := map[string]time.Duration{}, ""
			for b.Loop() {
				began := time.Now()
				if _, err := measure.NetworkFully(b.Context(), e, trainer.Parameters, nil, trainer.History, func(next string, _ float64) {
					now := time.Now()
					times[step] += now.Sub(began)
					step, began = next, now
				}); err != nil {
					b.Fatal(err)
				}
			}
			for _, stage := range []string{" before training", " after training"} {
				for name, took := range times {
					if short, found := strings.CutSuffix(name, stage); found {
						times[short] += took
						delete(times, name)
					}
				}
			}
			for name, took := range times {
				if name != "" {
					b.ReportMetric(took.Seconds()*1000/float64(b.N), strings.ReplaceAll(name, " ", "-")+"-ms")
				}
			}
		})
	}
}
