package graph_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// torchFixture holds PyTorch's results for a network of a cell; testdata/torch_cells.py writes it.
type torchFixture struct {
	Cell            string
	Activation      graph.Activation
	Excitatory      float64
	SelfConnections *bool `json:"self_connections"`

	Parameters map[string][]float64
	Inputs     [][]float64 // of each step, B x D
	Noise      [][]float64 // of each step, B x N
	Dropout    [][]float64 // of each step, B x N
	Carried    [][]float64 // of each step, B x N, or B x 2N for an LSTM
	Objectives []torchObjective
	Step       struct{ Input, At, Vector, Next, Jacobian, Push, Pull []float64 }
}

type torchObjective struct {
	Loss           graph.LossName
	Readouts       []int
	Targets, Masks [][]float64
	Penalty        string
	Strength       float64
	Times          []int
	Value          float64
	Gradients      map[string][]float64
}

const torchBatch, torchUnits, torchInputs, torchOutputs, torchRank = 4, 7, 3, 2, 2

// eachTorchFixture calls test for every fixture with the network in it.
func eachTorchFixture(t *testing.T, test func(t *testing.T, f torchFixture, p *graph.Parameters)) {
	files, err := filepath.Glob(filepath.Join("testdata", "torch_*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures (%v)", err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var f torchFixture
			if err := json.Unmarshal(text, &f); err != nil {
				t.Fatal(err)
			}
			c := vanilla(torchUnits, f.Activation, graph.Float64)
			c.Cell, c.Input, c.Rank, c.Excitatory = f.Cell, graph.TrainedInput, torchRank, f.Excitatory
			if f.SelfConnections != nil {
				c.SelfConnections = *f.SelfConnections
			}
			p, err := graph.ParametersFrom(c, graph.Shape{Inputs: torchInputs, Outputs: torchOutputs}, f.Parameters)
			if err != nil {
				t.Fatal(err)
			}
			p.Constrain(anyStream) // at density 1, no sign and no mask is drawn
			test(t, f, p)
		})
	}
}

// unroll returns the graph of an objective.
func (f torchFixture) unroll(t *testing.T, o torchObjective) graph.Unroll {
	u := graph.Unroll{
		Batch: torchBatch, Steps: len(f.Inputs), Readouts: o.Readouts, Loss: o.Loss, Masked: o.Masks != nil,
		Noise: f.Noise != nil, Dropout: f.Dropout != nil, Gradients: true,
	}
	for step := range f.Inputs {
		u.Inputs = append(u.Inputs, step)
	}
	if o.Penalty != "" {
		penalty, err := graph.PenaltyNamed(o.Penalty)
		if err != nil {
			t.Fatal(err)
		}
		u.Penalties = []graph.Weighted{{Penalty: penalty, Strength: o.Strength, Times: o.Times}}
	}
	return u
}

// fill sets the graph's inputs to those of PyTorch's network.
func (f torchFixture) fill(r *graph.RNN, o torchObjective) {
	for step, x := range r.X {
		graph.SetValues(x, f.Inputs[step])
	}
	for step, noise := range r.Noise {
		graph.SetValues(noise, f.Noise[step])
	}
	for step, factors := range r.Dropout {
		graph.SetValues(factors, f.Dropout[step])
	}
	for i, target := range r.Targets {
		graph.SetValues(target, o.Targets[i])
	}
	for i, mask := range r.Masks {
		graph.SetValues(mask, o.Masks[i])
	}
}

