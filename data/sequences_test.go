package data_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"gonum.org/v1/gonum/mat"
)

// sequenceFile writes arrays to a file.
func sequenceFile(t *testing.T, arrays map[string]npy.Array) string {
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
	return path
}

// numbers is an array whose values count its elements.
func numbers(shape ...int) npy.Array {
	count := 1
	for _, length := range shape {
		count *= length
	}
	values := make([]float64, count)
	for i := range values {
		values[i] = float64(i)
	}
	return npy.Array{Shape: shape, Float64: values}
}

func sequencesIn(t *testing.T, arrays map[string]npy.Array) *data.Sequences {
	t.Helper()
	q, err := files.ReadSequences(sequenceFile(t, arrays))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestReadSequences: axes are sequences, times and inputs; classes are asked at the last time, or where the mask says so.
func TestReadSequences(t *testing.T) {
	labels := npy.Array{Shape: []int{6}, Text: []string{"go", "stop", "go", "stop", "go", "stop"}}
	q := sequencesIn(t, map[string]npy.Array{"inputs": numbers(6, 4, 2), "labels": labels, "extra": numbers(3)})
	if v := q.Inputs[3].At(5, 1); v != (5*4+3)*2+1 {
		t.Errorf("inputs[5, 3, 1] is %g", v)
	}
	if !slices.Equal(q.Origin.Classes, []string{"go", "stop"}) || !slices.Equal(q.Labels, []int{0, 1, 0, 1, 0, 1}) || !slices.Equal(q.Origin.Ignored, []string{"extra"}) || len(q.Origin.SHA256) != 64 {
		t.Errorf("%+v of %v", q.Origin, q.Labels)
	}
	plan := data.NewSequenceTask(q).Plan()
	if plan.Steps != 4 || plan.Inputs != 2 || plan.Outputs != 2 || !plan.Classes || plan.Masked || plan.Chance != 0.5 || !slices.Equal(plan.Readouts, []int{3}) {
		t.Errorf("%+v", plan)
	}

	// Sequences of 2 and 4 steps: the classes are asked at t = 1 and t = 3, and what follows the end is 0 whatever stands there.
	inputs := numbers(6, 4, 2)
	inputs.Float64[2*2] = math.NaN() // inputs[0, 2, 0], after the end
	lengths := npy.Array{Shape: []int{6}, Int64: []int64{2, 4, 2, 4, 2, 4}}
	q = sequencesIn(t, map[string]npy.Array{"inputs": inputs, "labels": labels, "lengths": lengths})
	of := data.NewSequenceTask(q)
	if plan := of.Plan(); !slices.Equal(plan.Readouts, []int{1, 3}) || !plan.Masked {
		t.Errorf("%+v", plan)
	}
	b := data.NewBatch(6, of.Plan())
	of.Fill(b, data.Stream(0, 0, "t", 0))
	for i, label := range b.Labels {
		if b.Masks[0][i] != float64(1-label) || b.Masks[1][i] != float64(label) || label == 0 && b.Inputs[2].At(i, 0) != 0 {
			t.Errorf("label %d: masks %g and %g, input %g", label, b.Masks[0][i], b.Masks[1][i], b.Inputs[2].At(i, 0))
		}
	}
	mask := npy.Array{Shape: []int{6, 4}, Float64: slices.Repeat([]float64{0, 2, 0, 1}, 6)}
	q = sequencesIn(t, map[string]npy.Array{"inputs": numbers(6, 4, 2), "labels": labels, "mask": mask})
	if times := data.NewSequenceTask(q).Plan().Readouts; !slices.Equal(times, []int{1, 3}) || q.Masks[1][4] != 2 {
		t.Errorf("asked at %v, masks %v", times, q.Masks)
	}
}

// TestSequenceTargets: values are asked at all times; those under the mask may be missing and do not count.
func TestSequenceTargets(t *testing.T) {
	targets, mask := numbers(5, 3, 2), npy.Array{Shape: []int{5, 3}, Float64: slices.Repeat([]float64{0, 1, 3}, 5)}
	for i := range 5 {
		targets.Float64[i*6] = math.NaN() // at t = 0
	}
	q := sequencesIn(t, map[string]npy.Array{"inputs": numbers(5, 3, 1), "targets": targets, "mask": mask})
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

// TestSequenceParts: parts share no sequence, each has its share of every condition, and what is measured comes once.
func TestSequenceParts(t *testing.T) {
	conditions := npy.Array{Shape: []int{40}}
	labels := npy.Array{Shape: []int{40}}
	for i := range 40 {
		conditions.Int64 = append(conditions.Int64, int64(i%4))
		labels.Int64 = append(labels.Int64, int64(i%4/2))
	}
	q := sequencesIn(t, map[string]npy.Array{"inputs": numbers(40, 2, 1), "labels": labels, "conditions": conditions})
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

// TestSequenceFaults: every fault of a file is one line with its place and what to do.
func TestSequenceFaults(t *testing.T) {
	labels := npy.Array{Shape: []int{4}, Int64: []int64{0, 1, 0, 1}}
	with := func(name string, array npy.Array) map[string]npy.Array {
		return map[string]npy.Array{"inputs": numbers(4, 3, 1), "labels": labels, name: array}
	}
	nan := numbers(4, 3, 1)
	nan.Float64[7] = math.NaN()
	for want, arrays := range map[string]map[string]npy.Array{
		`has the arrays ["inputs"]; save inputs (S x T x D) with labels`:                    {"inputs": numbers(4, 3, 1)},
		`has an array "lengthS" but none named "lengths"; rename it`:                        with("lengthS", labels),
		`array "inputs" has shape [4 3]; give it the shape S x T x D`:                       with("inputs", numbers(4, 3)),
		`its sequences have 1001 steps; bin or cut them to at most 1000`:                    with("inputs", numbers(4, 1001, 1)),
		`inputs[2, 1, 0] is NaN; impute it`:                                                 with("inputs", nan),
		`array "targets" has shape [4 2 1]; give it the shape 4 x 3 x C`:                    with("targets", numbers(4, 2, 1)),
		`array "mask" has shape [4 2]; give it the shape 4 x 3`:                             with("mask", numbers(4, 2)),
		`mask[0, 0] is -1; give weights from 0`:                                             with("mask", npy.Array{Shape: []int{4, 3}, Float64: slices.Repeat([]float64{-1}, 12)}),
		`nothing is asked of sequence 0: its mask is 0 at all its 3 times`:                  with("mask", npy.Array{Shape: []int{4, 3}, Float64: make([]float64, 12)}),
		`lengths[0] is 0; give a whole number from 1 to 3`:                                  with("lengths", npy.Array{Shape: []int{4}, Int64: []int64{0, 1, 2, 3}}),
		`sequences 0 and 1 are of one condition and of two classes`:                         with("conditions", npy.Array{Shape: []int{4}, Int64: []int64{0, 0, 1, 1}}),
		`conditions[0]: cluster id 0.5 is not a whole number`:                               with("conditions", npy.Array{Shape: []int{4}, Float64: []float64{0.5, 1, 2, 3}}),
		`all 4 sequences are of one class; give sequences of at least two classes, or targ`: with("labels", npy.Array{Shape: []int{4}, Int64: []int64{3, 3, 3, 3}}),
	} {
		path := sequenceFile(t, arrays)
		_, err := files.ReadSequences(path)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for path, want := range map[string]string{"s.csv": "does not end in .npz", filepath.Join(t.TempDir(), "none.npz"): "none.npz: "} {
		if _, err := files.ReadSequences(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
