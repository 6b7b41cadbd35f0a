package command

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/graph/machine"
	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
	"github.com/unfurl-rnn/unfurl/train"
	G "gorgonia.org/gorgonia"
)

// stepper runs count training steps and returns the time they take.
type stepper interface {
	run(count int) (time.Duration, error)
	close()
}

// goEngine is an engine inside this process.
type goEngine struct {
	step   func() error
	free   func()
	memory int64 // bytes of the memory plan of the compiled graph, if known
}

func (e goEngine) run(count int) (time.Duration, error) {
	start := time.Now()
	for range count {
		if err := e.step(); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

func (e goEngine) close() {
	if e.free != nil {
		e.free()
	}
}

var goEngines = []struct {
	name string
	make func(benchShape) (goEngine, error)
}{{"machine", machineStep}, {"tape", tapeStep}, {"lisp", lispStep}, {"products", productsStep}}

// measureShape times all engines in turns for one shape.
func (p *program) measureShape(ctx context.Context, shape benchShape, rounds int, peers bool, only []string) ([]benchEntry, error) {
	var entries []benchEntry
	var steppers []stepper
	defer func() {
		for _, s := range steppers {
			s.close()
		}
	}()
	wanted := func(name string) bool { return len(only) == 0 || slices.Contains(only, name) }
	for _, engine := range goEngines {
		if !wanted(engine.name) || shape.Threads > 1 && (engine.name == "tape" || engine.name == "lisp") {
			continue
		}
		if shape.Cell != graph.Vanilla && engine.name == "products" {
			continue
		}
		made, err := engine.make(shape)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", engine.name, err)
		}
		steppers = append(steppers, made)
		entries = append(entries, benchEntry{Engine: engine.name, benchShape: shape, Allocations: allocations(made), memory: made.memory})
	}
	if peers && shape.Cell == graph.Vanilla {
		for _, name := range peerNames {
			if !wanted(name) {
				continue
			}
			peer, err := startPeer(ctx, name, shape)
			if ctx.Err() != nil {
				return nil, train.ErrInterrupted
			}
			if err != nil {
				p.log.Warnf("%s is left out: %v", name, err)
				continue
			}
			steppers = append(steppers, peer)
			entries = append(entries, benchEntry{Engine: name, benchShape: shape, Allocations: -1})
		}
	}
	counts := make([]int, len(steppers))
	for i, s := range steppers {
		var err error
		if counts[i], err = calibrate(s); err != nil {
			return nil, fmt.Errorf("%s: %w", entries[i].Engine, err)
		}
	}
	for range rounds {
		for i, s := range steppers {
			if ctx.Err() != nil {
				return nil, train.ErrInterrupted
			}
			spent, err := s.run(counts[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", entries[i].Engine, err)
			}
			entries[i].rounds = append(entries[i].rounds, spent.Seconds()*1e3/float64(counts[i]))
		}
	}
	for i := range entries {
		sorted := slices.Sorted(slices.Values(entries[i].rounds))
		entries[i].Milliseconds = sorted[len(sorted)/2]
	}
	return entries, nil
}

// calibrate warms an engine up and returns how many steps take about a fifth of a second.
func calibrate(s stepper) (int, error) {
	const wanted = 200 * time.Millisecond
	if _, err := s.run(1); err != nil { // the first step may still compile or page in
		return 0, err
	}
	for count := 1; ; count *= 4 {
		spent, err := s.run(count)
		if err != nil {
			return 0, err
		}
		if spent > wanted/8 {
			return max(1, int(float64(count)*float64(wanted)/float64(spent))), nil
		}
	}
}

// allocations counts the heap allocations of a step after the first.
func allocations(e goEngine) float64 {
	const steps = 5
	var before, after runtime.MemStats
	for range 2 { // the first steps allocate what later ones reuse
		if e.step() != nil {
			return -1 // timing the engine reports the error
		}
	}
	runtime.ReadMemStats(&before)
	for range steps {
		if e.step() != nil {
			return -1
		}
	}
	runtime.ReadMemStats(&after)
	return float64((after.Mallocs - before.Mallocs) / steps)
}

// benchInputs is the number of inputs of cells that take inputs at every step.
const benchInputs = 8

// network builds the paper's network, or one with another cell, in a shape, with inputs and labels set.
func network(shape benchShape, gradients bool) (*graph.Parameters, *graph.RNN, error) {
	c := graph.DefaultConfig()
	c.Units, c.Precision, c.Cell = shape.Units, shape.Dtype, shape.Cell
	of := graph.Shape{Inputs: c.Units, Outputs: 2, Embedded: true}
	u := graph.Unroll{Batch: shape.Batch, Steps: shape.Steps + 1, Loss: graph.CrossEntropy, Gradients: gradients}
	if shape.Cell != graph.Vanilla {
		c.Input, of = graph.TrainedInput, graph.Shape{Inputs: benchInputs, Outputs: 2}
		for t := range shape.Steps + 1 {
			u.Inputs = append(u.Inputs, t)
		}
	}
	random := data.Stream(0, 0, "bench", 0)
	parameters, err := graph.NewParameters(c, of, func(string) *rand.Rand { return random })
	if err != nil {
		return nil, nil, err
	}
	rnn, err := graph.Build(parameters, u)
	if err != nil {
		return nil, nil, err
	}
	inputs, labels := make([]float64, shape.Batch*of.Inputs), make([]int, shape.Batch)
	for _, x := range rnn.X {
		fill(inputs, random)
		graph.SetValues(x, inputs)
	}
	for i := range labels {
		labels[i] = i % 2
	}
	rnn.SetLabels(labels)
	return parameters, rnn, nil
}

func fill[F float32 | float64](values []F, random *rand.Rand) {
	for i := range values {
		values[i] = F(random.NormFloat64())
	}
}

func machineStep(shape benchShape) (goEngine, error) {
	parameters, rnn, err := network(shape, true)
	if err != nil {
		return goEngine{}, err
	}
	m, err := machine.New(rnn.Graph, machine.WithOutputs(append(G.Nodes{rnn.Loss}, rnn.Gradients...)...), machine.WithThreads(shape.Threads))
	if err != nil {
		return goEngine{}, err
	}
	optimiser, err := train.NewOptimiser(train.DefaultOptimiserConfig(), parameters.Names())
	if err != nil {
		return goEngine{}, err
	}
	learnables := rnn.Learnables(m)
	return goEngine{
		step: func() error {
			if err := m.RunAll(); err != nil {
				return err
			}
			return optimiser.Step(learnables)
		},
		free:   func() { m.Close() },
		memory: m.Memory(),
	}, nil
}

func tapeStep(shape benchShape) (goEngine, error) {
	_, rnn, err := network(shape, true)
	if err != nil {
		return goEngine{}, err
	}
	m, err := graph.Tape(rnn.Graph, append(G.Nodes{rnn.Loss}, rnn.Gradients...))
	if err != nil {
		return goEngine{}, err
	}
	solver := G.NewRMSPropSolver(G.WithLearnRate(1e-3), G.WithRho(0.9))
	learnables := rnn.Learnables(m)
	return goEngine{
		step: func() error {
			if err := m.RunAll(); err != nil {
				return err
			}
			return solver.Step(learnables)
		},
		free: func() { m.Close() },
	}, nil
}

func lispStep(shape benchShape) (goEngine, error) {
	_, rnn, err := network(shape, false)
	if err != nil {
		return goEngine{}, err
	}
	solver := G.NewRMSPropSolver(G.WithLearnRate(1e-3), G.WithRho(0.9))
	learnables := G.NodesToValueGrads(rnn.Trained)
	return goEngine{
		step: func() error {
			// A LispMachine that is reset starts at the last operation, so every step needs a new one.
			m := G.NewLispMachine(rnn.Graph)
			defer m.Close()
			if err := m.RunAll(); err != nil {
				return err
			}
			return solver.Step(learnables)
		},
	}, nil
}

func productsStep(shape benchShape) (goEngine, error) {
	if shape.Dtype == graph.Float64 {
		return products[float64](shape), nil
	}
	return products[float32](shape), nil
}

// products runs the step's matrix products alone: t_eval forward, t_eval backward and the gradient of R over all
// steps at once, on operands in the layout that the kernels prefer.
func products[F kernel.Float](shape benchShape) goEngine {
	n, b, t := shape.Units, shape.Batch, shape.Steps
	random := data.Stream(0, 0, "bench", 1)
	weights, states, deltas, gradient := make([]F, n*n), make([]F, (t+1)*b*n), make([]F, (t+1)*b*n), make([]F, n*n)
	fill(weights, random)
	for i := range weights {
		weights[i] /= F(math.Sqrt(float64(n))) // so that no state overflows, however many steps
	}
	fill(states, random)
	fill(deltas, random)
	scratch := kernel.NewScratch[F](n, n, max(n, t*b), shape.Threads)
	scratch.SetThreads(shape.Threads)
	size := b * n
	return goEngine{step: func() error {
		for i := range t {
			kernel.Gemm(false, false, b, n, n, 1, states[i*size:], n, weights, n, 0, states[(i+1)*size:], n, scratch)
		}
		for i := t; i > 0; i-- {
			kernel.Gemm(false, false, b, n, n, 1, deltas[i*size:], n, weights, n, 0, deltas[(i-1)*size:], n, scratch)
		}
		kernel.Gemm(true, false, n, n, t*b, 1, deltas, n, states, n, 0, gradient, n, scratch)
		return nil
	}}
}
