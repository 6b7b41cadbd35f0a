package data_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
)

// userPoints draws valid sets with one input each, whose value is the row number.
func userPoints() *rapid.Generator[*data.Points] {
	return rapid.Custom(func(t *rapid.T) *data.Points {
		classes := rapid.IntRange(2, 4).Draw(t, "classes")
		clusters := rapid.IntRange(classes, 8).Draw(t, "clusters")
		points := &data.Points{Classes: classes}
		for cluster := range clusters {
			for range rapid.IntRange(1, 6).Draw(t, "rows") {
				points.Clusters = append(points.Clusters, cluster)
				points.Labels = append(points.Labels, cluster%classes)
			}
		}
		points.Inputs = mat.NewDense(len(points.Labels), 1, nil)
		for row := range points.Labels {
			points.Inputs.Set(row, 0, float64(row))
		}
		return points
	})
}

func TestUserPointsAreDrawnEvenlyAndWithoutReplacement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := userPoints().Draw(t, "points")
		set, err := data.NewUserPoints(points)
		if err != nil {
			t.Fatal(err)
		}
		count := rapid.IntRange(1, 60).Draw(t, "count")
		sample := set.Sample(count, data.Stream(rapid.Uint64().Draw(t, "seed"), 0, "samples", 0))
		perCluster, perRow := make([]int, set.ClusterCount()), make([]int, points.Len())
		for i := range count {
			row := int(sample.Inputs.At(i, 0))
			if sample.Labels[i] != points.Labels[row] || sample.Clusters[i] != points.Clusters[row] {
				t.Fatalf("sample %d is row %d with label %d and cluster %d", i, row, sample.Labels[i], sample.Clusters[i])
			}
			perCluster[sample.Clusters[i]]++
			perRow[row]++
		}
		if slices.Max(perCluster)-slices.Min(perCluster) > 1 {
			t.Fatalf("samples per cluster: %v", perCluster)
		}
		for row, times := range perRow {
			for other, otherTimes := range perRow {
				if points.Clusters[row] == points.Clusters[other] && times-otherTimes > 1 {
					t.Fatalf("row %d came %d times before row %d of its cluster came %d", row, times, other, otherTimes)
				}
			}
		}
	})
}

// Every row of a cluster, and every cluster, has the same chance.
func TestUserPointsAreDrawnFairly(t *testing.T) {
	points := &data.Points{
		Inputs: mat.NewDense(5, 1, []float64{0, 1, 2, 3, 4}), Labels: []int{0, 1, 0, 0, 0}, Clusters: []int{0, 1, 0, 0, 0}, Classes: 2,
	}
	set, err := data.NewUserPoints(points)
	if err != nil {
		t.Fatal(err)
	}
	const draws = 20000
	tally := make([]float64, 5)
	stream, sample := data.Stream(0, 0, "samples", 0), data.NewPoints(1, 1, 2)
	for range draws {
		set.SampleInto(sample, stream)
		tally[int(sample.Inputs.At(0, 0))]++
	}
	expected := []float64{draws / 8, draws / 2, draws / 8, draws / 8, draws / 8}
	// scipy.stats.chi2.ppf(0.999, 4) of SciPy 1.10.1 gives 18.467.
	if distance := stat.ChiSquare(tally, expected); distance > 18.467 {
		t.Errorf("rows came %v times, expected %v", tally, expected)
	}
}

func TestUserPointsSampleIntoDoesNotAllocate(t *testing.T) {
	set := digitSet(t)
	stream, sample := data.Stream(0, 0, "samples", 0), data.NewPoints(800, 64, 10)
	if allocations := testing.AllocsPerRun(10, func() { set.SampleInto(sample, stream) }); allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
	again := set.Sample(800, data.Stream(0, 0, "samples", 1))
	set.SampleInto(sample, data.Stream(0, 0, "samples", 1))
	if !mat.Equal(again.Inputs, sample.Inputs) || !slices.Equal(again.Labels, sample.Labels) || sample.Classes != 10 {
		t.Error("SampleInto and Sample differ")
	}
}

func TestPartitionIsDisjointAndStratified(t *testing.T) {
	set := digitSet(t)
	parts, err := set.Partition([]float64{0.7, 0.2, 0.1}, data.Stream(0, 0, "partition", 0))
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for i, fraction := range []float64{0.7, 0.2, 0.1} {
		points := parts[i].Points()
		total += points.Len()
		if parts[i].ClassCount() != 10 || parts[i].ClusterCount() != 10 {
			t.Errorf("part %d has %d classes in %d clusters", i, parts[i].ClassCount(), parts[i].ClusterCount())
		}
		for label := range 10 {
			in := func(labels []int) (count float64) {
				for _, other := range labels {
					if other == label {
						count++
					}
				}
				return count
			}
			if got, want := in(points.Labels), fraction*in(set.Points().Labels); math.Abs(got-want) > 1 {
				t.Errorf("part %d has %v points of label %d, expected about %v", i, got, label, want)
			}
		}
	}
	if total != set.Points().Len() {
		t.Errorf("the parts have %d points together", total)
	}
}

func TestPartitionKeepsRowsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := userPoints().Draw(t, "points")
		set, err := data.NewUserPoints(points)
		if err != nil {
			t.Fatal(err)
		}
		fractions := rapid.SliceOfN(rapid.Float64Range(0.1, 0.45), 1, 2).Draw(t, "fractions")
		parts, err := set.Partition(fractions, data.Stream(rapid.Uint64().Draw(t, "seed"), 0, "partition", 0))
		var few *data.PartitionError
		if errors.As(err, &few) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		seen := map[float64]bool{}
		for _, part := range parts {
			for _, row := range mat.Col(nil, 0, part.Points().Inputs) {
				if seen[row] {
					t.Fatalf("row %v is in two parts", row)
				}
				seen[row] = true
			}
		}
	})
}

func TestPartitionFaults(t *testing.T) {
	set := digitSet(t)
	stream := data.Stream(0, 0, "partition", 0)
	for name, fractions := range map[string][]float64{
		"none": nil, "zero": {0, 1}, "negative": {-0.5, 1}, "NaN": {math.NaN()}, "too much": {0.6, 0.6},
	} {
		var field *data.FieldError
		if _, err := set.Partition(fractions, stream); !errors.As(err, &field) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	small, err := data.NewUserPoints(&data.Points{
		Inputs: mat.NewDense(5, 1, []float64{0, 1, 2, 3, 4}), Labels: []int{0, 1, 0, 0, 1}, Clusters: []int{0, 1, 0, 0, 1}, Classes: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	var few *data.PartitionError
	_, err = small.Partition([]float64{0.6, 0.2, 0.2}, stream)
	want := data.PartitionError{Parts: 3, Cluster: 1, Name: "1", Rows: 2, Small: 1, Clusters: 2}
	if !errors.As(err, &few) || *few != want {
		t.Errorf("got %v, want %v", err, &want)
	}
}

// TestPartitionGivesEveryPartARow: a cluster with as many rows as there are parts gives one to each, however small a fraction is.
func TestPartitionGivesEveryPartARow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := userPoints().Draw(t, "points")
		set, err := data.NewUserPoints(points)
		if err != nil {
			t.Fatal(err)
		}
		fractions := rapid.SliceOfN(rapid.Float64Range(0.001, 0.25), 1, 4).Draw(t, "fractions")
		parts, err := set.Partition(fractions, data.Stream(rapid.Uint64().Draw(t, "seed"), 0, "partition", 0))
		least := points.Len()
		for cluster := range set.ClusterCount() {
			rows := 0
			for _, other := range points.Clusters {
				if other == cluster {
					rows++
				}
			}
			least = min(least, rows)
		}
		if (err == nil) != (least >= len(fractions)) {
			t.Fatalf("the smallest cluster has %d rows for %d parts: %v", least, len(fractions), err)
		}
		for i, part := range parts {
			if part.ClusterCount() != set.ClusterCount() {
				t.Fatalf("part %d has %d of %d clusters", i, part.ClusterCount(), set.ClusterCount())
			}
		}
	})
}

// TestDistinctPointsComeOnce: every point occurs once, and points are spread over the clusters as evenly as their sizes allow.
func TestDistinctPointsComeOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := userPoints().Draw(t, "points")
		set, err := data.NewUserPoints(points)
		if err != nil {
			t.Fatal(err)
		}
		count := rapid.IntRange(1, 60).Draw(t, "count")
		count = data.Observations(set, count)
		if count > points.Len() {
			t.Fatalf("%d observations of %d points", count, points.Len())
		}
		sample := data.NewPoints(count, 1, 2)
		data.Observe(set, set.SampleInto, sample, data.Stream(rapid.Uint64().Draw(t, "seed"), 0, "samples", 0))
		seen, perCluster, sizes := map[float64]bool{}, make([]int, set.ClusterCount()), make([]int, set.ClusterCount())
		for _, cluster := range points.Clusters {
			sizes[cluster]++
		}
		for i := range sample.Len() {
			row := sample.Inputs.At(i, 0)
			if seen[row] || points.Labels[int(row)] != sample.Labels[i] || points.Clusters[int(row)] != sample.Clusters[i] {
				t.Fatalf("row %v came twice, or with label %d and cluster %d", row, sample.Labels[i], sample.Clusters[i])
			}
			seen[row] = true
			perCluster[sample.Clusters[i]]++
		}
		for cluster, got := range perCluster {
			if got < sizes[cluster] && got < slices.Max(perCluster)-1 {
				t.Fatalf("clusters of %v points gave %v", sizes, perCluster)
			}
		}
	})
}

