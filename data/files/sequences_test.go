package files_test

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/files"
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

func sequencesIn(t *testing.T, arrays map[string]array.Array) *data.Sequences {
	t.Helper()
	q, err := files.ReadSequences(write(t, "sequences.npz", archive(t, arrays)))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestReadSequences: axes are sequences, times and inputs; classes are asked at the last time, or as the mask says.
func TestReadSequences(t *testing.T) {
	labels := array.Array{Shape: []int{6}, Text: []string{"go", "stop", "go", "stop", "go", "stop"}}
	q := sequencesIn(t, map[string]array.Array{"inputs": numbers(6, 4, 2), "labels": labels, "extra": numbers(3)})
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

	// Sequences of 2 and 4 steps: the classes are asked at t = 1 and t = 3, and values after the end are 0 whatever the file has there.
	inputs := numbers(6, 4, 2)
	inputs.Float64[2*2] = math.NaN() // inputs[0, 2, 0], after the end
	lengths := array.Array{Shape: []int{6}, Int64: []int64{2, 4, 2, 4, 2, 4}}
	q = sequencesIn(t, map[string]array.Array{"inputs": inputs, "labels": labels, "lengths": lengths})
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
	mask := array.Array{Shape: []int{6, 4}, Float64: slices.Repeat([]float64{0, 2, 0, 1}, 6)}
	q = sequencesIn(t, map[string]array.Array{"inputs": numbers(6, 4, 2), "labels": labels, "mask": mask})
	if times := data.NewSequenceTask(q).Plan().Readouts; !slices.Equal(times, []int{1, 3}) || q.Masks[1][4] != 2 {
		t.Errorf("asked at %v, masks %v", times, q.Masks)
	}
}

// TestSequenceFaults: every fault of a file is one line with its place and the fix.
func TestSequenceFaults(t *testing.T) {
	labels := array.Array{Shape: []int{4}, Int64: []int64{0, 1, 0, 1}}
	with := func(name string, content array.Array) map[string]array.Array {
		return map[string]array.Array{"inputs": numbers(4, 3, 1), "labels": labels, name: content}
	}
	nan := numbers(4, 3, 1)
	nan.Float64[7] = math.NaN()
	first := numbers(4, 3, 1)
	first.Float64[0] = math.NaN()
	for want, arrays := range map[string]map[string]array.Array{
		`has the arrays ["inputs"]; save inputs (S x T x D) with labels`:                                                                           {"inputs": numbers(4, 3, 1)},
		`has an array "lengthS" but none named "lengths"; rename it`:                                                                               with("lengthS", labels),
		`array "inputs" has shape [4 3]; give it the shape S x T x D`:                                                                              with("inputs", numbers(4, 3)),
		`its sequences have 1001 steps; bin or cut them to at most 1000`:                                                                           with("inputs", numbers(4, 1001, 1)),
		`inputs[2, 1, 0] is NaN; impute it, scale it to order 1, or end the sequence before it by lengths[2] = 1; mask covers targets, not inputs`: with("inputs", nan),
		`inputs[0, 0, 0] is NaN; impute it, scale it to order 1, or remove the sequence; mask covers targets, not inputs`:                          with("inputs", first),
		`targets[2, 1, 0] is NaN; impute it, scale it to order 1, or set mask[2, 1] = 0`:                                                           with("targets", nan),
		`array "targets" has shape [4 2 1]; give it the shape 4 x 3 x C`:                                                                           with("targets", numbers(4, 2, 1)),
		`array "mask" has shape [4 2]; give it the shape 4 x 3`:                                                                                    with("mask", numbers(4, 2)),
		`mask[0, 0] is -1; give weights from 0`:                                                                                                    with("mask", array.Array{Shape: []int{4, 3}, Float64: slices.Repeat([]float64{-1}, 12)}),
		`nothing is asked of sequence 0: its mask is 0 at all its 3 times`:                                                                         with("mask", array.Array{Shape: []int{4, 3}, Float64: make([]float64, 12)}),
		`lengths[0] is 0; give a whole number from 1 to 3`:                                                                                         with("lengths", array.Array{Shape: []int{4}, Int64: []int64{0, 1, 2, 3}}),
		`sequences 0 and 1 are of one condition and of two classes`:                                                                                with("conditions", array.Array{Shape: []int{4}, Int64: []int64{0, 0, 1, 1}}),
		`conditions[0]: cluster id 0.5 is not a whole number`:                                                                                      with("conditions", array.Array{Shape: []int{4}, Float64: []float64{0.5, 1, 2, 3}}),
		`all 4 sequences are of one class; give sequences of at least two classes, or targ`:                                                        with("labels", array.Array{Shape: []int{4}, Int64: []int64{3, 3, 3, 3}}),
	} {
		path := write(t, "sequences.npz", archive(t, arrays))
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
