package paper

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// NamedCurve is one further measure through time, one value a step.
type NamedCurve struct {
	Measure string    `json:"measure"` // as in curves.csv
	Values  []float64 `json:"values"`
}

// furtherMeasures are the measures that [MeasureFolder] adds to those of the paper, in the order of the rows.
var furtherMeasures = []string{
	"dimension_twonn", "dimension_twonn_pvalue", "dimension_likelihood", "distance_between", "distance_within",
	"class_capacity", "class_radius", "class_dimension", "cluster_capacity", "cluster_radius", "cluster_dimension",
}

// streamManifolds is the purpose of the stream behind the manifold geometry.
const streamManifolds = "manifold geometry"

// manifoldDraws trades the error of a capacity, some 15 % at one step, for the time of a whole curve.
const manifoldDraws = 100

// furtherExtras are the further measures, in parts that do not wait for each other and in the order of the rows.
func furtherExtras(c train.Config) []extra {
	return []extra{
		{[]string{stepDecoding}, decoding(c)},
		{[]string{stepTwoNN, stepLikelihood}, neighbourDimensions},
		{[]string{stepDistances}, classDistances},
		{[]string{stepClasses}, manifoldCurves(c, "class", stepClasses, func(t *data.Trajectory) []int { return t.Labels })},
		{[]string{stepClusters}, manifoldCurves(c, "cluster", stepClusters, func(t *data.Trajectory) []int { return t.Clusters })},
	}
}

// present returns the curves that have a value at some step. NaN is a gap; at every step, there are no pairs of that kind.
func present(curves ...NamedCurve) []NamedCurve {
	return slices.DeleteFunc(curves, func(curve NamedCurve) bool {
		return !slices.ContainsFunc(curve.Values, func(v float64) bool { return !math.IsNaN(v) })
	})
}

// neighbourDimensions returns both intrinsic dimensions through time. One that needs more samples than there are is left out:
// the other may still mean something.
func neighbourDimensions(ctx context.Context, _ *moment, trajectory *data.Trajectory, steps *meter) (curves []NamedCurve, warnings []error, err error) {
	var few *analysis.TooFewSamplesError
	steps.begin(stepTwoNN)
	switch neighbours, err := analysis.TwoNNThroughTime(ctx, trajectory, analysis.DefaultTwoNNConfig()); {
	case errors.As(err, &few):
		warnings = append(warnings, err)
	case err != nil:
		return nil, nil, err
	default:
		for t, value := range neighbours.Values {
			if value == 0 {
				neighbours.Values[t], neighbours.PValues[t] = math.NaN(), math.NaN()
			}
		}
		curves = append(curves, NamedCurve{"dimension_twonn", neighbours.Values}, NamedCurve{"dimension_twonn_pvalue", neighbours.PValues})
		warnings = append(warnings, neighbours.Warnings...)
	}
	steps.begin(stepLikelihood)
	switch likelihood, err := likelihoodDimension(ctx, trajectory); {
	case errors.As(err, &few):
		warnings = append(warnings, err)
	case err != nil:
		return nil, nil, err
	default:
		for t, value := range likelihood.Values {
			if value == 0 {
				likelihood.Values[t] = math.NaN()
			}
		}
		curves = append(curves, NamedCurve{"dimension_likelihood", likelihood.Values})
		warnings = append(warnings, likelihood.Warnings...)
	}
	return present(curves...), warnings, nil
}

// classDistances returns the distances between and within classes through time.
func classDistances(ctx context.Context, _ *moment, trajectory *data.Trajectory, steps *meter) ([]NamedCurve, []error, error) {
	steps.begin(stepDistances)
	distances, err := analysis.ClassDistancesThroughTime(ctx, trajectory)
	if err != nil {
		return nil, nil, err
	}
	var between, within []float64
	for _, at := range distances.Values {
		between, within = append(between, at.BetweenClasses.RMS), append(within, at.WithinClasses.RMS)
	}
	return present(NamedCurve{"distance_between", between}, NamedCurve{"distance_within", within}), nil, nil
}

// manifoldCurves returns the measure of the geometry of the manifolds of a name, whose samples groups tells.
func manifoldCurves(c train.Config, name, step string, groups func(*data.Trajectory) []int) func(context.Context, *moment, *data.Trajectory, *meter) ([]NamedCurve, []error, error) {
	return func(ctx context.Context, _ *moment, trajectory *data.Trajectory, steps *meter) ([]NamedCurve, []error, error) {
		steps.begin(step)
		values, doubts, err := manifolds(ctx, c, trajectory, groups(trajectory), steps)
		if err != nil {
			return nil, nil, fmt.Errorf("%s manifolds: %w", name, err)
		}
		var warnings []error
		for _, doubt := range doubts {
			warnings = append(warnings, fmt.Errorf("%s manifolds: %w", name, doubt))
		}
		return present(NamedCurve{name + "_capacity", values[0]}, NamedCurve{name + "_radius", values[1]}, NamedCurve{name + "_dimension", values[2]}), warnings, nil
	}
}

