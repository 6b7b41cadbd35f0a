package data_test

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data"
)

// One epoch of the paper has 800 fresh samples.
func BenchmarkSample(b *testing.B) {
	for _, dimension := range []int{2, 200} {
		b.Run(fmt.Sprintf("samples=800/dimension=%d", dimension), func(b *testing.B) {
			cfg := data.DefaultClusterConfig()
			cfg.Dimension = dimension
			clusters := draw(b, cfg, 0)
			points, stream := data.NewPoints(800, dimension, 2), data.Stream(0, 0, "train-samples", 0)
			b.ReportAllocs()
			for b.Loop() {
				clusters.SampleInto(points, stream)
			}
		})
	}
}

func BenchmarkSampleUserPoints(b *testing.B) {
	b.Run("samples=800/rows=1797/dimension=64", func(b *testing.B) {
		set := digitSet(b)
		points, stream := data.NewPoints(800, 64, 10), data.Stream(0, 0, "train-samples", 0)
		b.ReportAllocs()
		for b.Loop() {
			set.SampleInto(points, stream)
		}
	})
}

func BenchmarkEmbed(b *testing.B) {
	for _, dimension := range []int{2, 200} {
		cfg := data.DefaultClusterConfig()
		cfg.Dimension = dimension
		points := draw(b, cfg, 0).Sample(800, data.Stream(0, 0, "train-samples", 0))
		embedding, err := data.NewEmbedding(200, dimension, data.Stream(0, 0, "embedding", 0))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("samples=800/units=200/dimension=%d/bits=32", dimension), func(b *testing.B) {
			single := make([]float32, 800*200)
			b.ReportAllocs()
			for b.Loop() {
				embedding.EmbedInto32(single, points)
			}
		})
		b.Run(fmt.Sprintf("samples=800/units=200/dimension=%d/bits=64", dimension), func(b *testing.B) {
			double := mat.NewDense(800, 200, nil)
			b.ReportAllocs()
			for b.Loop() {
				embedding.EmbedInto(double, points.Inputs)
			}
		})
	}
}

func BenchmarkDrawClusters(b *testing.B) {
	b.Run("clusters=60/dimension=2", func(b *testing.B) {
		cfg := data.DefaultClusterConfig()
		cfg.Dimension = 2
		stream := data.Stream(0, 0, "clusters", 0)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := data.DrawClusters(b.Context(), cfg, stream); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkNewEmbedding(b *testing.B) {
	b.Run("units=200/dimension=200", func(b *testing.B) {
		stream := data.Stream(0, 0, "embedding", 0)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := data.NewEmbedding(200, 200, stream); err != nil {
				b.Fatal(err)
			}
		}
	})
}
