package data_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/data"
)

func TestEmbeddingHasOrthogonalColumnsOfTheRightScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.IntRange(1, 40).Draw(t, "units")
		dimension := rapid.IntRange(1, units).Draw(t, "dimension")
		embedding, err := data.NewEmbedding(units, dimension, data.Stream(rapid.Uint64().Draw(t, "seed"), 0, "embedding", 0))
		if err != nil {
			t.Fatal(err)
		}
		magnitude := 0.0
		for _, entry := range embedding.Matrix.RawMatrix().Data {
			magnitude += math.Abs(entry) / float64(units*dimension)
		}
		if want := 1 / math.Sqrt(float64(dimension)); math.Abs(magnitude/want-1) > 1e-12 {
			t.Fatalf("mean magnitude %v, want %v", magnitude, want)
		}
		var gram mat.Dense
		gram.Mul(embedding.Matrix.T(), embedding.Matrix) // D x D
		for i := range dimension {
			for j := range dimension {
				want := 0.0
				if i == j {
					want = gram.At(0, 0)
				}
				if math.Abs(gram.At(i, j)-want) > 1e-12*gram.At(0, 0) {
					t.Fatalf("columns %d and %d have product %v, want %v", i, j, gram.At(i, j), want)
				}
			}
		}
	})
}

// The sign fix makes Q uniform: without it the first entry would always have the same sign.
func TestEmbeddingIsUniform(t *testing.T) {
	const draws = 2000
	entries := make([]float64, draws)
	stream := data.Stream(1, 0, "embedding", 0)
	for i := range entries {
		embedding, err := data.NewEmbedding(3, 2, stream)
		if err != nil {
			t.Fatal(err)
		}
		// Entries of a uniform unit vector in three dimensions are uniform in [-1, 1].
		entries[i] = embedding.Matrix.At(0, 0) / mat.Norm(embedding.Matrix.ColView(0), 2)
	}
	// Standard errors: 0.577/sqrt(2000) = 0.013 and 0.298/sqrt(2000) = 0.0067.
	if mean := stat.Mean(entries, nil); math.Abs(mean) > 4*0.013 {
		t.Errorf("mean of the first entry is %v", mean)
	}
	if variance := stat.Variance(entries, nil); math.Abs(variance-1.0/3) > 4*0.0067 {
		t.Errorf("variance of the first entry is %v, want 1/3", variance)
	}
}

func TestEmbedEqualsItsDefinition(t *testing.T) {
	cfg := data.DefaultClusterConfig()
	cfg.Dimension = 7
	points := draw(t, cfg, 4).Sample(33, data.Stream(4, 0, "samples", 0))
	embedding, err := data.NewEmbedding(19, 7, data.Stream(4, 0, "embedding", 0))
	if err != nil {
		t.Fatal(err)
	}
	var want mat.Dense
	want.Mul(points.Inputs, embedding.Matrix.T()) // S x N
	got := embedding.Embed(points.Inputs)
	if !mat.EqualApprox(got, &want, 1e-14) {
		t.Error("Embed differs from points times the transposed matrix")
	}
	// Memory beyond the samples must not change.
	single := make([]float32, 33*19+1)
	single[33*19] = 42
	embedding.EmbedInto32(single, points)
	for i, value := range single[:33*19] {
		// Bound of a float32 product of 7 terms of magnitude below 2.
		if math.Abs(float64(value)-want.At(i/19, i%19)) > 7*2*0x1p-23 {
			t.Fatalf("element %d is %v in float32, %v in float64", i, value, want.At(i/19, i%19))
		}
	}
	if single[33*19] != 42 {
		t.Error("EmbedInto32 wrote beyond the samples")
	}
}

func TestEmbedIntoDoesNotAllocate(t *testing.T) {
	cfg := data.DefaultClusterConfig()
	cfg.Dimension = 8
	points := draw(t, cfg, 4).Sample(40, data.Stream(4, 0, "samples", 0))
	embedding, err := data.NewEmbedding(30, 8, data.Stream(4, 0, "embedding", 0))
	if err != nil {
		t.Fatal(err)
	}
	double, single := mat.NewDense(40, 30, nil), make([]float32, 40*30)
	embedding.EmbedInto32(single, points)
	if allocations := testing.AllocsPerRun(10, func() {
		embedding.EmbedInto(double, points.Inputs)
		embedding.EmbedInto32(single, points)
	}); allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}

func TestEmbeddingFaults(t *testing.T) {
	stream := data.Stream(0, 0, "embedding", 0)
	_, err := data.NewEmbedding(100, 200, stream)
	var tooLarge *data.EmbeddingError
	if !errors.As(err, &tooLarge) || tooLarge.Units != 100 || tooLarge.Dimension != 200 {
		t.Errorf("got %v", err)
	}
	want := "data: cannot embed inputs of dimension 200 into 100 units with orthonormal columns; raise units to at least 200 or lower dimension"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	for _, sizes := range [][2]int{{0, 1}, {5, 0}, {-1, -1}} {
		var field *data.FieldError
		if _, err := data.NewEmbedding(sizes[0], sizes[1], stream); !errors.As(err, &field) {
			t.Errorf("%v: got %v", sizes, err)
		}
	}
}

// mustPanic fails unless f panics.
func mustPanic(t *testing.T, name string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", name)
		}
	}()
	f()
}

func TestWrongShapesPanic(t *testing.T) {
	cfg := data.DefaultClusterConfig()
	cfg.Dimension = 3
	clusters := draw(t, cfg, 0)
	stream := data.Stream(0, 0, "samples", 0)
	embedding, err := data.NewEmbedding(5, 3, stream)
	if err != nil {
		t.Fatal(err)
	}
	points := clusters.Sample(4, stream)
	mustPanic(t, "sample into another dimension", func() { clusters.SampleInto(data.NewPoints(4, 2, 2), stream) })
	mustPanic(t, "sample into too few labels", func() {
		clusters.SampleInto(&data.Points{Inputs: mat.NewDense(2, 3, nil), Labels: []int{0}, Clusters: []int{0}}, stream)
	})
	mustPanic(t, "embed another dimension", func() { embedding.Embed(mat.NewDense(2, 4, nil)) })
	mustPanic(t, "embed into another shape", func() { embedding.EmbedInto(mat.NewDense(4, 4, nil), points.Inputs) })
	mustPanic(t, "embed into too little", func() { embedding.EmbedInto32(make([]float32, 19), points) })
}

// TestOneToOneEmbedding: input i is the current of unit i, in either precision, and the other units get none.
func TestOneToOneEmbedding(t *testing.T) {
	embedding, err := data.NewOneToOne(4, 2)
	if err != nil {
		t.Fatal(err)
	}
	points := &data.Points{Inputs: mat.NewDense(2, 2, []float64{0.5, -2, 3, 0.25})}
	want := []float64{0.5, -2, 0, 0, 3, 0.25, 0, 0}
	single := make([]float32, len(want))
	embedding.EmbedInto32(single, points)
	for i, got := range embedding.Embed(points.Inputs).RawMatrix().Data {
		if got != want[i] || float64(single[i]) != want[i] {
			t.Errorf("element %d: %v and in float32 %v, want %v", i, got, single[i], want[i])
		}
	}
	var tooLarge *data.EmbeddingError
	if _, err := data.NewOneToOne(2, 3); !errors.As(err, &tooLarge) {
		t.Errorf("3 inputs into 2 units give %v", err)
	}
}