// leastNeighbours is the number of neighbours below which the likelihood dimension is left out.
const leastNeighbours = 4

// likelihoodDimension returns the likelihood dimension through time with the neighbours of each sample within its cluster,
// at most half of the cluster of median size: others would not be near.
//
// Errors: *analysis.TooFewSamplesError for clusters that are too small.
func likelihoodDimension(ctx context.Context, trajectory *data.Trajectory) (*analysis.LikelihoodDimensionCurve, error) {
	sizes := map[int]int{}
	for _, cluster := range trajectory.Clusters {
		sizes[cluster]++
	}
	ordered := slices.Sorted(maps.Values(sizes))
	config, median := analysis.DefaultLikelihoodDimensionConfig(), ordered[len(ordered)/2]
	if median < 2*leastNeighbours {
		return nil, &analysis.TooFewSamplesError{Measure: "likelihood dimension within clusters", Samples: median, Least: 2 * leastNeighbours}
	}
	config.Neighbours = min(config.Neighbours, median/2)
	return analysis.LikelihoodDimensionThroughTime(ctx, trajectory, config)
}

// manifolds returns capacity, radius and dimension through time. A step at which they have no geometry,
// because the network has collapsed, is a gap, NaN, and has a warning.
func manifolds(ctx context.Context, c train.Config, trajectory *data.Trajectory, groups []int, steps *meter) (curves [3][]float64, warnings []error, err error) {
	config := analysis.DefaultManifoldConfig()
	config.Draws = manifoldDraws
	random := c.Stream(streamManifolds, 0)
	for t, states := range trajectory.H {
		steps.within(float64(t) / float64(len(trajectory.H)))
		result, err := analysis.ManifoldGeometry(ctx, states, groups, config, random)
		if err == nil {
			err = analysis.CheckNoise(states)
		}
		var odd *analysis.NotFiniteError
		switch {
		case errors.As(err, &odd):
			return curves, nil, &analysis.AtStep{Step: t, Err: err}
		case err != nil:
			warnings = append(warnings, &analysis.AtStep{Step: t, Err: err})
			result = &analysis.ManifoldResult{Capacity: math.NaN(), Radius: math.NaN(), Dimension: math.NaN()}
		case t == 0:
			warnings = append(warnings, result.Warnings...)
		}
		for i, value := range []float64{result.Capacity, result.Radius, result.Dimension} {
			curves[i] = append(curves[i], value)
		}
	}
	return curves, warnings, nil
}

// MeasureFully is [Measure] with the further measures of both stages, the comparison with random
// expansions and the dynamics of the network. It measures on as many goroutines as Go runs at once; their number changes
// nothing but the time.
func MeasureFully(ctx context.Context, e *train.Experiment, trained *graph.Parameters, snapshots []train.Snapshot, history []train.EpochMetrics,
	progress Progress) (*Measurements, error) {
	defer progress.end()
	dynamics := map[string]*Dynamics{Before: {}, After: {}}
	extras := append(furtherExtras(e.Config), extra{dynamicsSteps,
		func(ctx context.Context, at *moment, trajectory *data.Trajectory, steps *meter) (_ []NamedCurve, warnings []error, err error) {
			*dynamics[at.stage], warnings, err = measureDynamics(ctx, e.Config, at.stage, at.parameters, trajectory, steps)
			return nil, warnings, err
		}})
	s, err := newStudy(e, trained, snapshots, history, progress, extras)
	if err != nil {
		return nil, err
	}
	inputs, err := s.inputExpansions()
	if err != nil {
		return nil, err
	}
	list := s.jobs(ctx)
	for i := range inputs {
		list = append(list, s.expansion(&inputs[i]))
	}
	if err := runJobs(ctx, runtime.GOMAXPROCS(0), list); err != nil {
		return nil, err
	}
	m := s.measurements()
	for _, of := range inputs {
		m.Expansions = append(m.Expansions, of.expansion)
	}
	for _, at := range s.moments {
		if at.stage != During {
			m.Expansions = append(m.Expansions, s.stateExpansion(at))
			m.Dynamics = append(m.Dynamics, *dynamics[at.stage])
		}
	}
	return m, nil
}
