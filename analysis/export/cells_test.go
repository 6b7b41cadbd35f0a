package export_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/export"
	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// runOf trains a small network with settings.
func runOf(t *testing.T, settings ...string) run.Folder {
	t.Helper()
	return small.Run(t, func(c *train.Config) {
		for i := 0; i < len(settings); i += 2 {
			if err := c.Set(settings[i], settings[i+1]); err != nil {
				t.Fatal(err)
			}
		}
	})
}

var throughTime = []string{"task.kind", "flip_flop", "task.flip_flop.steps", "7", "training.loss", "mse", "measures.splits", "0"}

// TestEveryCellIsExported: each format accepts the networks of all cells, on points and on a task through time, or names the
// formats that do.
func TestEveryCellIsExported(t *testing.T) {
	formats := map[string]func(context.Context, run.Folder) ([]byte, error){
		"npz": export.NumPy, "parquet": export.Parquet, "curves": export.Curves, "curves-npz": export.CurvesNumPy,
		"safetensors": export.Weights, "torch": export.Torch,
		"onnx": func(ctx context.Context, f run.Folder) ([]byte, error) { return export.ONNX(ctx, f, nil) },
	}
	for _, cell := range graph.CellNames() {
		for task, settings := range map[string][]string{"points": {"network.input", "trained"}, "time": throughTime} {
			if cell == graph.FeedForward && task == "time" {
				continue // layers take inputs once
			}
			folder := runOf(t, append([]string{"network.cell", cell}, settings...)...)
			for format, encode := range formats {
				content, err := encode(t.Context(), folder)
				var unfit *export.FormatError
				refused := (format == "torch" || format == "onnx") && slices.Contains([]string{graph.Leaky, graph.LowRank, graph.FeedForward}, cell)
				switch {
				case refused && (!errors.As(err, &unfit) || !strings.Contains(err.Error(), "export it as safetensors or npz")):
					t.Errorf("%s on %s as %s: %v", cell, task, format, err)
				case !refused && (err != nil || len(content) == 0):
					t.Errorf("%s on %s as %s: %v", cell, task, format, err)
				}
			}
		}
	}
}

// TestActivationsAreExportedOrRefused: a format accepts a network with an activation, or names formats that do, which then accept it.
func TestActivationsAreExportedOrRefused(t *testing.T) {
	formats := map[string]func(context.Context, run.Folder) ([]byte, error){
		"npz": export.NumPy, "safetensors": export.Weights, "torch": export.Torch,
		"onnx": func(ctx context.Context, f run.Folder) ([]byte, error) { return export.ONNX(ctx, f, nil) },
	}
	taken := map[string]bool{ // torch.nn.RNN has only tanh and relu, the RNN of ONNX also sigmoid, in float32
		"torch tanh": true, "torch relu": true,
		"onnx points tanh": true, "onnx points relu": true, "onnx points sigmoid": true, "onnx points linear": true,
		"onnx time tanh": true, "onnx time relu": true, "onnx time sigmoid": true,
	}
	for _, activation := range graph.ActivationNames() {
		for task, settings := range map[string][]string{"points": nil, "time": append(throughTime, "network.input", "trained")} {
			for _, precision := range []string{"float32", "float64"} {
				folder := runOf(t, append([]string{"network.activation", activation, "network.precision", precision}, settings...)...)
				errs := map[string]error{}
				for format, encode := range formats {
					_, errs[format] = encode(t.Context(), folder)
				}
				for format, err := range errs {
					want := format == "npz" || format == "safetensors" || taken[format+" "+activation] ||
						taken[format+" "+task+" "+activation] && (task == "points" || precision == "float32")
					var unfit *export.FormatError
					if want != (err == nil) || !want && !errors.As(err, &unfit) {
						t.Errorf("%s on %s in %s as %s: %v", activation, task, precision, format, err)
						continue
					}
					if err == nil {
						continue
					}
					for _, other := range strings.FieldsFunc(unfit.Formats, func(r rune) bool { return r == ',' || r == ' ' }) {
						if other != "or" && errs[other] != nil {
							t.Errorf("%s on %s in %s: %q, but %s: %v", activation, task, precision, unfit, other, errs[other])
						}
					}
				}
			}
		}
	}
}

