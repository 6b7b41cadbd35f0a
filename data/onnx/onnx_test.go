package onnx_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/onnx"
)

// eighths returns count/8 values from first/8 on.
func eighths(first int, shape ...int) array.Array {
	tensor := array.Array{Shape: shape, Float32: []float32{}}
	count := 1
	for _, length := range shape {
		count *= length
	}
	for i := range count {
		tensor.Float32 = append(tensor.Float32, float32(first+i)/8)
	}
	return tensor
}

func network() *onnx.Network {
	return &onnx.Network{
		Activation: "Tanh",
		Embedding:  eighths(1, 3, 2), R: eighths(-4, 3, 3), W: eighths(2, 2, 3), B1: eighths(0, 3), B2: eighths(5, 2),
		Shift: []float64{0.5, -1}, Stretch: []float64{2, 4},
	}
}

// TestNetworkAgreesWithOnnx: testdata has the models that the helpers of onnx 1.23.2 make from the same network (testdata/make.py),
// with T as an input, and fixed.
func TestNetworkAgreesWithOnnx(t *testing.T) {
	four := 4
	for name, steps := range map[string]*int{"network.onnx": nil, "network_4_steps.onnx": &four} {
		n := network()
		n.Steps = steps
		agree(t, n, name)
	}
	for name, gates := range map[string]int{"relu.onnx": 1, "gru.onnx": 3, "lstm.onnx": 4} {
		agree(t, sequence(gates), name)
	}
}

func sequence(gates int) *onnx.Sequence {
	return &onnx.Sequence{
		Operator: map[int]string{1: "RNN", 3: "GRU", 4: "LSTM"}[gates], Activation: "Relu",
		Input: eighths(1, 3*gates, 2), Recurrent: eighths(-4, 3*gates, 3), InputBias: eighths(0, 3*gates), RecurrentBias: eighths(3, 3*gates),
		W: eighths(2, 2, 3), B2: eighths(5, 2),
	}
}

func agree(t *testing.T, n interface{ Model() (*onnx.Model, error) }, name string) {
	t.Helper()
	model, err := n.Model()
	if err != nil {
		t.Fatal(err)
	}
	model.Producer, model.ProducerVersion, model.Description = "unfurl", "1", "a test"
	model.Metadata = map[string]string{"b": "two", "a": "1"}
	var file bytes.Buffer
	if err := onnx.Encode(&file, model); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file.Bytes(), want) {
		for i, b := range file.Bytes() {
			if i >= len(want) || b != want[i] {
				t.Fatalf("%s: %d bytes, want %d; first difference at %d:\n%q\n%q", name, file.Len(), len(want), i, file.Bytes()[max(0, i-40):], want[max(0, i-40):])
			}
		}
		t.Fatalf("%s: %d bytes, want %d", name, file.Len(), len(want))
	}
}

func TestNetworkRefuses(t *testing.T) {
	for want, change := range map[string]func(*onnx.Network){
		"must be one of Tanh, Relu, Sigmoid, Identity": func(n *onnx.Network) { n.Activation = "Softplus" },
		"steps = -1: must be 0 or more":                func(n *onnx.Network) { n.Steps = new(int); *n.Steps = -1 },
		"do not fit together":                          func(n *onnx.Network) { n.B1 = eighths(0, 2) },
		"needs 2 axes":                                 func(n *onnx.Network) { n.W = eighths(0, 6) },
		"all float32 or all float64":                   func(n *onnx.Network) { n.B2 = array.Array{Shape: []int{2}, Float64: []float64{1, 2}} },
		"1 shifts and 2 stretches":                     func(n *onnx.Network) { n.Shift = []float64{1} },
		"0 element slices":                             func(n *onnx.Network) { n.R = array.Array{Shape: []int{3, 3}} },
		"it needs 9":                                   func(n *onnx.Network) { n.R.Float32 = n.R.Float32[1:] },
	} {
		n := network()
		change(n)
		if _, err := n.Model(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestEncodeRefusesUnsoundGraphs(t *testing.T) {
	for want, change := range map[string]func(*onnx.Graph){
		`reads "nowhere"`:     func(g *onnx.Graph) { g.Nodes[3].Inputs[0] = "nowhere" },
		`computes the output`: func(g *onnx.Graph) { g.Outputs[0].Name = "nowhere" },
		"empty or taken":      func(g *onnx.Graph) { g.Nodes[3].Outputs[0] = "points" },
		`"steps" of a tensor`: func(g *onnx.Graph) { g.Initializers[6].Name = "steps" }, // the default of an input
		"a number or a graph": func(g *onnx.Graph) { g.Nodes[2].Attributes[0].Int = nil },
	} {
		model, err := network().Model()
		if err != nil {
			t.Fatal(err)
		}
		change(&model.Graph)
		if err := onnx.Encode(io.Discard, model); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestSequenceRefuses(t *testing.T) {
	for want, change := range map[string]func(*onnx.Sequence){
		"must be one of RNN, GRU, LSTM":      func(s *onnx.Sequence) { s.Operator = "Elman" },
		"must be one of Tanh, Relu, Sigmoid": func(s *onnx.Sequence) { s.Operator, s.Activation = "RNN", "Identity" },
		"need 2 axes":                        func(s *onnx.Sequence) { s.W = eighths(0, 6) },
		"asks for [9 3]":                     func(s *onnx.Sequence) { s.Recurrent = eighths(0, 12, 3) },
		"asks for [9]":                       func(s *onnx.Sequence) { s.RecurrentBias = eighths(0, 3) },
		"all float32 or all float64":         func(s *onnx.Sequence) { s.B2 = array.Array{Shape: []int{2}, Float64: []float64{1, 2}} },
		"it needs 27":                        func(s *onnx.Sequence) { s.Recurrent.Float32 = s.Recurrent.Float32[1:] },
	} {
		s := sequence(3)
		change(s)
		if _, err := s.Model(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