// TestCellsAgainstTorch: states, carried states, objectives with masks and penalties, and all gradients equal PyTorch's.
func TestCellsAgainstTorch(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			eachTorchFixture(t, func(t *testing.T, f torchFixture, p *graph.Parameters) {
				for i, o := range f.Objectives {
					rnn, err := graph.Build(p, f.unroll(t, o))
					if err != nil {
						t.Fatal(err)
					}
					machine, err := engine(rnn.Graph, slices.Concat(rnn.Recorded(), rnn.Gradients, G.Nodes{rnn.Objective}))
					if err != nil {
						t.Fatal(err)
					}
					defer machine.Close()
					f.fill(rnn, o)
					for range 2 { // nothing accumulates from run to run
						if err := machine.RunAll(); err != nil {
							t.Fatal(err)
						}
					}
					carried, err := rnn.CarriedStates(machine)
					if err == nil && carried == nil {
						carried, err = rnn.States(machine)
					}
					if err != nil {
						t.Fatal(err)
					}
					for step, want := range f.Carried {
						if e := relativeError(carried[step].RawMatrix().Data, want); e > 1e-9 {
							t.Fatalf("state %d: relative error %g", step, e)
						}
					}
					value, err := graph.ReadScalar(machine, rnn.Objective)
					if e := relativeError([]float64{value}, []float64{o.Value}); err != nil || e > 1e-9 {
						t.Errorf("objective %d: %v, torch has %v (%v)", i, value, o.Value, err)
					}
					var compared []string
					for j, parameter := range p.Trained() {
						gradient, err := graph.Read(machine, rnn.Gradients[j])
						if err != nil {
							t.Fatal(err)
						}
						if e := relativeError(gradient, o.Gradients[parameter.Name]); e > 1e-9 {
							t.Errorf("objective %d: gradient of %s: relative error %g", i, parameter.Name, e)
						}
						compared = append(compared, parameter.Name)
					}
					slices.Sort(compared)
					if want := slices.Sorted(maps.Keys(o.Gradients)); !slices.Equal(compared, want) {
						t.Errorf("gradients of %q, torch has %q", compared, want)
					}
				}
			})
		})
	}
}

// TestMapAgainstTorch compares one step, its Jacobian and the products with it.
func TestMapAgainstTorch(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			eachTorchFixture(t, func(t *testing.T, f torchFixture, p *graph.Parameters) {
				m, err := graph.NewMap(p, engine, f.Step.Input)
				if err != nil {
					t.Fatal(err)
				}
				n := m.Units()
				check := func(what string, got, want []float64) {
					if e := relativeError(got, want); e > 1e-9 {
						t.Errorf("%s: relative error %g", what, e)
					}
				}
				next, jacobian := make([]float64, n), mat.NewDense(n, n, nil)
				m.Step(next, f.Step.At)
				check("next state", next, f.Step.Next)
				m.Jacobian(jacobian, f.Step.At)
				check("Jacobian", jacobian.RawMatrix().Data, f.Step.Jacobian)
				product, vector := mat.NewDense(1, n, nil), mat.NewDense(1, n, f.Step.Vector)
				push, pull := m.Linearise(mat.NewDense(1, n, f.Step.At))
				push(product, vector)
				check("J w", product.RawMatrix().Data, f.Step.Push)
				pull(product, vector)
				check("v'J", product.RawMatrix().Data, f.Step.Pull)
			})
		})
	}
}

// TestParametersThatDoNothing: an objective that does not depend on a parameter has gradient zero with respect to it, as in
// PyTorch. If inputs enter an LSTM only at t = 0, there is no c yet to forget, and Win_f has no effect; everything else is as in a
// graph whose later inputs are zero.
func TestParametersThatDoNothing(t *testing.T) {
	for name, engine := range engines {
		eachTorchFixture(t, func(t *testing.T, f torchFixture, p *graph.Parameters) {
			if f.Cell != graph.LSTM {
				return
			}
			gradients := func(inputs []int) map[string][]float64 {
				rnn, err := graph.Build(p, graph.Unroll{Batch: torchBatch, Steps: 4, Inputs: inputs, Loss: graph.CrossEntropy, Gradients: true})
				if err != nil {
					t.Fatal(err)
				}
				machine, err := engine(rnn.Graph, rnn.Gradients)
				if err != nil {
					t.Fatal(err)
				}
				defer machine.Close()
				rnn.SetInputs(f.Inputs[0])
				rnn.SetLabels([]int{0, 1, 1, 0})
				if err := machine.RunAll(); err != nil {
					t.Fatal(err)
				}
				of := map[string][]float64{}
				for i, parameter := range p.Trained() {
					if of[parameter.Name], err = graph.Read(machine, rnn.Gradients[i]); err != nil {
						t.Fatalf("%s: %v", name, err)
					}
				}
				return of
			}
			once := gradients(nil)
			for parameter, want := range gradients([]int{0, 1, 2, 3}) {
				if e := relativeError(once[parameter], want); e > 1e-12 {
					t.Errorf("%s: gradient of %s: relative error %g", name, parameter, e)
				}
			}
		})
	}
}
