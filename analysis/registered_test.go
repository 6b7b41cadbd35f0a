package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data"
)

// registered stands for a faster implementation that a program registers.
type registered struct{ gonum.Implementation }

// TestRegisteredBLAS computes the measures with Gonum's products and with those of another implementation, which take
// different paths through this package, and compares.
func TestRegisteredBLAS(t *testing.T) {
	const samples, units, clusters = 300, 150, 30
	random := rand.New(rand.NewPCG(1, 2))
	trajectory := &data.Trajectory{}
	centres := mat.NewDense(clusters, units, nil)
	centres.Apply(func(_, _ int, _ float64) float64 { return random.NormFloat64() }, centres)
	for range 3 {
		states := mat.NewDense(samples, units, nil)
		states.Apply(func(i, j int, _ float64) float64 {
			return math.Tanh(0.3*centres.At(i%clusters, j) + 0.1*random.NormFloat64())
		}, states)
		trajectory.H = append(trajectory.H, states)
	}
	for i := range samples {
		trajectory.Clusters = append(trajectory.Clusters, i%clusters)
		trajectory.Labels = append(trajectory.Labels, i%clusters%2)
	}
	splits, err := HeldOutSplits(trajectory.Clusters, 0.2, 4, random)
	if err != nil {
		t.Fatal(err)
	}
	type results struct {
		dimensionality []float64
		curve          *HeldOutCurve
		model          *LogisticModel
	}
	measure := func() results {
		dimensionality, err := EffectiveDimensionalityThroughTime(t.Context(), trajectory)
		if err != nil {
			t.Fatal(err)
		}
		curve, err := HeldOutAccuracy(t.Context(), trajectory, splits, DefaultLogisticConfig())
		if err != nil {
			t.Fatal(err)
		}
		model, err := FitLogistic(t.Context(), trajectory.H[0], trajectory.Labels, DefaultLogisticConfig())
		if err != nil {
			t.Fatal(err)
		}
		if len(curve.Warnings)+len(model.Warnings) > 0 {
			t.Errorf("warnings %v, %v", curve.Warnings, model.Warnings)
		}
		return results{dimensionality.Values, curve, model}
	}
	own := measure()
	before := blas64.Implementation()
	defer blas64.Use(before)
	defer blas32.Use(blas32.Implementation())
	blas64.Use(registered{})
	blas32.Use(registered{})
	if stock[float64]() || stock[float32]() {
		t.Fatal("the registered implementation is not noticed")
	}
	other := measure()
	for step := range trajectory.H {
		if math.Abs(own.dimensionality[step]-other.dimensionality[step]) > 1e-11*own.dimensionality[step] {
			t.Errorf("t = %d: ED %v and %v", step, own.dimensionality[step], other.dimensionality[step])
		}
		if own.curve.Train[step] != other.curve.Train[step] || own.curve.HeldOut[step] != other.curve.HeldOut[step] {
			t.Errorf("t = %d: accuracies %v, %v and %v, %v", step, own.curve.Train[step], own.curve.HeldOut[step],
				other.curve.Train[step], other.curve.HeldOut[step])
		}
	}
	if !mat.EqualApprox(own.model.Coefficients, other.model.Coefficients, 1e-5) {
		t.Error("coefficients differ")
	}
}

// eachImplementation runs test with Gonum's products and with those of another implementation.
func eachImplementation(t *testing.T, test func(t *testing.T)) {
	double, single := blas64.Implementation(), blas32.Implementation()
	defer func() { blas64.Use(double); blas32.Use(single) }()
	blas64.Use(gonum.Implementation{})
	blas32.Use(gonum.Implementation{})
	t.Run("implementation=stock", test)
	blas64.Use(registered{})
	blas32.Use(registered{})
	t.Run("implementation=registered", test)
}

// TestMetricIsTheInverse checks L^-1 H L^-T = I in both precisions for sizes with and without halving.
func TestMetricIsTheInverse(t *testing.T) {
	eachImplementation(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(3, 4))
		for _, width := range []int{1, 2, 31, 33, 100, 201} {
			x, curvatures := gaussianRows(2*width, width, random), make([]float64, 2*width)
			h := mat.NewDense(width, width, nil)
			for i := range curvatures {
				curvatures[i] = random.Float64()
				row := mat.NewVecDense(width, rowOf(x, i))
				h.RankOne(h, curvatures[i], row, row)
			}
			for j := range width - 1 {
				h.Set(j, j, h.At(j, j)+0.5)
			}
			checkInverse[float64](t, x, curvatures, h, 1e-9)
			checkInverse[float32](t, x, curvatures, h, 1e-3)
		}
	})
}

