package analysis_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// spheres returns samples of count manifolds in units dimensions: random centres of length about 1 and, around each,
// samples on a sphere of this radius in random dimensions.
func spheres(count, samples, units, dimension int, radius float64, random *rand.Rand) (*mat.Dense, []int) {
	points, groups := mat.NewDense(count*samples, units, nil), make([]int, count*samples)
	normal := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = random.NormFloat64()
		}
		return x
	}
	scale := 1 / math.Sqrt(float64(units))
	for p := range count {
		centre, axes := normal(units), gaussian(dimension, units, random)
		for m := range samples {
			groups[p*samples+m] = p
			row := points.RawRowView(p*samples + m)
			floats.AddScaled(row, scale, centre)
			along := normal(dimension)
			if dimension == 1 {
				// Ends of a segment.
				along[0] = float64(1 - 2*(m%2))
			}
			length := floats.Norm(along, 2)
			for k, x := range along {
				floats.AddScaled(row, radius*scale*x/length, axes.RawRowView(k))
			}
		}
	}
	return points, groups
}

// around returns one manifold: these deviations around a centre of length 1 that is orthogonal to them.
func around(deviations *mat.Dense) (*mat.Dense, []int) {
	samples, dimension := deviations.Dims()
	points := mat.NewDense(samples, dimension+1, nil)
	for i := range samples {
		points.Set(i, 0, 1)
		copy(points.RawRowView(i)[1:], deviations.RawRowView(i))
	}
	return points, make([]int, samples)
}

// fixedOrigin returns a config that leaves the points where they are.
func fixedOrigin(draws int, margin float64) analysis.ManifoldConfig {
	config := analysis.DefaultManifoldConfig()
	config.Draws, config.Margin, config.SubtractMean, config.CommonComponents, config.LeastDistinct = draws, margin, false, 0, 1
	return config
}

