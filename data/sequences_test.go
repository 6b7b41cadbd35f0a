package data_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"gonum.org/v1/gonum/mat"
)

// numbers returns an array with the values 0, 1, 2, ...
func numbers(shape ...int) array.Array {
	count := 1
	for _, length := range shape {
		count *= length
	}
	values := make([]float64, count)
	for i := range values {
		values[i] = float64(i)
	}
	return array.Array{Shape: shape, Float64: values}
}

// sequencesIn returns the sequences in a file with the given arrays.
func sequencesIn(t *testing.T, arrays map[string]array.Array) *data.Sequences {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sequences.npz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := npy.EncodeArchive(file, arrays); err != nil {
		t.Fatal(err)
	}
	q, err := files.ReadSequences(path)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestSequenceTargets: values are asked at all times; masked ones may be missing and do not count.
func TestSequenceTargets(t *testing.T) {
	targets, mask := numbers(5, 3, 2), array.Array{Shape: []int{5, 3}, Float64: slices.Repeat([]float64{0, 1, 3}, 5)}
	for i := range 5 {
		targets.Float64[i*6] = math.NaN() // at t = 0
	}
	q := sequencesIn(t, map[string]array.Array{"inputs": numbers(5, 3, 1), "targets": targets, "mask": mask})
	of := data.NewSequenceTask(q)
	plan := of.Plan()
	if plan.Classes || plan.Outputs != 2 || plan.Chance != 0 || !slices.Equal(plan.Readouts, []int{1, 2}) || !plan.Masked {
		t.Fatalf("%+v", plan)
	}
	b := data.NewBatch(5, plan)
	of.FillDistinct(b, data.Stream(0, 0, "t", 0))
	for sample, row := range b.Subset([]int{3, 1}).FileRows {
		if from := []int{3, 1}[sample]; b.FileRows[from] != row || b.Inputs[0].At(from, 0) != float64(row*3) {
			t.Errorf("sample %d is said to be row %d, its first input is %g", from, row, b.Inputs[0].At(from, 0))
		}
	}
	score := func(change func(i, row, c int, wanted float64) float64) float64 {
		var outputs []*mat.Dense
		for i, targets := range b.Targets {
			var o mat.Dense
			o.Apply(func(row, c int, wanted float64) float64 { return change(i, row, c, wanted) }, targets)
			outputs = append(outputs, &o)
		}
		return of.Score(outputs, b)
	}
	if right := score(func(_, _, _ int, wanted float64) float64 { return wanted }); right != 1 {
		t.Errorf("right answers score %g", right)
	}
	// The mean of output c over weights 1 at t = 1 and 3 at t = 2, by hand: 6 row + 2 t + c with rows 0..4 is 12 + 3.5 + c.
	if blind := score(func(_, _, c int, _ float64) float64 { return 15.5 + float64(c) }); math.Abs(blind) > 1e-12 {
		t.Errorf("the mean scores %g", blind)
	}
	// Off by 1 at t = 1, of weight 1/4: the weighted mean squared error is 1/4, the variance 36 * 2 + 4 * 3/16.
	if off := score(func(i, _, _ int, wanted float64) float64 { return wanted + float64(1-i) }); math.Abs(off-(1-0.25/72.75)) > 1e-12 {
		t.Errorf("off by one at the lighter time scores %g", off)
	}
}

// TestSequenceParts: parts share no sequence, each has its share of every condition, and measured samples are distinct.
func TestSequenceParts(t *testing.T) {
	conditions := array.Array{Shape: []int{40}}
	labels := array.Array{Shape: []int{40}}
	for i := range 40 {
		conditions.Int64 = append(conditions.Int64, int64(i%4))
		labels.Int64 = append(labels.Int64, int64(i%4/2))
	}
	q := sequencesIn(t, map[string]array.Array{"inputs": numbers(40, 2, 1), "labels": labels, "conditions": conditions})
	parts, err := data.NewSequenceTask(q).Partition([]float64{0.5, 0.2, 0.3}, data.Stream(0, 0, "parts", 0))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[float64]bool{}
	for i, part := range parts {
		if want := []int{20, 8, 12}[i]; part.Len() != want || data.Observations(part, 100) != want {
			t.Fatalf("part %d has %d sequences, want %d", i, part.Len(), want)
		}
		b := data.NewBatch(part.Len(), part.Plan())
		part.FillDistinct(b, data.Stream(0, 0, "measures", 0))
		counts := make([]int, 4)
		for row, condition := range b.Clusters {
			if v := b.Inputs[0].At(row, 0); seen[v] {
				t.Fatalf("sequence %g comes twice", v/2)
			} else {
				seen[v] = true
			}
			counts[condition]++
		}
		if counts[0] != part.Len()/4 || counts[3] != part.Len()/4 {
			t.Errorf("part %d has %v sequences of the conditions", i, counts)
		}
		many := data.NewBatch(41, part.Plan()) // more than there are: as evenly as possible
		part.Fill(many, data.Stream(0, 0, "training", 0))
		counts = make([]int, 4)
		for _, condition := range many.Clusters {
			counts[condition]++
		}
		if slices.Max(counts) != 11 || slices.Min(counts) != 10 {
			t.Errorf("41 samples of part %d are spread as %v", i, counts)
		}
	}
	if len(seen) != 40 {
		t.Errorf("%d of 40 sequences are in a part", len(seen))
	}
}
