package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data"
)

// registered stands for a faster implementation that a program registers.
type registered struct{ gonum.Implementation }

// TestRegisteredBLAS takes the measures with Gonum's products and with those of another implementation, which take
// different ways through this package, and compares.
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
		dimensionality, err := EffectiveDimensionalityThroughTime(trajectory)
		if err != nil {
			t.Fatal(err)
		}
		curve, err := HeldOutAccuracy(trajectory, splits, DefaultLogisticConfig())
		if err != nil {
			t.Fatal(err)
		}
		model, err := FitLogistic(trajectory.H[0], trajectory.Labels, DefaultLogisticConfig())
		if err != nil {
			t.Fatal(err)
		}
		if len(curve.Warnings)+len(model.Warnings) > 0 {
			t.Errorf("warnings %v, %v", curve.Warnings, model.Warnings)
		}
		return results{dimensionality.Values, curve, model}
	}
	stock := measure()
	before := blas64.Implementation()
	defer blas64.Use(before)
	blas64.Use(registered{})
	if stockBLAS() {
		t.Fatal("the registered implementation is not noticed")
	}
	other := measure()
	for step := range trajectory.H {
		if math.Abs(stock.dimensionality[step]-other.dimensionality[step]) > 1e-11*stock.dimensionality[step] {
			t.Errorf("t = %d: ED %v and %v", step, stock.dimensionality[step], other.dimensionality[step])
		}
		if stock.curve.Train[step] != other.curve.Train[step] || stock.curve.HeldOut[step] != other.curve.HeldOut[step] {
			t.Errorf("t = %d: accuracies %v, %v and %v, %v", step, stock.curve.Train[step], stock.curve.HeldOut[step],
				other.curve.Train[step], other.curve.HeldOut[step])
		}
	}
	if !mat.EqualApprox(stock.model.Coefficients, other.model.Coefficients, 1e-5) {
		t.Error("coefficients differ")
	}
}

// TestMetricIsTheInverse checks L^-1 H L^-T = I for sizes with and without halving.
func TestMetricIsTheInverse(t *testing.T) {
	before := blas64.Implementation()
	defer blas64.Use(before)
	random := rand.New(rand.NewPCG(3, 4))
	for _, implementation := range []blas.Float64{gonum.Implementation{}, registered{}} {
		blas64.Use(implementation)
		for _, width := range []int{1, 2, 31, 33, 100, 201} {
			samples := 2 * width
			transposed, curvatures := newGeneral(width, samples), make([]float64, samples)
			for i := range transposed.Data {
				transposed.Data[i] = random.NormFloat64()
			}
			h := mat.NewDense(width, width, nil)
			for i := range curvatures {
				curvatures[i] = random.Float64()
				column := mat.NewVecDense(width, nil)
				for j := range width {
					column.SetVec(j, transposed.Data[j*transposed.Stride+i])
				}
				h.RankOne(h, curvatures[i], column, column)
			}
			for j := range width - 1 {
				h.Set(j, j, h.At(j, j)+0.5)
			}
			m := newMetric(samples, width)
			m.set(transposed, curvatures, 0.5)
			var product mat.Dense
			product.Product(general(m.lower), h, general(m.upper))
			for j := range width {
				product.Set(j, j, product.At(j, j)-1)
			}
			if largest := mat.Norm(&product, math.Inf(1)); largest > 1e-9 {
				t.Errorf("%T, width %d: L^-1 H L^-T is off by %g", implementation, width, largest)
			}
		}
	}
}

// general returns a as a dense matrix.
func general(a blas64.General) *mat.Dense { return mat.NewDense(a.Rows, a.Cols, a.Data) }
