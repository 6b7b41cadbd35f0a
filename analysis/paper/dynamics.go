package paper

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

// Dynamics is what is measured of a network without input, started from its states at t_eval.
type Dynamics struct {
	Stage string
	// Exponents are the largest Lyapunov exponents with their standard errors, in nats a step; empty if the
	// states leave all bounds.
	Exponents, Errors []float64
	// Local is the largest local exponent of disturbances of the first state by t, with its standard error:
	// Local[i] belongs to t = i + 1.
	Local, LocalErrors []float64
	FixedPoints        []FixedPoint
	// Ends says how many of the followed states end at fixed points, on cycles, nowhere, or leave all bounds.
	Ends struct{ Fixed, Cycles, Wandering, Escaped int }
}

// FixedPoint is a fixed or slow point of a network without input.
type FixedPoint struct {
	Fixed    bool    // else a slow point
	Speed    float64 // |F(h) - h|^2 / 2
	Starts   int     // searches that ended here
	Unstable int     // directions in which disturbances grow
	Radius   float64 // largest modulus of the Jacobian's eigenvalues
}

// How much of the dynamics is followed.
const (
	searchStarts   = 24  // states from which fixed points are searched, in networks of up to wholeEffort units
	followedStarts = 100 // states that are followed to where they end
	localSamples   = 12  // trajectories along which local exponents are averaged, likewise

	// wholeEffort is the number of units above which less is followed: a step of a search and of a local exponent costs as
	// their third power.
	wholeEffort  = 300
	leastStarts  = 4
	leastSamples = 2
)

// effort returns how many states fixed points are searched from, how often each search may start again, and how many
// trajectories local exponents are averaged over, with a warning where that is less than in small networks.
func effort(units int) (starts, restarts, samples int, warning error) {
	starts, restarts, samples = searchStarts, analysis.DefaultFixedPointConfig().Restarts, localSamples
	if units <= wholeEffort {
		return starts, restarts, samples, nil
	}
	share := math.Pow(float64(wholeEffort)/float64(units), 3)
	starts = max(leastStarts, int(share*float64(starts)))
	samples = max(leastSamples, int(share*float64(samples)))
	return starts, 0, samples, fmt.Errorf("of %d units, fixed points are searched from %d states (%d up to %d units) without restarts, "+
		"and local exponents are of %d trajectories (%d): their cost grows with the third power of the units",
		units, starts, searchStarts, wholeEffort, samples, localSamples)
}

// measureDynamics measures a network without input. Doubts are returned as warnings.
func measureDynamics(ctx context.Context, c train.Config, stage string, parameters *graph.Parameters, trajectory *data.Trajectory, steps *meter) (Dynamics, []error, error) {
	of := Dynamics{Stage: stage}
	d, err := parameters.Autonomous(c.Network.Activation)
	if err != nil {
		return of, nil, err
	}
	states := trajectory.H[min(c.Training.EvaluationStep, trajectory.Steps()-1)]
	spectrum := analysis.DefaultLyapunovConfig()
	spectrum.Exponents = min(spectrum.Exponents, d.Units())
	var warnings []error
	starts, restarts, samples, less := effort(d.Units())
	if less != nil {
		warnings = append(warnings, less)
	}
	var escaped *analysis.EscapedError
	steps.begin(stepSpectrum)
	switch result, err := analysis.LyapunovSpectrum(ctx, d, states.RawRowView(0), spectrum); {
	case errors.As(err, &escaped):
		warnings = append(warnings, err)
	case err != nil:
		return of, nil, err
	default:
		of.Exponents, of.Errors = result.Exponents, result.Errors
		warnings = append(warnings, result.Warnings...)
	}
	steps.begin(stepLocal)
	if trajectory.Steps() > 1 {
		config := analysis.DefaultLocalLyapunovConfig()
		config.Exponents, config.Samples = 1, samples
		local, err := analysis.LocalLyapunov(ctx, d, trajectory, config)
		if err != nil {
			return of, nil, err
		}
		of.Local, of.LocalErrors = mat.Col(nil, 0, local.Mean), mat.Col(nil, 0, local.Errors)
	}
	search := analysis.DefaultFixedPointConfig()
	search.Restarts = restarts
	steps.begin(stepFixed)
	points, err := analysis.FixedPoints(ctx, d, spread(states, starts), search)
	if err != nil {
		return of, nil, err
	}
	warnings = append(warnings, points.Warnings...)
	for _, p := range points.Points {
		of.FixedPoints = append(of.FixedPoints, FixedPoint{Fixed: p.Fixed, Speed: p.Speed, Starts: p.Starts, Unstable: p.Unstable, Radius: p.Radius})
	}
	steps.begin(stepAttractors)
	ends, err := analysis.Attractors(ctx, d, spread(states, followedStarts), analysis.DefaultAttractorConfig())
	if err != nil {
		return of, nil, err
	}
	of.Ends.Wandering, of.Ends.Escaped = ends.Wandering, ends.Escaped
	for _, attractor := range ends.Attractors {
		if attractor.Period == 1 {
			of.Ends.Fixed += attractor.Starts
		} else {
			of.Ends.Cycles += attractor.Starts
		}
	}
	return of, warnings, nil
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
