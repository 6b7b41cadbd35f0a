package measure

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/mat"
)

// Dynamics is what is measured of a network under a constant input, or none, starting from its states at t_eval.
type Dynamics struct {
	Stage string
	// Exponents are the largest Lyapunov exponents with their standard errors, in nats a step: medians over some of the states
	// at t_eval, whose range is from Lowest to Highest. Empty if all states diverge.
	Exponents, Errors, Lowest, Highest []float64
	// Differ says that the states end on attractors of different exponents, so that Lowest and Highest describe the network, and
	// Exponents and Errors do not.
	Differ bool
	// Local is the largest local exponent of disturbances of the first state by t, with its standard error:
	// Local[i] belongs to t = i + 1. Empty where inputs enter later than at t = 0.
	Local, LocalErrors []float64
	FixedPoints        []FixedPoint
	// Ends says how many of the followed states end at fixed points or on cycles, are still on the way to rest, end nowhere, or
	// diverge.
	Ends struct{ Fixed, Cycles, Settling, Wandering, Escaped int }
	// Space is states on their principal components; nil where all are the same.
	Space *StateSpace
}

// FixedPoint is a fixed or slow point of a network under a constant input, or none.
type FixedPoint struct {
	Fixed    bool    // else a slow point
	Speed    float64 // |F(h) - h|^2 / 2
	Starts   int     // of the searched states, those whose search ended here; 0 where only searches from elsewhere did
	Unstable int     // directions in which disturbances grow
	Radius   float64 // largest modulus of the Jacobian's eigenvalues
	// Scores is where it lies on the principal components of [Dynamics].Space; empty if there are none.
	Scores []float64
	// State is h, N; for a cell that carries more, all of it, such as h and c of an LSTM, concatenated.
	State []float64
}

// effort is how much of the dynamics of a network is followed.
type effort struct {
	starts     int // states from which fixed points are searched
	restarts   int // how often each search may start again
	iterations int // steps that each search may take
	samples    int // trajectories along which local exponents are averaged
	steps      int // steps over which Lyapunov exponents are averaged
	followed   int // states that are followed to where they end
}

const (
	wholeEffort = 300  // the number of units up to which the whole of the dynamics is followed
	wholeSearch = 1500 // the number of units up to which a search may take all its steps
)

// effortOf returns how much is followed of a network, with a warning where that is less than in small networks: a step of
// a search and of a local exponent costs as the third power of the units, any other step as the second.
func effortOf(units int) (of effort, warning error) {
	search := analysis.DefaultFixedPointConfig()
	whole := effort{
		starts: 24, restarts: search.Restarts, iterations: search.MaximumIterations, samples: 12,
		steps: analysis.DefaultLyapunovConfig().Steps, followed: 100,
	}
	if units <= wholeEffort {
		return whole, nil
	}
	share := float64(wholeEffort) / float64(units)
	of = effort{
		starts:     max(4, int(math.Pow(share, 3)*float64(whole.starts))),
		iterations: whole.iterations,
		samples:    max(2, int(math.Pow(share, 3)*float64(whole.samples))),
		steps:      max(500, int(share*float64(whole.steps))/blockSteps*blockSteps),
		followed:   max(20, int(share*share*float64(whole.followed))),
	}
	if units > wholeSearch {
		of.iterations = 60
	}
	return of, fmt.Errorf("of %d units, fixed points are searched from %d states (%d up to %d units) without restarts in at most %d steps (%d), "+
		"local exponents are of %d trajectories (%d), Lyapunov exponents of %d steps (%d), and %d states are followed to where they end (%d): "+
		"the cost grows with the second to third power of the units",
		units, of.starts, whole.starts, wholeEffort, of.iterations, whole.iterations, of.samples, whole.samples, of.steps, whole.steps, of.followed, whole.followed)
}

// spectrumStarts is the number of states that share the steps of Lyapunov exponents.
const spectrumStarts = 10

// blockSteps is the length of the blocks from which exponents get their standard errors.
const blockSteps = 100