func geometry(t *testing.T, points *mat.Dense, groups []int, config analysis.ManifoldConfig, random *rand.Rand) *analysis.ManifoldResult {
	t.Helper()
	result, err := analysis.ManifoldGeometry(t.Context(), points, groups, config, random)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestCapacityOfPublishedShapes compares with points (Gardner 1988: 2 at margin 0), segments (Chung, Lee, Sompolinsky
// 2016) and balls (Chung, Lee, Sompolinsky 2018, section V), within four standard errors.
func TestCapacityOfPublishedShapes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	circle := func(samples int, radius float64) *mat.Dense {
		points := mat.NewDense(samples, 2, nil)
		for i := range samples {
			sine, cosine := math.Sincos(2 * math.Pi * float64(i) / float64(samples))
			points.SetRow(i, []float64{radius * cosine, radius * sine})
		}
		return points
	}
	// Fibonacci's lattice: the turn by the golden angle spreads samples evenly over the sphere.
	sphere := func(samples int, radius float64) *mat.Dense {
		points := mat.NewDense(samples, 3, nil)
		for i := range samples {
			z := 1 - (2*float64(i)+1)/float64(samples)
			sine, cosine := math.Sincos(math.Pi * (3 - math.Sqrt(5)) * float64(i))
			points.SetRow(i, []float64{radius * math.Sqrt(1-z*z) * cosine, radius * math.Sqrt(1-z*z) * sine, radius * z})
		}
		return points
	}
	for _, test := range []struct {
		name                      string
		deviations                *mat.Dense
		margin, radius, dimension float64
		coarse                    float64 // by how much the hull of the samples falls short of the shape
	}{
		{"point", mat.NewDense(2, 1, nil), 0, 0, 0, 0},
		{"point, margin 0.5", mat.NewDense(2, 1, nil), 0.5, 0, 0, 0},
		{"short segment", mat.NewDense(2, 1, []float64{-0.3, 0.3}), 0, 0.3, 1, 0},
		{"long segment", mat.NewDense(3, 1, []float64{-4, 0, 4}), 0, 4, 1, 0},
		{"segment, margin 0.5", mat.NewDense(2, 1, []float64{-1, 1}), 0.5, 1, 1, 0},
		{"disc", circle(100, 1), 0, 1, 2, 1e-3},
		{"wide disc, margin 0.3", circle(100, 5), 0.3, 5, 2, 1e-3},
		{"ball", sphere(400, 1), 0, 1, 3, 0.01},
		{"small ball", sphere(400, 0.4), 0, 0.4, 3, 0.01},
	} {
		t.Run(test.name, func(t *testing.T) {
			want, err := analysis.BallCapacity(test.margin, test.radius, test.dimension)
			if err != nil {
				t.Fatal(err)
			}
			points, groups := around(test.deviations)
			got := geometry(t, points, groups, fixedOrigin(1500, test.margin), random)
			if allowed := 4*got.CapacityError + max(test.coarse, 1e-12)*want; !(math.Abs(got.Capacity-want) <= allowed) {
				t.Errorf("capacity %g, want %g within %g", got.Capacity, want, allowed)
			}
			if got.Radius > test.radius || got.Dimension > test.dimension || (test.radius > 0 && got.Dimension < 0.9*test.dimension) {
				t.Errorf("radius %g of %g, dimension %g of %g", got.Radius, test.radius, got.Dimension, test.dimension)
			}
		})
	}
}

// TestBallCapacityLimits checks the limits that the papers give: points (Cover 1965, Gardner 1988), large balls, and R = 1,
// where the cone of the ball is its own dual and has the statistical dimension (D + 1)/2.
func TestBallCapacityLimits(t *testing.T) {
	for _, dimension := range []float64{0.3, 1, 2, 7.5, 100} {
		for _, limit := range []struct{ radius, want, tolerance float64 }{
			{0, 2, 1e-14}, {1e-9, 2, 1e-7}, {1, 2 / (dimension + 1), 1e-8}, {1e9, 1 / (dimension + 0.5), 1e-7},
		} {
			got, err := analysis.BallCapacity(0, limit.radius, dimension)
			if err != nil {
				t.Fatal(err)
			}
			near(t, fmt.Sprintf("radius %g, dimension %g", limit.radius, dimension), got, limit.want, limit.tolerance, 0)
		}
	}
	for _, wrong := range [][3]float64{{-1, 1, 1}, {0, math.NaN(), 1}, {0, 1, math.Inf(1)}} {
		if _, err := analysis.BallCapacity(wrong[0], wrong[1], wrong[2]); err == nil {
			t.Errorf("margin, radius, dimension %v: no error", wrong)
		}
	}
}

// TestSimulatedCapacity checks the theory by simulation, for manifolds with random centres and, last, with centres that share
// strong components, where the theory holds only once these are removed.
func TestSimulatedCapacity(t *testing.T) {
	for _, test := range []struct {
		name                      string
		samples, dimension        int
		radius, shared, tolerance float64
	}{
		{"points", 1, 1, 0, 0, 0.1}, {"segments", 2, 1, 0.5, 0, 0.1}, {"long segments", 2, 1, 2, 0, 0.1},
		{"polytopes", 6, 3, 0.5, 0, 0.1}, {"shared components", 3, 2, 0.5, 3, 0.12},
	} {
		t.Run(test.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 9))
			points, groups := spheres(30, test.samples, 80, test.dimension, test.radius, random)
			shared := gaussian(2, 80, random)
			for p := range 30 {
				for k := range 2 {
					strength := test.shared * random.NormFloat64() / math.Sqrt(80)
					for m := range test.samples {
						floats.AddScaled(points.RawRowView(p*test.samples+m), strength, shared.RawRowView(k))
					}
				}
			}
			simulated, err := analysis.SimulatedCapacity(t.Context(), points, groups, true, 60, random)
			if err != nil {
				t.Fatal(err)
			}
			config := analysis.DefaultManifoldConfig()
			config.LeastDistinct = 1
			theory := geometry(t, points, groups, config, random)
			t.Logf("%.3f by trial, %.3f +- %.3f by theory", simulated, theory.Capacity, theory.CapacityError)
			near(t, "theory against trial", theory.Capacity, simulated, test.tolerance, 0)
			if test.shared == 0 {
				return
			}
			if theory.CommonComponents < 2 || theory.ResidualCorrelation > theory.CentreCorrelation/2 {
				t.Errorf("two shared components: %d found, correlation %g and then %g", theory.CommonComponents,
					theory.CentreCorrelation, theory.ResidualCorrelation)
			}
			config.CommonComponents = 0
			if naive := geometry(t, points, groups, config, random); naive.Capacity < 1.15*simulated || naive.CommonComponents != 0 {
				t.Errorf("nothing removed: capacity %g beside %g by trial, %d removed", naive.Capacity, simulated, naive.CommonComponents)
			}
		})
	}
}