// checkInverse compares the metric of x, of which h is the second derivative with the penalty 0.5, with the inverse of h.
func checkInverse[T precision](t *testing.T, x blas64.General, curvatures []float64, h *mat.Dense, tolerance float64) {
	t.Helper()
	m := newMetric[T](x.Rows, x.Cols)
	m.set(x, curvatures, 0.5)
	var product mat.Dense
	product.Product(dense(m.lower), h, dense(m.upper))
	for j := range x.Cols {
		product.Set(j, j, product.At(j, j)-1)
	}
	if largest := mat.Norm(&product, math.Inf(1)); !(largest <= tolerance) {
		t.Errorf("%T, width %d: L^-1 H L^-T is off by %g", m, x.Cols, largest)
	}
}

// TestCoordinatesInBothPrecisions compares the directions that both find for two readouts which leave out groups, and
// with the solution of H_p d = g from its definition.
func TestCoordinatesInBothPrecisions(t *testing.T) {
	const samples, width, size = 120, 20, 10
	eachImplementation(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(5, 6))
		x := gaussianRows(samples, width, random)
		var groups [][]int
		for first := 0; first < samples; first += size {
			var rows []int
			for row := first; row < first+size; row++ {
				copy(rowOf(x, row), rowOf(x, first)) // H_p is exact if the samples of a group are one point
				x.Data[row*x.Stride+width-1] = 1
				rows = append(rows, row)
			}
			groups = append(groups, rows)
		}
		shared, own := make([]float64, samples), make([][]float64, 2)
		for readout := range own {
			own[readout] = make([]float64, samples)
			for row := range samples {
				if (row/size+readout)%3 > 0 {
					own[readout][row] = 0.25 * random.Float64()
				}
				shared[row] += own[readout][row] / 2
			}
		}
		gradients := gaussianRows(2, width, random)
		single := newMetricCoordinates[float32](samples, width, 2, 2, groups)
		double := newMetricCoordinates[float64](samples, width, 2, 2, groups)
		for _, test := range []struct {
			coordinates coordinates
			tolerance   float64
		}{{single, 1e-4}, {double, 1e-12}} {
			got := newGeneral(2, width)
			copy(got.Data, gradients.Data)
			test.coordinates.set(x, shared, 1)
			for readout := range own {
				test.coordinates.bend(readout, own[readout])
			}
			test.coordinates.apply(got, []int{0, 1})
			for readout := range own {
				h := mat.NewDense(width, width, nil)
				for j := range width - 1 {
					h.Set(j, j, 1)
				}
				for row, curvature := range own[readout] {
					vector := mat.NewVecDense(width, rowOf(x, row))
					h.RankOne(h, curvature, vector, vector)
				}
				var want mat.VecDense
				if err := want.SolveVec(h, mat.NewVecDense(width, rowOf(gradients, readout))); err != nil {
					t.Fatal(err)
				}
				want.SubVec(mat.NewVecDense(width, rowOf(got, readout)), &want)
				if off := mat.Norm(&want, 2); !(off <= test.tolerance) {
					t.Errorf("%T, readout %d: direction off by %g", test.coordinates, readout, off)
				}
			}
		}
	})
}

// TestPrecisionOfTheSearch: float64 is used where float32 could not distinguish directions or hold them, and the accuracies are the same.
func TestPrecisionOfTheSearch(t *testing.T) {
	x := mat.NewDense(4, 1, []float64{-2, -1, 1, 2})
	classes := []int{0, 0, 1, 1}
	for _, test := range []struct {
		scale, c float64
		single   bool
	}{{1, 1, true}, {1e4, 1, false}, {1e200, 1, false}, {1, 1e13, false}, {1e-9, 1e13, false}, {1e-9, 1e-13, false}, {1e-9, 1e5, true}} {
		fitted, err := newReadout(allRows(4), classes)
		if err != nil {
			t.Fatal(err)
		}
		config := DefaultLogisticConfig()
		config.C = test.c
		s := newSolver(4, 1, []readout{fitted}, nil, config)
		var points mat.Dense
		points.Scale(test.scale, x)
		s.solve(t.Context(), &points)
		if single := s.used == s.single; single != test.single {
			t.Errorf("scale %g, C = %g: float32 %t, want %t", test.scale, test.c, single, test.single)
		}
	}
}

// gaussianRows returns rows x columns normal values.
func gaussianRows(rows, columns int, random *rand.Rand) blas64.General {
	a := newGeneral(rows, columns)
	for i := range a.Data {
		a.Data[i] = random.NormFloat64()
	}
	return a
}

// dense returns a as a dense matrix of float64.
func dense[T precision](a matrix[T]) *mat.Dense {
	to := mat.NewDense(a.Rows, a.Cols, nil)
	to.Apply(func(i, j int, _ float64) float64 { return float64(a.row(i)[j]) }, to)
	return to
}
