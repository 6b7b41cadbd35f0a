package analysis_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
)

// countdown is a context that is canceled once it has been asked a number of times.
type countdown struct {
	context.Context
	left, asked int
}

func (c *countdown) Err() error {
	c.asked++
	if c.asked > c.left {
		return context.Canceled
	}
	return nil
}

// TestCanceled stops every measure before its first, its second, a middle and its last check of the context: it returns
// the context's error each time and nothing else.
func TestCanceled(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const samples, units, steps = 48, 6, 4
	weights := mat.NewDense(units, units, nil)
	for i := range units {
		for j := range units {
			weights.Set(i, j, random.NormFloat64())
		}
	}
	d := network(t, graph.Tanh, weights, make([]float64, units))
	trajectory := followed(d, samples, steps, 1)
	trajectory.Labels, trajectory.Clusters = make([]int, samples), make([]int, samples)
	for s := range samples {
		trajectory.Labels[s], trajectory.Clusters[s] = s%2, s%8
	}
	states := trajectory.H[0]
	separable := mat.NewDense(samples, units, nil)
	for s := range samples {
		separable.Set(s, s%2, 1+float64(s%8)+0.01*random.Float64())
		separable.Set(s, 2+s%4, random.NormFloat64())
		if s >= 8 {
			separable.SetRow(s, separable.RawRowView(s%8))
		}
	}
	var err error
	for name, measure := range map[string]func(context.Context) error{
		"Attractors": func(ctx context.Context) error {
			_, err = analysis.Attractors(ctx, d, states, analysis.DefaultAttractorConfig())
			return err
		},
		"FixedPoints": func(ctx context.Context) error {
			_, err = analysis.FixedPoints(ctx, d, mat.DenseCopyOf(states.Slice(0, 4, 0, units)), analysis.DefaultFixedPointConfig())
			return err
		},
		"LyapunovSpectrum": func(ctx context.Context) error {
			config := analysis.LyapunovConfig{Exponents: 2, Transient: 10, Alignment: 10, Steps: 20, Every: 3, Blocks: 4}
			_, err = analysis.LyapunovSpectrum(ctx, d, states.RawRowView(0), config)
			return err
		},
		"LocalLyapunov": func(ctx context.Context) error {
			_, err = analysis.LocalLyapunov(ctx, d, trajectory, analysis.LocalLyapunovConfig{Exponents: 1, Samples: 3})
			return err
		},
		"TwoNN": func(ctx context.Context) error {
			_, err = analysis.TwoNNThroughTime(ctx, trajectory, analysis.DefaultTwoNNConfig())
			return err
		},
		"LikelihoodDimension": func(ctx context.Context) error {
			_, err = analysis.LikelihoodDimensionThroughTime(ctx, trajectory, analysis.LikelihoodDimensionConfig{Neighbours: 5})
			return err
		},
		"ManifoldGeometry": func(ctx context.Context) error {
			config := analysis.DefaultManifoldConfig()
			config.Draws = 20
			_, err = analysis.ManifoldGeometryThroughTime(ctx, trajectory, trajectory.Clusters, config, random)
			return err
		},
		"SimulatedCapacity": func(ctx context.Context) error {
			_, err = analysis.SimulatedCapacity(ctx, separable, trajectory.Clusters, true, 40, rand.New(rand.NewPCG(1, 2)))
			return err
		},
		"HeldOutAccuracy": func(ctx context.Context) error {
			_, err = analysis.HeldOutAccuracy(ctx, trajectory, [][]int{{0, 1}}, analysis.DefaultLogisticConfig())
			return err
		},
		"FitLogistic": func(ctx context.Context) error {
			_, err = analysis.FitLogistic(ctx, states, trajectory.Labels, analysis.DefaultLogisticConfig())
			return err
		},
		"ClassDistances": func(ctx context.Context) error {
			_, err = analysis.ClassDistancesThroughTime(ctx, trajectory)
			return err
		},
		"EffectiveDimensionality": func(ctx context.Context) error {
			_, err = analysis.EffectiveDimensionalityThroughTime(ctx, trajectory)
			return err
		},
		"Snapshots": func(ctx context.Context) error {
			_, err = analysis.Snapshots(ctx, trajectory, []int{0, 1, 2}, 2)
			return err
		},
	} {
		whole := &countdown{Context: t.Context(), left: 1 << 40}
		if err := measure(whole); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if whole.asked < 2 {
			t.Errorf("%s: looks at its context %d times", name, whole.asked)
		}
		for _, left := range []int{0, 1, whole.asked / 2, whole.asked - 1} {
			if err := measure(&countdown{Context: t.Context(), left: left}); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, canceled at look %d of %d: %v", name, left+1, whole.asked, err)
			}
		}
	}
}
