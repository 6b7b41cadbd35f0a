package train

import (
	"fmt"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
	"gonum.org/v1/gonum/blas/blas32"
)

func init() { blas32.Use(kernel.BLAS{}) } // as the binary does

// BenchmarkTrainStep times a step of the paper's training: batch, states, loss, gradients, update.
func BenchmarkTrainStep(b *testing.B) {
	for _, engine := range EngineNames() {
		for _, optimiser := range []string{"rmsprop", "adam", "sgd"} {
			if engine == "tape" && optimiser != "rmsprop" {
				continue
			}
			b.Run(fmt.Sprintf("engine=%s/optimiser=%s", engine, optimiser), func(b *testing.B) {
				t := paperTrainer(b, func(c *Config) {
					c.Training.Engine, c.Training.Optimiser.Name = engine, optimiser
					c.Training.SkipZeroLoss = false // the one batch is soon learnt
				})
				b.ReportAllocs()
				for b.Loop() {
					if _, err := t.trainStep(0); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkSample times a step's share of an epoch of fresh samples: drawing and embedding.
func BenchmarkSample(b *testing.B) {
	for _, dimension := range []int{2, 200} {
		b.Run(fmt.Sprintf("d=%d", dimension), func(b *testing.B) {
			t := paperTrainer(b, func(c *Config) { c.Task.Dimension = dimension })
			steps := t.Experiment.Config.Training.Samples / t.Experiment.Config.Training.Batch
			b.ReportAllocs()
			for b.Loop() {
				t.samples.draw(t.Experiment.Config.Stream(streamTraining, 1), nil)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*steps), "ns/step")
		})
	}
}

func paperTrainer(tb testing.TB, change func(*Config)) *Trainer {
	tb.Helper()
	c := DefaultConfig()
	change(&c)
	experiment, err := NewExperiment(tb.Context(), c)
	if err != nil {
		tb.Fatal(err)
	}
	t, err := NewTrainer(experiment)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { t.Close() })
	t.samples.draw(c.Stream(streamTraining, 1), nil)
	return t
}

// raceDetector is set in builds with -race.
var raceDetector bool

// TestStepAllocatesNothing: after the first step, which makes the optimiser's memory.
func TestStepAllocatesNothing(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	trainer := paperTrainer(t, func(c *Config) { c.Network.Units, c.Task.Dimension = 40, 40 })
	step := func() {
		if _, err := trainer.trainStep(0); err != nil {
			t.Fatal(err)
		}
	}
	step()
	if count := testing.AllocsPerRun(20, step); count != 0 {
		t.Errorf("a step makes %g allocations", count)
	}
}
