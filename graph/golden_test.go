package graph_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
)

// trajectory is a training run by PyTorch (1.13, float64; torch.tanh, torch.nn.functional.cross_entropy
// or mse_loss against 0.7 one-hot, torch.optim.RMSprop): its first 25 steps on given batches.
type trajectory struct {
	Spec struct {
		N, Classes, Batch int
		Evaluation        int `json:"t_eval"`
		Steps             int
		Loss              graph.LossName
		Activation        graph.Activation
	}
	Init   weights
	X      [][][]float64
	Y      [][]int
	Hidden [][][]float64 `json:"hidden_first"`
	Logits [][]float64   `json:"logits_first"`
	Grads  weights       `json:"grads_first"`
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

// goldenFiles returns the trajectories in testdata, or in the folder that GOLDEN_DIR names.
func goldenFiles(t *testing.T) []string {
	t.Helper()
	folder := os.Getenv("GOLDEN_DIR")
	if folder == "" {
		folder = "testdata"
	}
	files, err := filepath.Glob(filepath.Join(folder, "trajectory_*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no trajectory_*.json in %s (%v)", folder, err)
	}
	return files
}

func readTrajectory(t *testing.T, path string) trajectory {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var golden trajectory
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return golden
}

// relativeError is the largest difference, relative to the largest wanted entry; infinite if a value is NaN.
func relativeError(got, want []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	difference, scale := 0.0, 0.0
	for i := range want {
		if math.IsNaN(got[i]) {
			return math.Inf(1)
		}
		difference = max(difference, math.Abs(got[i]-want[i]))
		scale = max(scale, math.Abs(want[i]))
	}
	if scale == 0 {
		return difference
	}
	return difference / scale
}

// TestGoldenFirstStep compares states, logits, loss and gradients of the first step with PyTorch.
func TestGoldenFirstStep(t *testing.T) {
	for name, engine := range engines {
		for _, path := range goldenFiles(t) {
			t.Run(name+"/"+filepath.Base(path), func(t *testing.T) {
				golden := readTrajectory(t, path)
				parameters, err := graph.ParametersFrom(vanilla(golden.Spec.N, golden.Spec.Activation, graph.Float64), embedded(golden.Spec.N, golden.Spec.Classes), golden.Init.values())
				if err != nil {
					t.Fatal(err)
				}
				rnn, err := graph.Build(parameters, graph.Unroll{
					Batch: golden.Spec.Batch, Steps: golden.Spec.Evaluation + 1, Loss: golden.Spec.Loss, Gradients: true,
				})
				if err != nil {
					t.Fatal(err)
				}
				wanted := append(append(rnn.Hidden[:len(rnn.Hidden):len(rnn.Hidden)], rnn.Gradients...), rnn.Outputs[0], rnn.Loss)
				machine, err := engine(rnn.Graph, wanted)
				if err != nil {
					t.Fatal(err)
				}
				defer machine.Close()
				rnn.SetInputs(flat(golden.X[0]))
				rnn.SetLabels(golden.Y[0])
				// The second run must change nothing: values must not accumulate from run to run.
				for run := range 2 {
					if err := machine.RunAll(); err != nil {
						t.Fatal(err)
					}
					states, err := rnn.States(machine)
					if err != nil {
						t.Fatal(err)
					}
					for step, state := range states {
						if e := relativeError(state.RawMatrix().Data, flat(golden.Hidden[step])); e > 1e-9 {
							t.Errorf("run %d: state %d: relative error %g", run, step, e)
						}
					}
					check := func(what string, got []float64, err error, want []float64) {
						if err != nil {
							t.Fatal(err)
						}
						if e := relativeError(got, want); e > 1e-9 {
							t.Errorf("run %d: %s: relative error %g", run, what, e)
						}
					}
					logits, err := graph.Read(machine, rnn.Outputs[0])
					check("logits", logits, err, flat(golden.Logits))
					loss, err := graph.Read(machine, rnn.Loss)
					check("loss", loss, err, golden.Losses[:1])
					for i, name := range parameters.Names() {
						gradient, err := graph.Read(machine, rnn.Gradients[i])
						check("gradient of "+name, gradient, err, golden.Grads.values()[name])
					}
				}
			})
		}
	}
}
