package export_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/export"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
)

// TestNumPyOfTrialsHasWhatIsAsked: targets can be computed from the inputs at their times, and inputs, outputs and values of
// variables have names.
func TestNumPyOfTrialsHasWhatIsAsked(t *testing.T) {
	arrays := archiveOf(t, runOf(t, throughTime...))
	inputs, targets, times := arrays["inputs"], arrays["targets"], arrays["output_times"].Int64
	if want := []int{7, 24, 3}; !slices.Equal(targets.Shape, want) || !slices.Equal(inputs.Shape, want) || !slices.Equal(times, arrays["input_times"].Int64) {
		t.Fatalf("targets %v and inputs %v, want %v; times %v and %v", targets.Shape, inputs.Shape, want, times, arrays["input_times"].Int64)
	}
	for i, target := range targets.Float64 { // the last pulse so far
		at := i
		for inputs.Float64[at] == 0 {
			at -= 24 * 3
		}
		if target != inputs.Float64[at] {
			t.Fatalf("target %d is %g after a pulse of %g", i, target, inputs.Float64[at])
		}
	}
	for name, want := range map[string][]string{
		"input_names": {"pulses 1", "pulses 2", "pulses 3"}, "output_names": {"bit 1", "bit 2", "bit 3"}, "names_bit 2": {"-1", "+1"},
	} {
		if got := arrays[name].Text; !slices.Equal(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, absent := range []string{"mask", "lengths", "rows", "carried_after"} {
		if _, there := arrays[absent]; there {
			t.Errorf("%s is there, but the task has none", absent)
		}
	}
	arrays = archiveOf(t, runOf(t, "task.kind", "delayed_match", "task.delayed_match.shortest_delay", "3", "measures.splits", "0"))
	if _, there := arrays["targets"]; there {
		t.Error("there are targets of choices, whose labels are asked")
	}
	if got, want := arrays["output_times"].Int64, []int64{22, 23, 24}; !slices.Equal(got, want) || !slices.Equal(arrays["outputs"].Shape, []int{3, 24, 2}) {
		t.Errorf("outputs %v at the times %v, want those of the decision, %v", arrays["outputs"].Shape, got, want)
	}
}

// TestNumPyHasWhatAnLSTMCarries: carried is h and c side by side, before and after training, and h = o tanh(c) with the gate
// o = sigmoid(R_o h + Win_o x + b_o).
func TestNumPyHasWhatAnLSTMCarries(t *testing.T) {
	const steps, samples, units, inputs = 7, 24, 12, 3
	arrays := archiveOf(t, runOf(t, append(throughTime, "network.cell", "lstm", "network.precision", "float64")...))
	for stage, suffix := range map[string]string{"before": "_initial", "after": ""} {
		hidden, carried := arrays["hidden_"+stage].Float64, arrays["carried_"+stage]
		if want := []int{steps, samples, 2 * units}; !slices.Equal(carried.Shape, want) {
			t.Fatalf("carried_%s has the shape %v, want %v", stage, carried.Shape, want)
		}
		weights := func(name string) []float64 { return arrays[name+suffix].Float64 }
		for i, h := range hidden {
			sample, unit := i/units, i%units // the sample at a time
			gate := weights("b_o")[unit]
			for k := range inputs {
				gate += weights("Win_o")[unit*inputs+k] * arrays["inputs"].Float64[sample*inputs+k]
			}
			for k := range units {
				if sample >= samples {
					gate += weights("R_o")[unit*units+k] * hidden[(sample-samples)*units+k]
				}
			}
			c := carried.Float64[sample*2*units+units+unit]
			if want := math.Tanh(c) / (1 + math.Exp(-gate)); carried.Float64[sample*2*units+unit] != h || math.Abs(h-want) > 1e-12 {
				t.Fatalf("%s, state %d: h is %v, carried is %v, o tanh(c) is %v", stage, i, h, carried.Float64[sample*2*units+unit], want)
			}
		}
	}
}

// ownSequences writes 60 sequences of 3 to 6 steps, named by label and condition, whose only input is 10 row + t and whose target
// is its negative, asked from t = 1 on with weight 0.5; the target is NaN where none is asked.
func ownSequences(t *testing.T, valued bool) string {
	t.Helper()
	const samples, steps = 60, 6
	arrays := map[string]array.Array{}
	for _, name := range []string{"inputs", "targets", "mask"} {
		shape := []int{samples, steps, 1}
		array := array.Array{Shape: shape}
		if name == "mask" {
			array.Shape = shape[:2]
		}
		for i := range samples * steps {
			row, at := i/steps, i%steps
			value := float64(10*row+at) / 1000
			switch {
			case name == "mask" && at == 0:
				value = 0
			case name == "mask":
				value = 0.5
			case at >= 3+row%4 || name == "targets" && at == 0:
				value = math.NaN()
			case name == "targets":
				value = -value
			}
			array.Float64 = append(array.Float64, value)
		}
		arrays[name] = array
	}
	labels, conditions, lengths := array.Array{Shape: []int{samples}}, array.Array{Shape: []int{samples}}, array.Array{Shape: []int{samples}}
	for row := range samples {
		labels.Text = append(labels.Text, []string{"left", "right"}[row%2])
		conditions.Text = append(conditions.Text, []string{"a", "b", "c", "d"}[row%4])
		lengths.Int64 = append(lengths.Int64, int64(3+row%4))
	}
	arrays["labels"], arrays["conditions"], arrays["lengths"] = labels, conditions, lengths
	if !valued {
		delete(arrays, "targets")
	}
	path := filepath.Join(t.TempDir(), "own.npz")
	var content bytes.Buffer
	if err := npy.EncodeArchive(&content, arrays); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestExportsNameTheUsersSequences: exports refer to the rows and names of the user's file.
func TestExportsNameTheUsersSequences(t *testing.T) {
	for _, valued := range []bool{false, true} {
		loss := map[bool]string{false: "cross_entropy", true: "mse"}[valued]
		folder := runOf(t, "task.sequences", ownSequences(t, valued), "network.input", "trained", "training.loss", loss, "measures.splits", "0")
		arrays := archiveOf(t, folder)
		rows, inputs, mask := arrays["rows"].Int64, arrays["inputs"], arrays["mask"]
		if len(rows) != 12 || !slices.Equal(inputs.Shape, []int{6, 12, 1}) || !slices.Equal(mask.Shape, []int{5, 12}) {
			t.Fatalf("%d rows, inputs %v, mask %v; want the 12 sequences of the measures at 6 times, asked at 5", len(rows), inputs.Shape, mask.Shape)
		}
		if targets := arrays["targets"]; valued != slices.Equal(targets.Shape, []int{5, 12, 1}) {
			t.Errorf("targets %v", targets.Shape)
		}
		for sample, row := range rows {
			class, condition := []string{"left", "right"}[row%2], []string{"a", "b", "c", "d"}[row%4]
			if got := arrays["class_names"].Text[arrays["labels"].Int64[sample]]; got != class {
				t.Errorf("sample %d is %q, row %d is %q", sample, got, row, class)
			}
			if got := arrays["cluster_names"].Text[arrays["conditions"].Int64[sample]]; got != condition {
				t.Errorf("sample %d is of condition %q, row %d of %q", sample, got, row, condition)
			}
			length := arrays["lengths"].Int64[sample]
			if length != 3+row%4 {
				t.Errorf("sample %d has %d steps, row %d has %d", sample, length, row, 3+row%4)
			}
			for i, at := range arrays["output_times"].Int64 {
				weight, value := 0.5, float64(10*row+at)/1000
				if at >= length {
					weight, value = 0, 0
				}
				if mask.Float64[i*12+sample] != weight || inputs.Float64[int(at)*12+sample] != value ||
					valued && arrays["targets"].Float64[i*12+sample] != -value {
					t.Errorf("sample %d at t = %d: mask %g, input %g", sample, at, mask.Float64[i*12+sample], inputs.Float64[int(at)*12+sample])
				}
			}
		}
		table, err := export.Parquet(t.Context(), folder)
		if err != nil {
			t.Fatal(err)
		}
		weights, err := export.Weights(t.Context(), folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"row", "length", "label_condition", "class_names", `["left","right"]`, "cluster_names", `["a","b","c","d"]`} {
			if !bytes.Contains(table, []byte(want)) {
				t.Errorf("no %s in the Parquet table", want)
			}
		}
		if named := bytes.Contains(weights, []byte("class_names")); named == valued { // outputs that are values are not classes
			t.Errorf("outputs are values: %t, but safetensors names classes: %t", valued, named)
		}
	}
}

// TestCurvesOfSequencesWithoutLabels: measures that need classes have no array; the others have one row per snapshot.
func TestCurvesOfSequencesWithoutLabels(t *testing.T) {
	path := ownSequences(t, true)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	arrays, err := npy.DecodeArchive(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	delete(arrays, "labels")
	delete(arrays, "conditions")
	var unlabelled bytes.Buffer
	if err := npy.EncodeArchive(&unlabelled, arrays); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, unlabelled.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := runOf(t, "task.sequences", path, "network.input", "trained", "training.loss", "mse", "training.epochs", "3")
	if content, err = export.CurvesNumPy(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	if arrays, err = npy.DecodeArchive(bytes.NewReader(content), int64(len(content))); err != nil {
		t.Fatal(err)
	}
	snapshots := len(arrays["snapshot_epochs"].Int64)
	if got := arrays["ed_snapshots"].Shape; snapshots == 0 || !slices.Equal(got, []int{snapshots, 6}) {
		t.Errorf("ed_snapshots has the shape %v after %d snapshots of 6 times", got, snapshots)
	}
	for _, absent := range []string{"lr_train_snapshots", "lr_heldout_snapshots", "lr_heldout_samples_snapshots", "lr_train_after"} {
		if _, there := arrays[absent]; there {
			t.Errorf("%s is there, but the samples have no classes", absent)
		}
	}
}
