package train_test

import (
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
)

// TestScoresUnderNoise: without noise the score is that of the recorded states and the readout, with very strong noise it is
// chance, and the same noise is drawn in every call.
func TestScoresUnderNoise(t *testing.T) {
	for name, settings := range map[string][]string{
		"clusters":  {"measures.samples", "400", "training.epochs", "10"},
		"flip-flop": {"task.kind", "flip_flop", "training.loss", "mse", "network.cell", "leaky", "network.input", "trained", "measures.samples", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			e := small.Experiment(t, small.Set(t, small.Config(), settings...))
			trainer, err := train.NewTrainer(e)
			if err != nil {
				t.Fatal(err)
			}
			defer trainer.Close()
			if err := trainer.Run(t.Context(), train.Silent{}, nil); err != nil {
				t.Fatal(err)
			}
			scores, err := e.ScoresUnderNoise(t.Context(), trainer.Parameters, []float64{0, 0.3, 1e6, 0.3})
			if err != nil {
				t.Fatal(err)
			}
			recorded, err := e.Record(trainer.Parameters)
			if err != nil {
				t.Fatal(err)
			}
			want := 0.0
			if e.Task != nil {
				want = e.Task.Score(recorded.Outputs, e.MeasuringBatch())
			} else {
				outputs := trainer.Parameters.Outputs()
				w, b := trainer.Parameters.Effective("W"), trainer.Parameters.Effective("b2")
				states := recorded.H[e.Config.EvaluationTime()]
				for sample, label := range recorded.Labels {
					best, most := -1, math.Inf(-1)
					for class := range outputs {
						out := b[class]
						for unit, h := range states.RawRowView(sample) {
							out += w[class*trainer.Parameters.Units()+unit] * h
						}
						if out > most {
							best, most = class, out
						}
					}
					if best == label {
						want += 1 / float64(len(recorded.Labels))
					}
				}
			}
			chance := e.Plan().Chance
			if math.Abs(scores[0]-want) > 1e-9 || scores[1] != scores[3] || scores[1] == scores[0] || math.Abs(scores[2]-chance) > 0.1 || scores[0] < chance+0.1 {
				t.Errorf("scores %v without, with, with very strong noise and again with noise; without it %g by hand, chance %g", scores, want, chance)
			}
		})
	}
}
