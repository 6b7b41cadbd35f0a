package train_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// given pairs a parameter with a gradient.
type given struct{ value, gradient *tensor.Dense }

func (g given) Value() G.Value         { return g.value }
func (g given) Grad() (G.Value, error) { return g.gradient, nil }

// TestOptimisersFollowPyTorch compares five steps with torch.optim; testdata/optimisers.py makes the fixture.
func TestOptimisersFollowPyTorch(t *testing.T) {
	type sequence struct {
		Name                                   string
		Start, End                             []float64
		Gradients                              [][]float64
		LR, Alpha, Eps, Momentum, Beta1, Beta2 float64
		WeightDecay                            float64 `json:"weight_decay"`
	}
	for _, want := range readGolden[[]sequence](t, filepath.Join("testdata", "optimisers.json")) {
		t.Run(want.Name, func(t *testing.T) {
			name, _, _ := strings.Cut(want.Name, " ")
			optimiser, err := train.NewOptimiser(train.OptimiserConfig{
				Name: name, LearningRate: want.LR, Alpha: want.Alpha, Epsilon: want.Eps, Momentum: want.Momentum,
				Beta1: want.Beta1, Beta2: want.Beta2, WeightDecay: want.WeightDecay,
			}, []string{"w"})
			if err != nil {
				t.Fatal(err)
			}
			w := tensor.New(tensor.WithBacking(append([]float64(nil), want.Start...)))
			for _, gradient := range want.Gradients {
				g := tensor.New(tensor.WithBacking(append([]float64(nil), gradient...)))
				if err := optimiser.Step([]G.ValueGrad{given{w, g}}); err != nil {
					t.Fatal(err)
				}
			}
			for i, got := range w.Float64s() {
				if math.Abs(got-want.End[i]) > 1e-12*math.Max(1, math.Abs(want.End[i])) {
					t.Errorf("w[%d] ends at %.15g, PyTorch at %.15g", i, got, want.End[i])
				}
			}
		})
	}
}

// TestStockSolver trains with Gorgonia's own RMSProp, which cannot be saved.
func TestStockSolver(t *testing.T) {
	for _, engine := range train.EngineNames() {
		c := small.Config()
		c.Training.Optimiser.Name, c.Training.Engine = "gorgonia", engine
		trainer, _, err := run.Folder{Path: t.TempDir()}.Run(context.Background(), small.Experiment(t, c), false, train.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		if first, last := trainer.History[0], trainer.History[c.Training.Epochs]; last.ValidationLoss >= first.ValidationLoss {
			t.Errorf("%s: the loss went from %g to %g", engine, first.ValidationLoss, last.ValidationLoss)
		}
		if _, err := trainer.Optimiser.State(); !errors.Is(err, train.ErrNoState) {
			t.Errorf("%s: want ErrNoState, got %v", engine, err)
		}
		trainer.Close()
	}
}
