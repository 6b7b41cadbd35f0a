package export_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/export"
	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// .ci/clients opens the files; this test only checks that they are the same each time.
func TestExportsAreDeterministic(t *testing.T) {
	for _, precision := range []graph.Precision{graph.Float32, graph.Float64} {
		folder := small.Run(t, func(c *train.Config) { c.Network.Precision = precision })
		for name, encode := range map[string]func(context.Context, run.Folder) ([]byte, error){
			"npz": export.NumPy, "parquet": export.Parquet, "curves": export.Curves, "curves-npz": export.CurvesNumPy, "torch": export.Torch,
			"onnx": func(ctx context.Context, f run.Folder) ([]byte, error) { return export.ONNX(ctx, f, nil) },
		} {
			first, err := encode(t.Context(), folder)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, precision, err)
			}
			if second, err := encode(t.Context(), folder); err != nil || !bytes.Equal(first, second) {
				t.Errorf("%s, %s: the second file differs (%v)", name, precision, err)
			}
			if _, err := encode(t.Context(), run.Folder{Path: t.TempDir()}); !errors.Is(err, run.ErrNoRun) {
				t.Errorf("%s of an empty folder: %v", name, err)
			}
		}
	}
}

// TestNumPyKeepsThePrecision: states and weights are stored in the precision in which they were computed, and the states
// are those of the Parquet table.
func TestNumPyKeepsThePrecision(t *testing.T) {
	for _, precision := range []graph.Precision{graph.Float32, graph.Float64} {
		folder := small.Run(t, func(c *train.Config) { c.Network.Precision = precision })
		content, err := export.NumPy(t.Context(), folder)
		if err != nil {
			t.Fatal(err)
		}
		arrays, err := npy.DecodeArchive(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"hidden_before", "hidden_after", "embedding", "R", "W", "b1", "b2", "R_initial", "W_initial"} {
			if array := arrays[name]; (array.Float32 != nil) != (precision == graph.Float32) || (array.Float64 != nil) != (precision == graph.Float64) {
				t.Errorf("%s of a network in %s holds %d values in float32 and %d in float64", name, precision, len(array.Float32), len(array.Float64))
			}
		}
		if arrays["inputs"].Float64 == nil {
			t.Errorf("inputs of a network in %s are not float64", precision)
		}
		if got, want := arrays["hidden_after"].Shape, []int{4, 24, 12}; !slices.Equal(got, want) {
			t.Errorf("hidden_after has the shape %v, want %v", got, want)
		}
	}
}

