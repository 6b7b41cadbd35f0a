package analysis_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// ball returns points uniform in the ball of a dimension, in a space of more units.
func ball(samples, dimension, units int, random *rand.Rand) *mat.Dense {
	points := mat.NewDense(samples, units, nil)
	for i := range samples {
		row := points.RawRowView(i)[:dimension]
		for j := range row {
			row[j] = random.NormFloat64()
		}
		floats.Scale(math.Pow(random.Float64(), 1/float64(dimension))/floats.Norm(row, 2), row)
	}
	return points
}

// TestDimensionOverScalesOfBalls: 60 clusters of 50 samples, each uniform in a ball of known dimension. The estimate falls with the number
// of neighbours, whose neighbourhoods stick out of the ball, and is too low in many dimensions; each scale is what
// [analysis.LikelihoodDimensionWithin] gives alone, which is compared with scikit-dimension elsewhere.
func TestDimensionOverScalesOfBalls(t *testing.T) {
	const clusters, samples, units = 60, 50, 20
	neighbours := []int{3, 5, 10, 20, 40}
	for _, dimension := range []int{1, 2, 5, 10} {
		random := rand.New(rand.NewPCG(uint64(dimension), 4))
		points, ids := ball(clusters*samples, dimension, units, random), make([]int, clusters*samples)
		for i := range ids {
			ids[i] = i % clusters
			for j := range units {
				points.Set(i, j, points.At(i, j)+100*float64(ids[i]*(j+1))) // far apart
			}
		}
		results, err := analysis.DimensionOverScales(t.Context(), points, ids, neighbours)
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range neighbours {
			alone, err := analysis.LikelihoodDimensionWithin(t.Context(), points, ids, analysis.LikelihoodDimensionConfig{Neighbours: k})
			if err != nil {
				t.Fatal(err)
			}
			if results[i].Dimension != alone.Dimension || results[i].StandardError != alone.StandardError || results[i].Samples != alone.Samples {
				t.Errorf("%d dimensions, %d neighbours: %+v, alone %+v", dimension, k, results[i], alone)
			}
			if i > 0 && results[i].Dimension > results[i-1].Dimension {
				t.Errorf("%d dimensions: %g with %d neighbours, %g with fewer", dimension, results[i].Dimension, k, results[i-1].Dimension)
			}
		}
		if got := results[0].Dimension; got < 0.75*float64(dimension) || got > 1.05*float64(dimension) {
			t.Errorf("3 neighbours of %d dimensions: %g", dimension, got)
		}
	}
}

// TestDimensionOverScalesWithoutEdges: samples uniform on spheres, which have no edges, in 60 clusters of 50 samples. The distances from a
// point of the surface of a ball in three dimensions have exactly the distribution of those in a plane, and on a circle arcs are
// straight as long as neighbourhoods are short: the dimension is right to the standard error.
func TestDimensionOverScalesWithoutEdges(t *testing.T) {
	const clusters, samples = 60, 50
	for dimension, neighbours := range map[int][]int{1: {3, 5}, 2: {3, 5, 10, 20, 40}} {
		random := rand.New(rand.NewPCG(uint64(dimension), 5))
		points, ids := gaussian(clusters*samples, dimension+1, random), make([]int, clusters*samples)
		for i := range ids {
			ids[i] = i % clusters
			row := points.RawRowView(i)
			floats.Scale(1/floats.Norm(row, 2), row)
		}
		results, err := analysis.DimensionOverScales(t.Context(), points, ids, neighbours)
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range neighbours {
			if got, deviation := results[i].Dimension, results[i].StandardError; math.Abs(got-float64(dimension)) > 3*deviation || deviation > 0.1*float64(dimension) {
				t.Errorf("%d dimensions, %d neighbours: %g with standard error %g", dimension, k, got, deviation)
			}
		}
	}
}

// TestDimensionOverScalesSeesNoise: a plane with noise in all directions has two dimensions at large scales and many at small ones.
func TestDimensionOverScalesSeesNoise(t *testing.T) {
	const samples = 2000
	random := rand.New(rand.NewPCG(7, 7))
	points := ball(samples, 2, 20, random)
	points.Apply(func(_, _ int, x float64) float64 { return x + 0.02*random.NormFloat64() }, points)
	results, err := analysis.DimensionOverScales(t.Context(), points, make([]int, samples), []int{3, 200})
	if err != nil {
		t.Fatal(err)
	}
	if small, large := results[0].Dimension, results[1].Dimension; small < 5 || large < 1.8 || large > 2.6 {
		t.Errorf("dimension %g of the noise and %g of the plane", small, large)
	}
}

func TestDimensionOverScalesFaults(t *testing.T) {
	points := gaussian(30, 3, rand.New(rand.NewPCG(1, 1)))
	ids := make([]int, 30)
	var few *analysis.TooFewNeighboursError
	for _, neighbours := range [][]int{nil, {5, 1}} {
		if _, err := analysis.DimensionOverScales(t.Context(), points, ids, neighbours); !errors.As(err, &few) {
			t.Errorf("neighbours %v: %v", neighbours, err)
		}
	}
	var samples *analysis.TooFewSamplesError
	if _, err := analysis.DimensionOverScales(t.Context(), points, ids, []int{3, 30}); !errors.As(err, &samples) || samples.Least != 31 {
		t.Errorf("30 neighbours among 30 samples: %v", err)
	}
	// A small cluster is left out at every scale, with a warning.
	ids[0], ids[1] = 1, 1
	results, err := analysis.DimensionOverScales(t.Context(), points, ids, []int{2, 20})
	var left *analysis.LeftOutClustersWarning
	if err != nil || results[0].Samples != 28 || len(results[0].Warnings) != 1 || !errors.As(results[0].Warnings[0], &left) || left.Clusters != 1 {
		t.Errorf("%+v, %v", results, err)
	}
}

func TestClusterMeans(t *testing.T) {
	points := mat.NewDense(4, 2, []float64{1, 2, 5, 6, 3, 4, 0, 0})
	means, err := analysis.ClusterMeans(points, []int{7, 2, 7, 2})
	if want := mat.NewDense(2, 2, []float64{2.5, 3, 2, 3}); err != nil || !mat.EqualApprox(means, want, 1e-15) {
		t.Errorf("got %v, want %v; %v", means, want, err)
	}
	var shape *analysis.ShapeError
	if _, err := analysis.ClusterMeans(points, []int{1}); !errors.As(err, &shape) {
		t.Errorf("one id for four points: %v", err)
	}
}