func archiveOf(t *testing.T, folder run.Folder) map[string]array.Array {
	t.Helper()
	content, err := export.NumPy(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	arrays, err := npy.DecodeArchive(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	return arrays
}

// TestNumPyOfATaskThroughTime: outputs can be computed from the states, and variables and inputs are those of the trials.
func TestNumPyOfATaskThroughTime(t *testing.T) {
	arrays := archiveOf(t, runOf(t, append(throughTime, "network.cell", "gru", "network.precision", "float64")...))
	states, outputs, inputs := arrays["hidden_after"], arrays["outputs"], arrays["inputs"]
	for name, want := range map[string][]int{"hidden_after": {7, 24, 12}, "hidden_before": {7, 24, 12}, "outputs": {7, 24, 3}, "inputs": {7, 24, 3}, "R_z_initial": {12, 12}} {
		if got := arrays[name].Shape; !slices.Equal(got, want) {
			t.Fatalf("%s has the shape %v, want %v", name, got, want)
		}
	}
	for i, got := range outputs.Float64 {
		want, state := arrays["b2"].Float64[i%3], states.Float64[i/3*12:][:12]
		for unit, h := range state {
			want += arrays["W"].Float64[i%3*12+unit] * h
		}
		if !(math.Abs(got-want) <= 1e-12) {
			t.Fatalf("output %d is %v, W h + b2 is %v", i, got, want)
		}
	}
	for bit, name := range []string{"label_bit 1", "label_bit 2", "label_bit 3"} {
		for sample, value := range arrays[name].Int64 {
			last := 0.0
			for at := range 7 {
				if pulse := inputs.Float64[(at*24+sample)*3+bit]; pulse != 0 {
					last = pulse
				}
			}
			if int64(last+1)/2 != value || arrays["labels"].Int64[sample]>>bit&1 != value {
				t.Fatalf("sample %d: %s is %d after a pulse of %v", sample, name, value, last)
			}
		}
	}
}

// TestExportedWeightsAreEffective: under Dale's law and masks, files hold the weights that the network uses.
func TestExportedWeightsAreEffective(t *testing.T) {
	folder := runOf(t, "network.excitatory", "0.75", "network.density", "0.5", "network.self_connections", "false", "network.precision", "float64")
	trained, err := folder.Weights()
	if err != nil {
		t.Fatal(err)
	}
	want := trained.Effective("R")
	if slices.Equal(want, graph.Values(trained.Tensor("R"))) {
		t.Fatal("the constraints change nothing")
	}
	for format, export := range map[string]func(context.Context, run.Folder) ([]byte, error){"R": export.Weights, "rnn.weight_hh_l0": export.Torch} {
		content, err := export(t.Context(), folder)
		if err != nil {
			t.Fatal(err)
		}
		file, err := safetensors.Decode(content)
		if err != nil || !slices.Equal(file.Tensors[format].Float64, want) {
			t.Errorf("%s is another one than the network's (%v)", format, err)
		}
	}
	if !slices.Equal(archiveOf(t, folder)["R"].Float64, want) {
		t.Error("R of the archive is another one than the network's")
	}
}

// TestImportOfEveryCell: a network that is exported and imported again has the same states, under our names and under PyTorch's.
func TestImportOfEveryCell(t *testing.T) {
	for _, cell := range graph.CellNames() {
		for task, settings := range map[string][]string{"points": {"network.input", "trained"}, "fixed": nil, "time": throughTime} {
			if cell == graph.FeedForward {
				if task == "time" {
					continue // layers take inputs once
				}
				settings = append(slices.Clone(settings), "network.feed_forward.layers", "6")
			}
			if cell != graph.LowRank && task == "time" {
				settings = append(slices.Clone(settings), "network.excitatory", "0.75", "network.density", "0.5")
			}
			folder := runOf(t, append([]string{"network.cell", cell}, settings...)...)
			c, err := folder.Config()
			if err != nil {
				t.Fatal(err)
			}
			want := archiveOf(t, folder)
			for format, export := range map[string]func(context.Context, run.Folder) ([]byte, error){
				"npz": export.NumPy, "safetensors": export.Weights, "torch": export.Torch,
			} {
				content, err := export(t.Context(), folder)
				if err != nil {
					continue // TestEveryCellIsExported says of which
				}
				path := filepath.Join(t.TempDir(), "network."+strings.Replace(format, "torch", "safetensors", 1))
				if err := files.WriteFile(path, func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
					t.Fatal(err)
				}
				network, err := train.ReadNetwork(path)
				if err != nil {
					t.Errorf("%s on %s as %s: %v", cell, task, format, err)
					continue
				}
				again := c
				again.Network.Excitatory, again.Network.Density = 0, 1
				if err := again.Apply(network.Settings()...); err != nil {
					t.Fatal(err)
				}
				imported := run.Folder{Path: filepath.Join(t.TempDir(), "imported")}
				if _, _, err := imported.Import(t.Context(), again, network, network); err != nil {
					t.Errorf("%s on %s as %s: %v", cell, task, format, err)
					continue
				}
				got := archiveOf(t, imported)
				for _, stage := range []string{"hidden_after", "hidden_before"} { // both stages of the import equal those after training
					for i, state := range got[stage].Float32 {
						if !(math.Abs(float64(state-want["hidden_after"].Float32[i])) <= 1e-6) {
							t.Fatalf("%s on %s as %s: state %d is %v, want %v", cell, task, format, i, state, want["hidden_after"].Float32[i])
						}
					}
				}
			}
		}
	}
}

// TestImportKeepsTheActivation: files name the activation if the cell has one, and a configuration with another one is rejected.
func TestImportKeepsTheActivation(t *testing.T) {
	for _, cell := range graph.CellNames() {
		folder := runOf(t, "network.cell", cell, "network.input", "trained", "network.activation", "relu")
		c, err := folder.Config()
		if err != nil {
			t.Fatal(err)
		}
		want := graph.ReLU
		if cell == graph.GRU || cell == graph.LSTM {
			want = ""
		}
		for format, encode := range map[string]func(context.Context, run.Folder) ([]byte, error){
			"npz": export.NumPy, "safetensors": export.Weights, "torch": export.Torch,
		} {
			content, err := encode(t.Context(), folder)
			if err != nil {
				continue // TestEveryCellIsExported says of which
			}
			path := filepath.Join(t.TempDir(), "network."+format)
			if err := files.WriteFile(path, func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
				t.Fatal(err)
			}
			network, err := train.ReadNetwork(path)
			if err != nil || network.Activation != want || network.AssumesActivation() {
				t.Errorf("%s as %s: activation %q, want %q (%v)", cell, format, network.Activation, want, err)
				continue
			}
			other := c
			if err := other.Apply(slices.Concat(network.Settings(), []train.Setting{{Key: "network.activation", Value: "sigmoid"}})...); err != nil {
				t.Fatal(err)
			}
			imported := run.Folder{Path: filepath.Join(t.TempDir(), "imported")}
			_, _, err = imported.Import(t.Context(), other, network, nil)
			var fault *data.FieldError
			if refused := errors.As(err, &fault) && fault.Field == "network.activation"; refused != (want != "") {
				t.Errorf("%s as %s, taken as sigmoid: %v", cell, format, err)
			}
		}
		if network, err := train.ReadNetwork(folder.WeightsFile()); err != nil || network.AssumesActivation() != (want != "") {
			t.Errorf("%s: weights.safetensors names the activation (%v)", cell, err)
		}
	}
}

// TestLowRankWeightsAreExported: R = M L'/N beside M and L, before and after training.
func TestLowRankWeightsAreExported(t *testing.T) {
	const units, rank = 12, 2
	arrays := archiveOf(t, runOf(t, "network.cell", "low_rank", "network.precision", "float64"))
	for _, stage := range []string{"", "_initial"} {
		m, l, r := arrays["M"+stage].Float64, arrays["L"+stage].Float64, arrays["R"+stage]
		if !slices.Equal(r.Shape, []int{units, units}) {
			t.Fatalf("R%s has the shape %v", stage, r.Shape)
		}
		for i, got := range r.Float64 {
			want := (m[i/units*rank]*l[i%units*rank] + m[i/units*rank+1]*l[i%units*rank+1]) / units
			if math.Abs(got-want) > 1e-15 {
				t.Fatalf("R%s[%d, %d] is %v, want %v", stage, i/units, i%units, got, want)
			}
		}
	}
}