func TestPointsValidate(t *testing.T) {
	sound := func() *data.Points {
		return &data.Points{Inputs: mat.NewDense(4, 2, nil), Labels: []int{0, 1, 0, 1}, Clusters: []int{0, 1, 2, 3}, Classes: 2}
	}
	if err := sound().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(*data.Points)
		want   string
	}{
		"NaN":            {func(p *data.Points) { p.Inputs.Set(2, 1, math.NaN()) }, "data: inputs[2, 1]: not a finite number; remove or impute the row"},
		"infinite":       {func(p *data.Points) { p.Inputs.Set(0, 0, math.Inf(-1)) }, "data: inputs[0, 0]: not a finite number"},
		"empty":          {func(p *data.Points) { p.Inputs = &mat.Dense{} }, "no points"},
		"no inputs":      {func(p *data.Points) { p.Inputs = nil }, "no points"},
		"lengths":        {func(p *data.Points) { p.Labels = p.Labels[:3] }, "4 rows of inputs have 3 labels"},
		"large label":    {func(p *data.Points) { p.Labels[3] = 2 }, "data: labels[3]: label 2 of 2 classes; number the classes"},
		"negative label": {func(p *data.Points) { p.Labels[1] = -1 }, "data: labels[1]: label -1"},
		"negative id":    {func(p *data.Points) { p.Clusters[1] = -1 }, "data: clusters[1]: cluster id -1"},
		"huge id":        {func(p *data.Points) { p.Clusters[3] = math.MaxInt }, "no point is of cluster 3 of 0..9223372036854775807"},
		"huge classes":   {func(p *data.Points) { p.Classes = math.MaxInt }, "no point has label 2"},
		"label gap":      {func(p *data.Points) { p.Classes, p.Labels[3] = 4, 3 }, "no point has label 2 of 0..3"},
		"id gap":         {func(p *data.Points) { p.Clusters[1] = 3 }, "no point is of cluster 1 of 0..3"},
		"one class":      {func(p *data.Points) { p.Labels, p.Classes = []int{0, 0, 0, 0}, 1 }, "all 4 points are of one class (0)"},
		"two labels":     {func(p *data.Points) { p.Clusters = []int{0, 1, 0, 0} }, "data: labels[3]: label 1, but cluster 0 has label 0 before; give"},
	} {
		points := sound()
		test.change(points)
		if err := points.Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
		if _, err := data.NewUserPoints(points); err == nil {
			t.Errorf("%s: a set was made of it", name)
		}
	}
	if _, err := data.NewUserPoints(nil); err == nil {
		t.Error("a set was made of nothing")
	}
}

func TestScaling(t *testing.T) {
	points := digitSet(t).Points()
	scaling, err := data.FitScaling(points)
	if err != nil {
		t.Fatal(err)
	}
	scaled := scaling.Apply(points)
	for axis := range 64 {
		column := mat.Col(nil, axis, scaled.Inputs)
		mean, variance := stat.PopMeanVariance(column, nil)
		want := 1.0
		if stat.Variance(mat.Col(nil, axis, points.Inputs), nil) == 0 {
			want = 0 // pixels that are blank in every digit
		}
		if math.Abs(mean) > 1e-12 || math.Abs(variance-want) > 1e-12 {
			t.Errorf("axis %d has mean %v and variance %v", axis, mean, variance)
		}
	}
	if points.Inputs.At(0, 2) != 5 || !slices.Equal(points.Labels, scaled.Labels) || scaled.Classes != 10 {
		t.Error("the points themselves changed, or lost their labels")
	}
	constant := &data.Points{Inputs: mat.NewDense(3, 1, []float64{0.1, 0.1, 0.1}), Labels: []int{0, 1, 0}, Clusters: []int{0, 1, 0}, Classes: 2}
	still, err := data.FitScaling(constant)
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range still.Apply(constant).Inputs.RawMatrix().Data {
		if value != 0 {
			t.Errorf("a constant axis became %v", value)
		}
	}
	mustPanic(t, "another dimension", func() { scaling.Apply(constant) })
}

// digitSet returns the handwritten digits of testdata, whose README.md says where they come from.
func digitSet(t testing.TB) *data.UserPoints {
	t.Helper()
	points, err := files.ReadPointsWith("testdata/digits.csv.gz", files.ReadOptions{Headerless: true, LabelColumn: -1})
	if err != nil {
		t.Fatal(err)
	}
	set, err := data.NewUserPoints(points)
	if err != nil {
		t.Fatal(err)
	}
	return set
}
