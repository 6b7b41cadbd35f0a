package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/stat"
	G "gorgonia.org/gorgonia"
)

// TestEveryGradientAgainstFiniteDifferences compares, for each cell, every entry of every gradient of an objective that combines
// all features with a central difference: masked loss at several times, penalties at some, noise, Dale's law, masks.
func TestEveryGradientAgainstFiniteDifferences(t *testing.T) {
	const step = 1e-6
	for _, cell := range graph.CellNames() {
		for _, loss := range []graph.LossName{graph.CrossEntropy, graph.MeanSquaredError} {
			t.Run(cell+"/"+string(loss), func(t *testing.T) {
				c := vanilla(6, graph.Tanh, graph.Float64)
				c.Cell, c.Input, c.Coupling, c.Mixing, c.LeakSpread = cell, graph.TrainedInput, 1.5, 0.5, 3
				if cell != graph.LowRank {
					c.Excitatory, c.Density, c.SelfConnections = 0.7, 0.6, false
				}
				p, err := graph.NewParameters(c, graph.Shape{Inputs: 3, Outputs: 2}, anyStream)
				if err != nil {
					t.Fatal(err)
				}
				u := graph.Unroll{
					Batch: 4, Steps: 6, Inputs: []int{0, 1, 2, 3, 4, 5}, Readouts: []int{2, 5}, Loss: loss, Masked: true, Noise: true, Gradients: true,
				}
				for i, name := range graph.PenaltyNames() {
					penalty, err := graph.PenaltyNamed(name)
					if err != nil {
						t.Fatal(err)
					}
					u.Penalties = append(u.Penalties, graph.Weighted{Penalty: penalty, Strength: 0.5 + float64(i), Times: []int{1, 4}})
				}
				rnn, err := graph.Build(p, u)
				if err != nil {
					t.Fatal(err)
				}
				machine, err := engines["machine"](rnn.Graph, append(slices.Clone(rnn.Gradients), rnn.Objective))
				if err != nil {
					t.Fatal(err)
				}
				defer machine.Close()
				random := rand.New(rand.NewPCG(5, 6))
				for _, inputs := range slices.Concat(rnn.X, rnn.Noise, rnn.Targets) {
					fillNormal(inputs.Float64s(), 0.7, random)
				}
				for i, mask := range rnn.Masks {
					graph.SetValues(mask, [][]float64{{1, 0, 0.5, 1}, {0, 0, 1, 2}}[i])
				}
				objective := func() float64 {
					if err := machine.RunAll(); err != nil {
						t.Fatal(err)
					}
					value, err := graph.ReadScalar(machine, rnn.Objective)
					if err != nil {
						t.Fatal(err)
					}
					return value
				}
				objective()
				gradients := map[string][]float64{}
				for i, parameter := range p.Trained() {
					if gradients[parameter.Name], err = graph.Read(machine, rnn.Gradients[i]); err != nil {
						t.Fatal(err)
					}
				}
				compared := 0
				for _, parameter := range p.Trained() {
					values := parameter.Tensor.Float64s()
					for j, kept := range values {
						if parameter.Role == graph.RecurrentRole && math.Abs(kept) < 2*step && p.Effective(parameter.Name)[j] != 0 {
							continue // |V| has a kink at 0
						}
						values[j] = kept + step
						above := objective()
						values[j] = kept - step
						below := objective()
						values[j] = kept
						if want, got := (above-below)/(2*step), gradients[parameter.Name][j]; !(math.Abs(got-want) <= 1e-7*(1+math.Abs(want))) { // also fails for NaN
							t.Fatalf("the derivative by %s[%d] is %g, the central difference %g", parameter.Name, j, got, want)
						}
						compared++
					}
				}
				if compared < 50 {
					t.Errorf("only %d derivatives", compared)
				}
			})
		}
	}
}

