package analysis

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// slowDistance returns the distance of rows i and j in units of scale, by definition.
func slowDistance(points *mat.Dense, i, j int, scale float64) float64 {
	length := 0.0
	for at, x := range points.RawRowView(i) {
		length = math.Hypot(length, (x-points.At(j, at))/scale)
	}
	return length
}

// slowNeighbours returns, for each row, the smallest distances to others, ascending, by definition, in units of scale.
func slowNeighbours(points *mat.Dense, k int, scale float64) [][]float64 {
	rows, _ := points.Dims()
	all := make([][]float64, rows)
	for i := range rows {
		for j := range rows {
			if i == j {
				continue
			}
			all[i] = append(all[i], slowDistance(points, i, j, scale))
		}
		slices.Sort(all[i])
		all[i] = all[i][:k]
	}
	return all
}

// TestNearestNeighbours compares with the definition where products cancel: clusters that are tighter than the rounding
// of a product, far from the origin and from each other, on Gonum's and on a registered BLAS.
func TestNearestNeighbours(t *testing.T) {
	before := blas64.Implementation()
	defer blas64.Use(before)
	random := rand.New(rand.NewPCG(5, 6))
	for _, units := range []int{1, 3, 30, 61} {
		for _, spread := range []float64{1, 1e-3, 1e-8, 1e-13, 1e-200} {
			for _, scale := range []float64{1, 1e120, 1e-90, 1e306, 1e-312} {
				const samples, clusters, k = 60, 3, 7 // 20 points a group, more than twice k: groups are centred again
				points := mat.NewDense(samples, units, nil)
				for i := range samples {
					for j := range units {
						centre := float64((i%clusters)*(1+j%2)) / 20
						points.Set(i, j, scale*(centre+spread*random.NormFloat64()))
					}
				}
				first, err := nearestNeighbours(t.Context(), "test", points, k)
				var few *TooFewDistinctError
				if errors.As(err, &few) {
					continue // the spread is below the last digit
				}
				if err != nil {
					t.Fatal(err)
				}
				name := fmt.Sprintf("units=%d/spread=%g/scale=%g", units, spread, scale)
				want := slowNeighbours(distinctRows(points), k, scale)
				if first.distances.Rows != len(want) || first.duplicates != samples-len(want) {
					t.Fatalf("%s: %d points and %d duplicates, want %d", name, first.distances.Rows, first.duplicates, len(want))
				}
				// The unit is common to all distances.
				unit := rowOf(first.distances, 0)[0] / want[0][0]
				for i, row := range want {
					for j, length := range row {
						if got := rowOf(first.distances, i)[j]; math.Abs(got-unit*length) > 1e-10*got {
							t.Fatalf("%s: distance %d of point %d is %.17g, want %.17g", name, j, i, got/unit, length)
						}
					}
				}
				blas64.Use(registered{})
				second, err := nearestNeighbours(t.Context(), "test", points, k)
				blas64.Use(before)
				if err != nil || !floats.EqualFunc(first.distances.Data, second.distances.Data, func(a, b float64) bool {
					return math.Abs(a-b) <= 1e-10*a
				}) {
					t.Fatalf("%s: another BLAS gives other distances (%v)", name, err)
				}
			}
		}
	}
}

// TestNearestNeighboursOfNestedGroups compares with the definition where each group holds a tighter one, down to the
// smallest numbers, so that the search is repeated many times.
func TestNearestNeighboursOfNestedGroups(t *testing.T) {
	const samples, k = 130, 2
	random := rand.New(rand.NewPCG(9, 10))
	for _, decades := range []float64{0.1, 1, 2.4} {
		points := mat.NewDense(samples, 3, nil)
		points.Apply(func(i, _ int, _ float64) float64 { return (1 + random.Float64()) * math.Pow(10, -decades*float64(i)) }, points)
		found, err := nearestNeighbours(t.Context(), "test", points, k)
		if err != nil {
			t.Fatal(err)
		}
		want := slowNeighbours(points, k, 1)
		unit := rowOf(found.distances, 0)[0] / want[0][0]
		for i, row := range want {
			for j, length := range row {
				got := rowOf(found.distances, i)[j]
				if length*unit > 1e-299 && math.Abs(got-unit*length) > 1e-8*got || got <= 0 {
					t.Fatalf("decades = %v: distance %d of point %d is %.17g, want %.17g", decades, j, i, got/unit, length)
				}
				if at := found.indices[i*k+j]; length > 1e-290 && slowDistance(points, i, at, 1) > length*(1+1e-8) {
					t.Fatalf("decades = %v: point %d has neighbour %d, which is farther", decades, i, at)
				}
			}
		}
		if value := found.dependence(make([]float64, samples)); value != 1 {
			t.Errorf("dependence of constant values is %v", value)
		}
	}
}