// TestONNXSteps: a fixed number of steps is a constant of the model, else an input of it.
func TestONNXSteps(t *testing.T) {
	folder := small.Run(t, func(*train.Config) {})
	steps, negative := 2, -1
	open, err := export.ONNX(t.Context(), folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	fixed, err := export.ONNX(t.Context(), folder, &steps)
	if err != nil {
		t.Fatal(err)
	}
	if asked := []byte("T, the last time"); !bytes.Contains(open, asked) || bytes.Contains(fixed, asked) {
		t.Error("steps is an input exactly where none are fixed: not so")
	}
	if _, err := export.ONNX(t.Context(), folder, &negative); err == nil || !strings.Contains(err.Error(), "steps = -1: must be 0 or more") {
		t.Errorf("-1 steps: %v", err)
	}
}

func TestTorchHasNoLinearNetwork(t *testing.T) {
	folder := small.Run(t, func(c *train.Config) { c.Network.Activation = graph.Linear })
	_, err := export.Torch(t.Context(), folder)
	var torch *export.FormatError
	if !errors.As(err, &torch) {
		t.Errorf("error %v", err)
	}
}

// An imported network is not measured before training unless its initial weights are given.
func TestImportedNetworkIsMeasuredAfterTrainingOnly(t *testing.T) {
	folder := small.Run(t, func(*train.Config) {})
	c, err := folder.Config()
	if err != nil {
		t.Fatal(err)
	}
	network, err := train.ReadNetwork(folder.WeightsFile())
	if err != nil {
		t.Fatal(err)
	}
	want, err := measure.Run(t.Context(), folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	imported := run.Folder{Path: filepath.Join(t.TempDir(), "imported")}
	if _, _, err := imported.Import(context.Background(), c, network, nil); err != nil {
		t.Fatal(err)
	}
	got, err := measure.Run(t.Context(), imported, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Before.ED != nil || len(got.Expansions) != len(want.Expansions)-1 {
		t.Errorf("before training: %v, expansions %v", got.Before, got.Expansions)
	}
	for step, ed := range want.After.ED {
		if got.After.ED[step] != ed {
			t.Errorf("t = %d: dimensionality %v, want %v", step, got.After.ED[step], ed)
		}
	}
	content, err := export.Torch(t.Context(), imported)
	if err != nil {
		t.Fatal(err)
	}
	file, err := safetensors.Decode(content)
	if err != nil || file.Metadata["nonlinearity"] != "tanh" || file.Metadata["evaluation_step"] != "2" {
		t.Errorf("metadata %v, %v", file, err)
	}
}

// TestExportsNameTheUsersPoints: exports refer to the rows and names of the user's file, and record how its points are standardised.
func TestExportsNameTheUsersPoints(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.csv")
	text := "x,y,label,cluster\n"
	raw := [][]float64{}
	for i := range 60 {
		raw = append(raw, []float64{1000 + 4*float64(i%2) + 0.01*float64(i*37%60), 10 + 0.02*float64(i*17%60)})
		text += fmt.Sprintf("%g,%g,%s,%s\n", raw[i][0], raw[i][1], []string{"left", "right"}[i%2], []string{"a", "b", "c", "d", "e", "f"}[i%6])
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := small.Run(t, func(c *train.Config) { c.Task.Points = file })
	content, err := export.NumPy(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	arrays, err := npy.DecodeArchive(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	mean, scale, rows := arrays["mean"].Float64, arrays["scale"].Float64, arrays["rows"].Int64
	for sample, row := range rows {
		for axis, want := range raw[row] {
			if got := arrays["inputs"].Float64[2*sample+axis]*scale[axis] + mean[axis]; math.Abs(got-want) > 1e-9 {
				t.Fatalf("sample %d, input %d: %v, row %d of the file has %v", sample, axis, got, row, want)
			}
		}
		if got, want := arrays["class_names"].Text[arrays["labels"].Int64[sample]], []string{"left", "right"}[row%2]; got != want {
			t.Fatalf("sample %d is %q, row %d is %q", sample, got, row, want)
		}
		if got, want := arrays["cluster_names"].Text[arrays["clusters"].Int64[sample]], []string{"a", "b", "c", "d", "e", "f"}[row%6]; got != want {
			t.Fatalf("sample %d is of cluster %q, row %d of %q", sample, got, row, want)
		}
	}
	if len(rows) != 12 {
		t.Errorf("%d rows, want the 12 of the measures", len(rows))
	}
	for name, encode := range map[string]func(context.Context, run.Folder) ([]byte, error){"safetensors": export.Weights, "torch": export.Torch} {
		content, err := encode(t.Context(), folder)
		if err != nil {
			t.Fatal(err)
		}
		weights, err := safetensors.Decode(content)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(weights.Tensors["mean"].Float64, mean) || !slices.Equal(weights.Tensors["scale"].Float64, scale) {
			t.Errorf("%s: mean %v and scale %v", name, weights.Tensors["mean"], weights.Tensors["scale"])
		}
		if got, want := weights.Metadata["class_names"], `["left","right"]`; got != want {
			t.Errorf("%s: class_names %s, want %s", name, got, want)
		}
	}
	imported := run.Folder{Path: filepath.Join(t.TempDir(), "imported")}
	path := filepath.Join(t.TempDir(), "network.npz")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	network, err := train.ReadNetwork(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := folder.Config()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := imported.Import(context.Background(), c, network, nil); err != nil {
		t.Fatal(err)
	}
	again, err := export.NumPy(t.Context(), imported)
	if err != nil {
		t.Fatal(err)
	}
	back, err := npy.DecodeArchive(bytes.NewReader(again), int64(len(again)))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hidden_after", "inputs", "rows", "mean", "scale", "class_names", "cluster_names", "R", "embedding"} {
		if !reflect.DeepEqual(back[name], arrays[name]) {
			t.Errorf("%s is another one after import", name)
		}
	}
}