// TestInitialWeightsUnderConstraints: the share of connections, the signs by column, the balance of excitation and inhibition
// and the variance of a unit's input are as configured.
func TestInitialWeightsUnderConstraints(t *testing.T) {
	const n, share, density = 400, 0.8, 0.1
	c := vanilla(n, graph.Tanh, graph.Float64)
	c.Cell, c.Coupling, c.Mixing = graph.Leaky, 1.5, 1 // R = J without the identity
	build := func(c graph.Config) []float64 {
		p, err := graph.NewParameters(c, graph.Shape{Inputs: 3, Outputs: 2}, anyStream)
		if err != nil {
			t.Fatal(err)
		}
		return p.Effective("R")
	}
	dense := build(c)
	sparse := c
	sparse.Density, sparse.SelfConnections = density, false
	masked := build(sparse)
	sparse.Excitatory = share
	signed := build(sparse)

	connected, excitation, inhibition := 0, 0.0, 0.0
	for i := range n {
		for j := range n {
			w, of := signed[i*n+j], fmt.Sprintf("weight %d from unit %d", i, j)
			switch excitatory := j < share*n; {
			case i == j && (w != 0 || masked[i*n+j] != 0):
				t.Fatalf("%s is %v: no unit may lead to itself", of, w)
			case excitatory && w < 0 || !excitatory && w > 0 || math.Signbit(w) && w == 0:
				t.Fatalf("%s is %v", of, w)
			case excitatory:
				excitation += w
			default:
				inhibition += w
			}
			if (w != 0) != (masked[i*n+j] != 0) {
				t.Fatalf("%s is %v: signs change which connections there are", of, w)
			}
			if w == 0 {
				continue
			}
			connected++
			if want := dense[i*n+j] / math.Sqrt(density); math.Abs(masked[i*n+j]-want) > 1e-12 {
				t.Fatalf("%s is %v, want %v", of, masked[i*n+j], want)
			}
			want := math.Abs(masked[i*n+j])
			if w < 0 {
				want *= -share / (1 - share)
			}
			if math.Abs(w-want) > 1e-12 {
				t.Fatalf("%s is %v, want %v", of, w, want)
			}
		}
	}
	pairs := float64(n * (n - 1))
	if got, spread := float64(connected), math.Sqrt(pairs*density*(1-density)); math.Abs(got-pairs*density) > 4*spread {
		t.Errorf("%d connections, want %g +- %g", connected, pairs*density, spread)
	}
	// Half-normal weights of spread g sqrt(1/(n density)): inhibitory ones four times as large, a quarter as many.
	if ratio := -inhibition / excitation; math.Abs(ratio-1) > 0.05 {
		t.Errorf("inhibition is %.3f of excitation, want 1", ratio)
	}
	if got := stat.Variance(masked, nil) * n; math.Abs(got/(c.Coupling*c.Coupling)-1) > 0.05 {
		t.Errorf("the weights into a unit have the summed variance %.3f, want g^2 = %.3f as without a mask", got, c.Coupling*c.Coupling)
	}
}

// TestNoiseOfLeakyUnits: a linear unit without recurrence fluctuates with the standard deviation network.noise for any alpha, even
// if it differs between units: h' = (1 - alpha) h + alpha s sigma xi has the variance alpha s^2 sigma^2 / (2 - alpha).
func TestNoiseOfLeakyUnits(t *testing.T) {
	const steps, batch, sigma = 301, 400, 0.3
	for _, alpha := range []float64{0.1, 0.5, 1} {
		for _, spread := range []float64{1, 2} {
			c := vanilla(3, graph.Linear, graph.Float64)
			c.Cell, c.Coupling, c.Mixing, c.Leak, c.LeakSpread = graph.Leaky, 0, 1, alpha, spread // R = 0
			p, err := graph.NewParameters(c, graph.Shape{Inputs: 1, Outputs: 1}, anyStream)
			if err != nil {
				t.Fatal(err)
			}
			rnn, err := graph.Build(p, graph.Unroll{Batch: batch, Steps: steps, Noise: true})
			if err != nil {
				t.Fatal(err)
			}
			machine, err := engines["machine"](rnn.Graph, G.Nodes{rnn.Hidden[steps-1]})
			if err != nil {
				t.Fatal(err)
			}
			defer machine.Close()
			random, scales := rand.New(rand.NewPCG(3, 4)), p.NoiseScales()
			for _, noise := range rnn.Noise {
				for i := range noise.Float64s() {
					noise.Float64s()[i] = sigma * scales[i%3] * random.NormFloat64()
				}
			}
			if err := machine.RunAll(); err != nil {
				t.Fatal(err)
			}
			states, err := graph.Read(machine, rnn.Hidden[steps-1])
			if err != nil {
				t.Fatal(err)
			}
			// 1200 independent values: the standard error of their spread is 2 %.
			if got := math.Sqrt(stat.MomentAbout(2, states, 0, nil)); math.Abs(got/sigma-1) > 0.08 {
				t.Errorf("alpha %g, spread %g: the units fluctuate with %.4f, want %g", alpha, spread, got, sigma)
			}
		}
	}
}