// TestNearestNeighboursChangeNothing: points stay as they are, also with duplicates and huge values.
func TestNearestNeighboursChangeNothing(t *testing.T) {
	points := mat.NewDense(5, 2, []float64{1e308, 0, 1e308, 0, -1e308, 1, 3, 4, 5, 6})
	before := mat.DenseCopyOf(points)
	found, err := nearestNeighbours(t.Context(), "test", points, 2)
	if err != nil || found.duplicates != 1 {
		t.Fatalf("%v, %+v", err, found)
	}
	if !mat.Equal(points, before) {
		t.Error("the points were changed")
	}
}

// exponentials returns n exponential values of the given rate, ascending.
func exponentials(n int, rate float64, random *rand.Rand) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = random.ExpFloat64() / rate
	}
	slices.Sort(values)
	return values
}

// TestTwoNNOnIndependentRatios: on ratios that follow their law and are independent, both estimators are centred on the
// rate, the intervals cover it as often as they say, and p-values are uniform.
func TestTwoNNOnIndependentRatios(t *testing.T) {
	const rate, repeats = 7.0, 4000
	random := rand.New(rand.NewPCG(7, 8))
	for _, n := range []int{20, 300} {
		for _, config := range []TwoNNConfig{
			DefaultTwoNNConfig(), PublishedTwoNNConfig(), {Method: TwoNNLikelihood, Discard: 0.3, Level: 0.8},
		} {
			covered, mean := 0.0, 0.0
			below := map[float64]float64{0.5: 0, 0.05: 0, 0.01: 0}
			for range repeats {
				logs := exponentials(n, rate, random)
				kept := int(float64(n) * (1 - config.Discard))
				result := &TwoNNResult{Ratios: kept, Discarded: n - kept}
				if config.Method == TwoNNLikelihood {
					result.likelihood(logs, config.Level)
				} else {
					result.regression(logs, config.Level)
				}
				mean += result.Dimension / repeats
				if result.Lo < rate && rate < result.Hi {
					covered += 1.0 / repeats
				}
				p := exponentialPValue(exponentialDistance(logs), n)
				for level := range below {
					if p < level {
						below[level] += 1.0 / repeats
					}
				}
			}
			// The regression has a bias of order 1/n, and its interval is of first order.
			bias, miss := 0.015, 0.015
			if config.Method == TwoNNRegression {
				bias, miss = 2/float64(n)+0.01, 0.4/float64(n)+0.015
			}
			if math.Abs(mean/rate-1) > bias {
				t.Errorf("n = %d, %+v: mean %v of rate %v", n, config, mean, rate)
			}
			if math.Abs(covered-config.Level) > miss {
				t.Errorf("n = %d, %+v: the interval covers %v", n, config, covered)
			}
			for level, share := range below {
				// The law at 20 values is not quite that at 600, less so in its tail.
				if math.Abs(share-level) > 4*math.Sqrt(level*(1-level)/repeats)+level/float64(n) {
					t.Errorf("n = %d: p < %v for a share of %v", n, level, share)
				}
			}
		}
	}
	if p := exponentialPValue(exponentialDistance([]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}), 12); p > 1e-3 {
		t.Errorf("equal values: p = %v", p)
	}
	// Stephens 1974, table 1.1: the upper percentage points of the exponential with unknown mean.
	for statistic, want := range map[float64]float64{0.926: 0.15, 0.990: 0.10, 1.094: 0.05, 1.184: 0.025, 1.298: 0.01} {
		const n = 100
		distance := statistic/(math.Sqrt(n)+0.26+0.5/math.Sqrt(n)) + 0.2/n
		if p := exponentialPValue(distance, n); math.Abs(p/want-1) > 0.03 {
			t.Errorf("statistic %v: p = %v, want %v", statistic, p, want)
		}
	}
}