// TestTwoManifolds has two classes of which one is the mirror image of the other, of different size, with more samples
// than units and with fewer, where a projection on the null space of the other centre would leave nothing.
func TestTwoManifolds(t *testing.T) {
	for _, units := range []int{5, 300} {
		t.Run(fmt.Sprint("units=", units), func(t *testing.T) {
			random := rand.New(rand.NewPCG(4, 4))
			points, groups := mat.NewDense(150, units, nil), make([]int, 150)
			// Octahedra in units 1 to 4 around 2 and -2 in unit 0, some corners several times: 48 samples and 96. The rest
			// of 50 and 100 are at the centre, which changes neither mean nor hull.
			for i := range 150 {
				side, corner, corners := 2.0, i, 48
				if i >= 50 {
					groups[i], side, corner, corners = 9, -2, i-50, 96
				}
				points.Set(i, 0, side)
				if corner < corners {
					points.Set(i, 1+corner%4, float64(1-2*(corner/4%2)))
				}
			}
			points.Apply(func(_, _ int, x float64) float64 { return 1e3 * (x + 7) }, points)
			config := analysis.DefaultManifoldConfig()
			config.Draws = 1000
			got := geometry(t, points, groups, config, random)
			if got.CommonComponents != 0 || len(got.Manifolds) != 2 || got.Manifolds[1].Group != 9 {
				t.Fatalf("%+v", got)
			}
			near(t, "centre correlation", got.CentreCorrelation, 1, 1e-12, 0)
			near(t, "centre norms", got.Manifolds[0].CentreNorm, got.Manifolds[1].CentreNorm, 1e-12, 0)
			// 48 of 50 samples, and 96 of 100, are at distance 1/2 of the centre's norm.
			for _, manifold := range got.Manifolds {
				near(t, "radius by variance", manifold.VarianceRadius, math.Sqrt(0.96)/2, 1e-12, 0)
				near(t, "participation", manifold.Participation, 4, 1e-12, 0)
				near(t, "variation along the centre", manifold.AlignedVariation, 0, 1e-12, 1)
				if manifold.Spanned != 4 || manifold.Radius > 0.5 || manifold.Dimension > 4 {
					t.Errorf("%+v", manifold)
				}
			}
			difference := got.Manifolds[0].Capacity - got.Manifolds[1].Capacity
			if allowed := 4 * math.Hypot(got.Manifolds[0].CapacityError, got.Manifolds[1].CapacityError); math.Abs(difference) > allowed {
				t.Errorf("capacities of mirror images differ by %g, more than %g", difference, allowed)
			}
			// The same octahedron alone, in as few units as it has.
			octahedron := mat.NewDense(8, 4, nil)
			for i := range 8 {
				octahedron.Set(i, i%4, 0.5*float64(1-2*(i/4)))
			}
			alone, one := around(octahedron)
			want := geometry(t, alone, one, fixedOrigin(2000, 0), random)
			if allowed := 4 * math.Hypot(got.CapacityError, want.CapacityError); math.Abs(got.Capacity-want.Capacity) > allowed {
				t.Errorf("capacity %g, want %g within %g", got.Capacity, want.Capacity, allowed)
			}
			near(t, "radius", got.Radius, want.Radius, 0.03, 0)
			near(t, "dimension", got.Dimension, want.Dimension, 0.03, 0)
		})
	}
}

