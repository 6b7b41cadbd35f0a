package measure

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// Geometry of the manifolds that the samples of each class, or of each cluster, make: capacity, radius and dimension through
// time.
var (
	classManifolds   = manifolds("class", true, 5, func(t *data.Trajectory) []int { return t.Labels })
	clusterManifolds = manifolds("cluster", false, 2, func(t *data.Trajectory) []int { return t.Clusters })
)

// streamManifolds is the purpose of the stream behind the manifold geometry.
const streamManifolds = "manifold geometry"

// manifoldDraws trades the error of a capacity, some 15 % at one step, for the time of a whole curve.
const manifoldDraws = 100

func manifolds(name string, classes bool, weight float64, groups func(*data.Trajectory) []int) Measure {
	return Measure{
		Name: name + " manifolds",
		Columns: []Column{
			{Name: name + "_capacity", Label: name + " capacity"}, {Name: name + "_radius", Label: name + " radius"},
			{Name: name + "_dimension", Label: name + " dimension"},
		},
		Weight: weight, Classes: classes,
		Compute: func(ctx context.Context, s *Subject) ([]Series, []error, error) {
			values, doubts, err := manifoldGeometry(ctx, s, groups(s.Trajectory))
			if err != nil {
				return nil, nil, fmt.Errorf("%s manifolds: %w", name, err)
			}
			var warnings []error
			for _, doubt := range doubts {
				warnings = append(warnings, fmt.Errorf("%s manifolds: %w", name, doubt))
			}
			return present(Series{name + "_capacity", values[0]}, Series{name + "_radius", values[1]}, Series{name + "_dimension", values[2]}), warnings, nil
		},
	}
}

// manifoldGeometry returns capacity, radius and dimension through time. A step at which they have no geometry, because the
// network has collapsed, is a gap, NaN, and has a warning.
func manifoldGeometry(ctx context.Context, s *Subject, groups []int) (curves [3][]float64, warnings []error, err error) {
	config := analysis.DefaultManifoldConfig()
	config.Draws = manifoldDraws
	choice, err := analysis.ChooseCommonComponents(ctx, s.Trajectory.H, groups, config)
	if err != nil {
		return curves, nil, err
	}
	config.CommonComponents, warnings = choice.Components, choice.Warnings
	random := s.Config.Stream(streamManifolds, 0)
	for t, states := range s.Trajectory.H {
		s.within(float64(t) / float64(len(s.Trajectory.H)))
		result, err := analysis.ManifoldGeometry(ctx, states, groups, config, random)
		if err == nil {
			err = analysis.CheckNoise(states)
		}
		var odd *analysis.NotFiniteError
		switch {
		case errors.As(err, &odd):
			return curves, nil, &analysis.AtStep{Step: t, Err: err}
		case ctx.Err() != nil:
			return curves, nil, ctx.Err()
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
