package train_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	G "gorgonia.org/gorgonia"
)

// trajectory is a training run made by PyTorch (1.13, float64; torch.nn.functional.cross_entropy, or
// mse_loss against 0.7 one-hot, and torch.optim.RMSprop): its first 25 steps on given batches.
type trajectory struct {
	Spec struct {
		N, Classes, Batch int
		Evaluation        int `json:"t_eval"`
		Steps             int
		Loss              graph.LossName
		Activation        graph.Activation
		RMSProp           struct{ LR, Alpha, Eps, Momentum float64 }
	}
	Init   weights
	X      [][][]float64
	Y      [][]int
	Losses []float64
	Final  weights
}

type weights struct {
	R, W   [][]float64
	B1, B2 []float64
}

func (w weights) values() map[string][]float64 {
	return map[string][]float64{"R": flat(w.R), "W": flat(w.W), "b1": w.B1, "b2": w.B2}
}

func flat(rows [][]float64) []float64 {
	var values []float64
	for _, row := range rows {
		values = append(values, row...)
	}
	return values
}

// goldenFiles finds files in testdata, or in the folder that GOLDEN_DIR names.
func goldenFiles(t *testing.T, pattern string) []string {
	t.Helper()
	folder := os.Getenv("GOLDEN_DIR")
	if folder == "" {
		folder = "testdata"
	}
	files, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in %s (%v)", pattern, folder, err)
	}
	return files
}

func readGolden[T any](t *testing.T, path string) (golden T) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return golden
}

// TestGoldenTrajectory trains as PyTorch did and compares every loss and the final parameters.
func TestGoldenTrajectory(t *testing.T) {
	for _, name := range train.EngineNames() {
		for _, path := range goldenFiles(t, "trajectory_*.json") {
			t.Run(name+"/"+filepath.Base(path), func(t *testing.T) {
				golden := readGolden[trajectory](t, path)
				network := graph.DefaultConfig()
				network.Units, network.Activation, network.Precision = golden.Spec.N, golden.Spec.Activation, graph.Float64
				shape := graph.Shape{Inputs: golden.Spec.N, Outputs: golden.Spec.Classes, Embedded: true}
				parameters, err := graph.ParametersFrom(network, shape, golden.Init.values())
				if err != nil {
					t.Fatal(err)
				}
				rnn, err := graph.Build(parameters, graph.Unroll{
					Batch: golden.Spec.Batch, Steps: golden.Spec.Evaluation + 1, Loss: golden.Spec.Loss, Gradients: true,
				})
				if err != nil {
					t.Fatal(err)
				}
				engine, err := train.EngineNamed(name)
				if err != nil {
					t.Fatal(err)
				}
				machine, err := engine(rnn.Graph, append(G.Nodes{rnn.Loss}, rnn.Gradients...))
				if err != nil {
					t.Fatal(err)
				}
				defer machine.Close()
				config := train.DefaultOptimiserConfig()
				config.LearningRate, config.Alpha = golden.Spec.RMSProp.LR, golden.Spec.RMSProp.Alpha
				config.Epsilon, config.Momentum = golden.Spec.RMSProp.Eps, golden.Spec.RMSProp.Momentum
				optimiser, err := train.NewOptimiser(config, parameters.Names())
				if err != nil {
					t.Fatal(err)
				}
				learnables := rnn.Learnables(machine)
				for step := range golden.Spec.Steps {
					rnn.SetInputs(flat(golden.X[step]))
					rnn.SetLabels(golden.Y[step])
					if err := machine.RunAll(); err != nil {
						t.Fatal(err)
					}
					loss, err := graph.ReadScalar(machine, rnn.Loss)
					if err != nil {
						t.Fatal(err)
					}
					if want := golden.Losses[step]; math.Abs(loss-want) > 1e-8*math.Abs(want) {
						t.Fatalf("loss %d is %.12g, want %.12g", step, loss, want)
					}
					if err := optimiser.Step(learnables); err != nil {
						t.Fatal(err)
					}
				}
				for _, parameter := range parameters.All() {
					want := golden.Final.values()[parameter.Name]
					scale := 0.0
					for _, v := range want {
						scale = max(scale, math.Abs(v))
					}
					for j, got := range parameter.Tensor.Float64s() {
						if math.Abs(got-want[j]) > 1e-7*scale {
							t.Fatalf("final %s[%d] is %.12g, want %.12g", parameter.Name, j, got, want[j])
						}
					}
				}
			})
		}
	}
}

// TestGoldenPlateau follows sequences of torch.optim.lr_scheduler.ReduceLROnPlateau (PyTorch 1.13).
func TestGoldenPlateau(t *testing.T) {
	type sequence struct {
		Factor    float64
		Patience  int
		Threshold float64
		Mode      string  `json:"threshold_mode"`
		Initial   float64 `json:"initial_lr"`
		Losses    []float64
		Rates     []float64 `json:"lrs"`
	}
	for _, path := range goldenFiles(t, "reduce_on_plateau.json") {
		for i, golden := range readGolden[[]sequence](t, path) {
			plateau := train.NewPlateau(train.ScheduleConfig{
				Name: "plateau", Factor: golden.Factor, Patience: golden.Patience,
				Threshold: golden.Threshold, ThresholdMode: golden.Mode,
			})
			rate := golden.Initial
			for epoch, loss := range golden.Losses {
				rate = plateau.Step(loss, rate)
				if rate != golden.Rates[epoch] {
					t.Fatalf("sequence %d: rate after loss %d is %g, want %g", i, epoch, rate, golden.Rates[epoch])
				}
			}
		}
	}
}