func TestManifoldInvariance(t *testing.T) {
	points, groups := spheres(5, 8, 12, 3, 0.7, rand.New(rand.NewPCG(2, 2)))
	config := analysis.DefaultManifoldConfig()
	config.Draws = 20
	want := geometry(t, points, groups, config, rand.New(rand.NewPCG(3, 3)))
	for _, scale := range []float64{1e-300, 1e3, 1e200} {
		moved := mat.NewDense(40, 12, nil)
		moved.Apply(func(_, j int, x float64) float64 { return scale * (x + float64(j)) }, points)
		got := geometry(t, moved, groups, config, rand.New(rand.NewPCG(3, 3)))
		near(t, "capacity", got.Capacity, want.Capacity, 0.3, 0)
		near(t, "radius by variance", got.Manifolds[2].VarianceRadius, want.Manifolds[2].VarianceRadius, 1e-10, 0)
		near(t, "centre correlation", got.CentreCorrelation, want.CentreCorrelation, 1e-10, 0)
	}
	again := geometry(t, points, groups, config, rand.New(rand.NewPCG(3, 3)))
	if again.Capacity != want.Capacity || again.Radius != want.Radius {
		t.Error("the same randomness gives other numbers")
	}
}

func TestManifoldWarnings(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	points, groups := spheres(3, 4, 10, 5, 1, random)
	result := geometry(t, points, groups, analysis.DefaultManifoldConfig(), random)
	var few *analysis.FewManifoldsWarning
	var sparse *analysis.SparseManifoldsWarning
	if len(result.Warnings) != 2 || !errors.As(result.Warnings[0], &few) || few.Manifolds != 3 ||
		!errors.As(result.Warnings[1], &sparse) || sparse.Manifolds != 3 || sparse.Samples != 4 {
		t.Errorf("warnings %v", result.Warnings)
	}
	// One sample of one manifold, and the same sample several times in the other: two points.
	config := analysis.DefaultManifoldConfig()
	config.LeastDistinct = 1
	result = geometry(t, mat.NewDense(4, 2, []float64{1, 2, 3, 3, 3, 3, 3, 3}), []int{0, 1, 1, 1}, config, random)
	for _, manifold := range result.Manifolds {
		if manifold.Radius != 0 || manifold.Dimension != 0 || manifold.Participation != 0 || math.Abs(manifold.Capacity-2) > 1e-12 {
			t.Errorf("point: %+v", manifold)
		}
	}
}

func TestManifoldErrors(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	config := analysis.DefaultManifoldConfig()
	config.LeastDistinct = 1
	four := mat.NewDense(4, 2, []float64{1, 0, 0, 1, 2, 2, 3, 3})
	var few *analysis.TooFewSamplesError
	if _, err := analysis.ManifoldGeometry(t.Context(), mat.NewDense(1, 2, nil), []int{0}, config, random); !errors.As(err, &few) {
		t.Errorf("one sample: %v", err)
	}
	var shape *analysis.ShapeError
	if _, err := analysis.ManifoldGeometry(t.Context(), four, []int{0, 1}, config, random); !errors.As(err, &shape) {
		t.Errorf("two groups of four samples: %v", err)
	}
	var notFinite *analysis.NotFiniteError
	if _, err := analysis.ManifoldGeometry(t.Context(), mat.NewDense(2, 1, []float64{1, math.NaN()}), []int{0, 1}, config, random); !errors.As(err, &notFinite) {
		t.Errorf("NaN: %v", err)
	}
	var origin *analysis.CentreAtOriginError
	if _, err := analysis.ManifoldGeometry(t.Context(), four, make([]int, 4), config, random); !errors.As(err, &origin) || origin.Manifolds != 1 {
		t.Errorf("one manifold: %v", err)
	}
	same := mat.NewDense(4, 2, []float64{1, 7, 1, 7, 1, 7, 1, 7})
	if _, err := analysis.ManifoldGeometry(t.Context(), same, []int{0, 0, 1, 1}, config, random); !errors.As(err, &origin) || origin.Manifolds != 2 {
		t.Errorf("all samples the same: %v", err)
	}
	config.CommonComponents = 1
	if _, err := analysis.ManifoldGeometry(t.Context(), four, []int{0, 0, 1, 1}, config, random); !errors.As(err, &origin) || origin.Removed != 1 {
		t.Errorf("the only component removed: %v", err)
	}
	config.CommonComponents = 2
	if _, err := analysis.ManifoldGeometry(t.Context(), four, []int{0, 0, 1, 1}, config, random); err == nil {
		t.Error("as many components as manifolds: no error")
	}
	config.LeastDistinct, config.CommonComponents = 3, 0
	var distinct *analysis.TooFewDistinctError
	pairs := mat.NewDense(7, 2, []float64{1, 0, 0, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4}) // the second group is two points, twice each
	if _, err := analysis.ManifoldGeometry(t.Context(), pairs, []int{0, 0, 0, 1, 1, 1, 1}, config, random); !errors.As(err, &distinct) || distinct.Distinct != 2 || distinct.Samples != 4 {
		t.Errorf("two different points: %v", err)
	}
	for _, wrong := range []analysis.ManifoldConfig{{Draws: 19, LeastDistinct: 1}, {Draws: 20, Margin: -1, LeastDistinct: 1}, {Draws: 20, Margin: math.NaN(), LeastDistinct: 1},
		{Draws: 20, CommonComponents: -2, LeastDistinct: 1}, {Draws: 20}} {
		if wrong.Validate() == nil {
			t.Errorf("%+v: no error", wrong)
		}
		if _, err := analysis.ManifoldGeometry(t.Context(), four, []int{0, 0, 1, 1}, wrong, random); err == nil {
			t.Errorf("%+v: no error from ManifoldGeometry", wrong)
		}
	}
	// Nine random points in two dimensions.
	var inseparable *analysis.InseparableError
	if _, err := analysis.SimulatedCapacity(t.Context(), gaussian(9, 2, random), []int{0, 1, 2, 3, 4, 5, 6, 7, 8}, true, 50, random); !errors.As(err, &inseparable) {
		t.Errorf("nine points in two dimensions: %v", err)
	}
	if _, err := analysis.SimulatedCapacity(t.Context(), four, []int{0, 0, 1, 1}, true, 0, random); err == nil {
		t.Error("no trials: no error")
	}
}