// measureDynamics measures a network under the constant input of measures.input, or without input. Doubts are returned as warnings.
// Local exponents are left out where inputs keep entering: the steps of a trial are then not those of the map.
func measureDynamics(ctx context.Context, e *train.Experiment, stage string, parameters *graph.Parameters, trajectory *data.Trajectory, steps *meter) (Dynamics, []error, error) {
	c := e.Config
	of := Dynamics{Stage: stage}
	d, err := e.Dynamics(parameters)
	if err != nil {
		return of, nil, err
	}
	if trajectory.Carried != nil { // what the map takes, where that is more than the hidden state
		trajectory = &data.Trajectory{H: trajectory.Carried, Labels: trajectory.Labels, Clusters: trajectory.Clusters}
	}
	states := trajectory.H[min(c.EvaluationTime(), trajectory.Steps()-1)]
	spectrum := analysis.DefaultLyapunovConfig()
	spectrum.Exponents = min(spectrum.Exponents, d.Units())
	var warnings []error
	effort, less := effortOf(d.Units())
	if less != nil {
		warnings = append(warnings, less)
	}
	spectrum.Steps, spectrum.Blocks = effort.steps, effort.steps/blockSteps
	var escaped *analysis.EscapedError
	steps.begin(stepSpectrum)
	switch result, err := analysis.SpectraOfStarts(ctx, d, spread(states, spectrumStarts), spectrum); {
	case errors.As(err, &escaped):
		warnings = append(warnings, err)
	case err != nil:
		return of, nil, err
	default:
		of.Exponents, of.Errors, of.Lowest, of.Highest = result.Exponents, result.Errors, result.Lowest, result.Highest
		of.Differ = result.Differ
		warnings = append(warnings, result.Warnings...)
	}
	steps.begin(stepLocal)
	if trajectory.Steps() > 1 && len(e.Plan().Times()) == 1 && c.Measures.Input == "" {
		config := analysis.DefaultLocalLyapunovConfig()
		config.Exponents, config.Samples = 1, effort.samples
		local, err := analysis.LocalLyapunov(ctx, d, trajectory, config)
		if err != nil {
			return of, nil, err
		}
		of.Local, of.LocalErrors = mat.Col(nil, 0, local.Mean), mat.Col(nil, 0, local.Errors)
	}
	steps.begin(stepAttractors)
	ends, err := analysis.Attractors(ctx, d, spread(states, effort.followed), analysis.DefaultAttractorConfig())
	if err != nil {
		return of, nil, err
	}
	warnings = append(warnings, ends.Warnings...)
	of.Ends.Settling, of.Ends.Wandering, of.Ends.Escaped = ends.Settling, ends.Wandering, ends.Escaped
	for _, attractor := range ends.Attractors {
		if attractor.Period == 1 {
			of.Ends.Fixed += attractor.Starts
		} else {
			of.Ends.Cycles += attractor.Starts
		}
	}
	search := analysis.DefaultFixedPointConfig()
	search.Restarts, search.MaximumIterations = effort.restarts, effort.iterations
	search.Ends = ends // searches can stop at slow points that the dynamics pass
	steps.begin(stepFixed)
	points, err := analysis.FixedPoints(ctx, d, searchStarts(c, trajectory, states, effort.starts), search)
	if err != nil {
		return of, nil, err
	}
	warnings = append(warnings, points.Warnings...)
	for _, p := range points.Points {
		of.FixedPoints = append(of.FixedPoints, FixedPoint{Fixed: p.Fixed, Speed: p.Speed, Starts: p.Starts, Unstable: p.Unstable, Radius: p.Radius, State: p.State})
	}
	if of.Space, err = newStateSpace(c, trajectory, of.FixedPoints); err != nil {
		return of, nil, err
	}
	return of, warnings, nil
}

// smallNetwork is the number of units up to which a search of a task through time has four times the starts.
const smallNetwork = 100

// searchStarts returns the states from which fixed points are searched: at t_eval those of samples that are shown once; of a
// task through time those of all times, since the saddles between its stable states lie where the states pass.
func searchStarts(c train.Config, trajectory *data.Trajectory, states *mat.Dense, count int) *mat.Dense {
	if !hasTrials(c) {
		return spread(states, count)
	}
	if _, units := states.Dims(); units <= smallNetwork {
		count *= 4
	}
	return statesThrough(trajectory, count)
}

// spread returns at most count rows of states, evenly spread.
func spread(states *mat.Dense, count int) *mat.Dense {
	samples, units := states.Dims()
	count = min(count, samples)
	chosen := mat.NewDense(count, units, nil)
	for i := range count {
		chosen.SetRow(i, states.RawRowView(i*samples/count))
	}
	return chosen
}
