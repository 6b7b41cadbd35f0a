package analysis_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// BenchmarkHeldOutAccuracy measures the curve of one network of the paper's size: 31 steps, 5 splits, 600 samples of
// 200 units. ms/fit is the time of one logistic regression.
func BenchmarkHeldOutAccuracy(b *testing.B) {
	for _, d := range []int{2, 200} {
		for _, g := range []float64{20, 250} {
			trajectory := reverberation(600, 200, d, 31, g, 1)
			splits, err := analysis.HeldOutSplits(trajectory.Clusters, 0.2, 5, rand.New(rand.NewPCG(1, 2)))
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("d=%d/g=%g", d, g), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := analysis.HeldOutAccuracy(b.Context(), trajectory, splits, analysis.DefaultLogisticConfig()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N*31*5), "ms/fit")
			})
		}
	}
}

func BenchmarkEffectiveDimensionality(b *testing.B) {
	for _, shape := range [][2]int{{600, 200}, {200, 600}} {
		points := gaussian(shape[0], shape[1], rand.New(rand.NewPCG(1, 1)))
		b.Run(fmt.Sprintf("samples=%d/units=%d", shape[0], shape[1]), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := analysis.EffectiveDimensionality(points); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPrincipalComponents(b *testing.B) {
	points := gaussian(600, 200, rand.New(rand.NewPCG(1, 1)))
	b.Run("samples=600/units=200/k=3", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := analysis.PrincipalComponents(points, 3); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDimensionalityBand(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	values := make([]float64, 30)
	for i := range values {
		values[i] = 3 + random.Float64()
	}
	b.Run("values=30", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := analysis.DimensionalityBand(values); err != nil {
				b.Fatal(err)
			}
		}
	})
}
