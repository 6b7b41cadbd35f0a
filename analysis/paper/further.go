package paper

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/mat"
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

// measureFurther adds the further measures of a trajectory.
func (r *Representation) measureFurther(ctx context.Context, c train.Config, trajectory *data.Trajectory, steps *meter) (warnings []error, err error) {
	add := func(measure string, values []float64) {
		// NaN is a gap; at every step, there are no pairs of that kind.
		if slices.ContainsFunc(values, func(v float64) bool { return !math.IsNaN(v) }) {
			r.Further = append(r.Further, NamedCurve{measure, values})
		}
	}
	// A measure that needs more samples than there are is left out: the others still mean something.
	var few *analysis.TooFewSamplesError
	steps.begin(stepTwoNN)
	switch neighbours, err := analysis.TwoNNThroughTime(ctx, trajectory, analysis.DefaultTwoNNConfig()); {
	case errors.As(err, &few):
		warnings = append(warnings, err)
	case err != nil:
		return nil, err
	default:
		for t, value := range neighbours.Values {
			if value == 0 {
				neighbours.Values[t], neighbours.PValues[t] = math.NaN(), math.NaN()
			}
		}
		add("dimension_twonn", neighbours.Values)
		add("dimension_twonn_pvalue", neighbours.PValues)
		warnings = append(warnings, neighbours.Warnings...)
	}
	steps.begin(stepLikelihood)
	switch likelihood, err := likelihoodDimension(ctx, trajectory); {
	case errors.As(err, &few):
		warnings = append(warnings, err)
	case err != nil:
		return nil, err
	default:
		for t, value := range likelihood.Values {
			if value == 0 {
				likelihood.Values[t] = math.NaN()
			}
		}
		add("dimension_likelihood", likelihood.Values)
		warnings = append(warnings, likelihood.Warnings...)
	}
	steps.begin(stepDistances)
	distances, err := analysis.ClassDistancesThroughTime(ctx, trajectory)
	if err != nil {
		return nil, err
	}
	var between, within []float64
	for _, at := range distances.Values {
		between, within = append(between, at.BetweenClasses.RMS), append(within, at.WithinClasses.RMS)
	}
	add("distance_between", between)
	add("distance_within", within)
	for _, of := range []struct {
		name, step string
		groups     []int
	}{{"class", stepClasses, trajectory.Labels}, {"cluster", stepClusters, trajectory.Clusters}} {
		steps.begin(of.step)
		curves, doubts, err := manifolds(ctx, c, trajectory, of.groups, steps)
		if err != nil {
			return nil, fmt.Errorf("%s manifolds: %w", of.name, err)
		}
		for i, kind := range []string{"capacity", "radius", "dimension"} {
			add(of.name+"_"+kind, curves[i])
		}
		for _, doubt := range doubts {
			warnings = append(warnings, fmt.Errorf("%s manifolds: %w", of.name, doubt))
		}
	}
	return warnings, nil
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

// Expansion is what is measured of one representation of the measuring samples: the inputs themselves,
// random expansions of them to as many units as the network has, or the network's states at t_eval.
type Expansion struct {
	Representation string // one of expansionNames
	Numbers        map[string]float64
}

// The names of representations and of their numbers in expansions.csv, in the order of rows and columns.
var (
	expansionNames   = []string{"input", "random linear", "random tanh", "states before", "states after"}
	expansionNumbers = []string{"ed", "dimension_twonn", "dimension_likelihood", "lr_train", heldOutClusters, "class_capacity", "cluster_capacity", heldOutSamples}
)

const (
	streamLinear = "random linear expansion"
	streamTanh   = "random tanh expansion"
	// expansionGain makes the tanh of a random expansion bend inputs of order 1.
	expansionGain = 2
)

// expansions compares the states at the evaluation step with the inputs and with random expansions.
func expansions(ctx context.Context, e *train.Experiment, held heldOut, before, after *data.Trajectory) ([]Expansion, error) {
	c, points := e.Config, e.MeasuringPoints()
	linear, err := analysis.RandomLinearExpansion(points.Inputs, c.Network.Units, c.Stream(streamLinear, 0))
	if err != nil {
		return nil, err
	}
	bent, err := analysis.RandomTanhExpansion(points.Inputs, c.Network.Units, expansionGain, c.Stream(streamTanh, 0))
	if err != nil {
		return nil, err
	}
	step := min(c.Training.EvaluationStep, after.Steps()-1)
	var all []Expansion
	representations := []*mat.Dense{points.Inputs, linear, bent, nil, after.H[step]}
	if before != nil {
		representations[3] = before.H[step]
	}
	for i, states := range representations {
		if states == nil {
			continue // an imported network whose initial weights are not known
		}
		still := &data.Trajectory{H: []*mat.Dense{states}, Labels: points.Labels, Clusters: points.Clusters}
		var r Representation
		if _, err := r.measure(ctx, still, held); err != nil {
			return nil, fmt.Errorf("%s: %w", expansionNames[i], err)
		}
		if _, err := r.measureFurther(ctx, c, still, nil); err != nil {
			return nil, fmt.Errorf("%s: %w", expansionNames[i], err)
		}
		numbers := map[string]float64{"ed": r.ED[0]}
		if held.rows != nil {
			numbers["lr_train"], numbers[r.heldOutName()] = r.LRTrain[0], r.LRHeldOut[0]
		}
		for _, curve := range r.Further {
			if slices.Contains(expansionNumbers, curve.Measure) {
				numbers[curve.Measure] = curve.Values[0]
			}
		}
		all = append(all, Expansion{expansionNames[i], numbers})
	}
	return all, nil
}

// MeasureFully is [Measure] with the further measures of both stages, the comparison with random
// expansions and the dynamics of the trained network.
func MeasureFully(ctx context.Context, e *train.Experiment, trained *graph.Parameters, snapshots []train.Snapshot, history []train.EpochMetrics,
	progress Progress) (*Measurements, error) {
	recorded := map[string]*data.Trajectory{}
	var further [2]Representation
	var warnings []string
	var dynamics []Dynamics
	defer progress.end()
	steps := &meter{progress: progress}
	steps.expect(stepExpansions)
	m, err := measureWith(ctx, e, trained, snapshots, history, steps, furtherSteps, func(stage string, parameters *graph.Parameters, trajectory *data.Trajectory) error {
		into := &further[slices.Index(stageOrder, stage)]
		recorded[stage] = trajectory
		doubts, err := into.measureFurther(ctx, e.Config, trajectory, steps)
		for _, doubt := range doubts {
			warnings = append(warnings, stage+" training: "+doubt.Error())
		}
		if err != nil {
			return err
		}
		of, doubts, err := measureDynamics(ctx, e.Config, stage, parameters, trajectory, steps)
		for _, doubt := range doubts {
			warnings = append(warnings, stage+" training: "+doubt.Error())
		}
		dynamics = append(dynamics, of)
		return err
	})
	if err != nil {
		return nil, err
	}
	steps.moment = ""
	steps.begin(stepExpansions)
	held, err := heldOutOf(e)
	if err != nil {
		return nil, err
	}
	if m.Expansions, err = expansions(ctx, e, held, recorded[Before], recorded[After]); err != nil {
		return nil, err
	}
	m.Before.Further, m.After.Further, m.Dynamics = further[0].Further, further[1].Further, dynamics
	m.Warnings = append(m.Warnings, warnings...)
	return m, nil
}