func TestManifoldGeometryThroughTime(t *testing.T) {
	first, groups := spheres(2, 20, 10, 3, 0.5, rand.New(rand.NewPCG(7, 7)))
	config := analysis.DefaultManifoldConfig()
	config.Draws = 20
	trajectory := &data.Trajectory{H: []*mat.Dense{first, first}, Labels: groups, Clusters: groups}
	curve, err := analysis.ManifoldGeometryThroughTime(t.Context(), trajectory, groups, config, rand.New(rand.NewPCG(8, 8)))
	if err != nil || len(curve.Values) != 2 || len(curve.Warnings) != 1 {
		t.Fatalf("%+v, %v", curve, err)
	}
	if want := geometry(t, first, groups, config, rand.New(rand.NewPCG(8, 8))); curve.Values[0].Capacity != want.Capacity {
		t.Errorf("capacity %g at 0, want %g", curve.Values[0].Capacity, want.Capacity)
	}
	trajectory.H[1] = mat.NewDense(40, 10, nil)
	config.LeastDistinct = 1
	_, err = analysis.ManifoldGeometryThroughTime(t.Context(), trajectory, groups, config, rand.New(rand.NewPCG(8, 8)))
	var at *analysis.AtStep
	var origin *analysis.CentreAtOriginError
	if !errors.As(err, &at) || at.Step != 1 || !errors.As(err, &origin) {
		t.Errorf("no variance at t = 1: %v", err)
	}
	if _, err := analysis.ManifoldGeometryThroughTime(t.Context(), &data.Trajectory{}, nil, config, nil); err == nil {
		t.Error("empty trajectory: no error")
	}
}

func BenchmarkManifoldGeometry(b *testing.B) {
	for _, shape := range [][3]int{{2, 300, 200}, {60, 10, 200}} {
		random := rand.New(rand.NewPCG(1, 1))
		points, groups := gaussian(shape[0]*shape[1], shape[2], random), make([]int, shape[0]*shape[1])
		centres := gaussian(shape[0], shape[2], random)
		for i := range groups {
			groups[i] = i % shape[0]
			floats.Add(points.RawRowView(i), centres.RawRowView(groups[i]))
		}
		config := analysis.DefaultManifoldConfig()
		config.Draws = 100
		b.Run(fmt.Sprintf("manifolds=%d/samples=%d/units=%d/draws=100", shape[0], shape[1], shape[2]), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := analysis.ManifoldGeometry(b.Context(), points, groups, config, random); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
