package analysis_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// TestNotANumberIsNamed puts NaN or Inf into one value of a recording, as rsatoolbox issue 389 reports of data with
// missing responses that ended as dissimilarities of NaN: every measure names time, sample and unit.
//
// Source: https://github.com/rsagroup/rsatoolbox/issues/389
func TestNotANumberIsNamed(t *testing.T) {
	const step, sample, unit = 2, 7, 3
	random := rand.New(rand.NewPCG(1, 2))
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		trajectory := trajectoryOf(gaussian(60, 5, random), gaussian(60, 5, random), gaussian(60, 5, random))
		trajectory.H[step].Set(sample, unit, bad)
		states := trajectory.H[step]
		named := func(name string, err error, throughTime bool) {
			t.Helper()
			var at *analysis.AtStep
			var value *analysis.NotFiniteError
			if !errors.As(err, &value) || value.Row != sample || value.Column != unit || errors.As(err, &at) != throughTime || throughTime && at.Step != step {
				t.Errorf("%s of %v: %v", name, bad, err)
			}
		}
		ctx := t.Context()
		_, err := analysis.EffectiveDimensionalityThroughTime(ctx, trajectory)
		named("effective dimensionality", err, true)
		_, err = analysis.TwoNNThroughTime(ctx, trajectory, analysis.DefaultTwoNNConfig())
		named("TwoNN", err, true)
		_, err = analysis.LikelihoodDimensionThroughTime(ctx, trajectory, analysis.LikelihoodDimensionConfig{Neighbours: 4})
		named("likelihood dimension", err, true)
		_, err = analysis.ClassDistancesThroughTime(ctx, trajectory)
		named("class distances", err, true)
		_, err = analysis.ManifoldGeometryThroughTime(ctx, trajectory, trajectory.Clusters, analysis.DefaultManifoldConfig(), random)
		named("manifold geometry", err, true)
		_, err = analysis.HeldOutAccuracy(ctx, trajectory, [][]int{{0, 1}}, analysis.DefaultLogisticConfig())
		named("held-out accuracy", err, true)
		_, err = analysis.Snapshots(ctx, trajectory, []int{0, 1, 2}, 2)
		named("snapshots", err, true)
		_, err = analysis.FitLogistic(ctx, states, trajectory.Labels, analysis.DefaultLogisticConfig())
		named("logistic regression", err, false)
		_, err = analysis.PrincipalComponents(states, 2)
		named("principal components", err, false)
		_, err = analysis.SimulatedCapacity(ctx, states, trajectory.Clusters, true, 20, random)
		named("simulated capacity", err, false)
		_, err = analysis.RandomTanhExpansion(states, 9, 1, random)
		named("random expansion", err, false)

		d, _ := randomNetwork(t, 5, 1, 3)
		_, err = analysis.Attractors(ctx, d, states, analysis.DefaultAttractorConfig())
		named("attractors", err, false)
		_, err = analysis.FixedPoints(ctx, d, states, analysis.DefaultFixedPointConfig())
		named("fixed points", err, false)
		_, err = analysis.StabilityOf(ctx, d, states)
		named("stability", err, false)
		_, err = analysis.LocalLyapunov(ctx, d, trajectoryOf(trajectory.H[step], trajectory.H[0]), analysis.LocalLyapunovConfig{Exponents: 1, Samples: 60})
		var value *analysis.NotFiniteError
		if !errors.As(err, &value) || value.Row != sample || value.Column != unit {
			t.Errorf("local exponents of %v: %v", bad, err)
		}
		for name, band := range map[string]func([]float64) (analysis.Band, error){
			"dimensionality": analysis.DimensionalityBand, "accuracy": analysis.AccuracyBand,
		} {
			if _, err := band([]float64{0.9, 0.8, bad, 0.7}); err == nil {
				t.Errorf("band of %s with %v is accepted", name, bad)
			}
		}
	}
}
