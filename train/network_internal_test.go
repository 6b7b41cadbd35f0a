package train

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
)

// filled returns an array whose values count up from first.
func filled(first float64, shape ...int) namedArray {
	array := namedArray{shape: shape, values: []float64{}}
	count := 1
	for _, length := range shape {
		count *= length
	}
	for i := range count {
		array.values = append(array.values, first+float64(i))
	}
	return array
}

func TestNetworkIsFoundUnderEitherNames(t *testing.T) {
	R, W, embedding := filled(1, 3, 3), filled(20, 2, 3), filled(40, 3, 2)
	half, b2 := filled(50, 3), filled(60, 2)
	for name, arrays := range map[string]namedArrays{
		"ours":        {"R": R, "W": W, "b1": filled(50, 3), "b2": b2, "embedding": embedding, "hidden_after": filled(0, 5, 4, 3)},
		"torch":       {"rnn.weight_hh_l0": R, "fc.weight": W, "rnn.bias_ih_l0": half, "fc.bias": b2, "rnn.weight_ih_l0": embedding},
		"one module":  {"weight_hh_l0": R, "weight": W, "bias_hh_l0": half, "bias": b2, "weight_ih_l0": embedding},
		"a cell":      {"net.cell.weight_hh": R, "out.weight": W, "net.cell.bias_hh": half, "out.bias": b2, "net.cell.weight_ih": embedding},
		"mixed names": {"weight_hh_l0": R, "W": W, "bias_ih_l0": half, "b2": b2, "weight_ih_l0": embedding, "a.weight": W, "b.weight": W},
	} {
		network, err := arrays.network()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for parameter, want := range map[string]namedArray{"R": R, "W": W, "b1": half, "b2": b2} {
			if values := graph.Values(network.Parameters.Tensor(parameter)); len(values) != len(want.values) || values[1] != want.values[1] {
				t.Errorf("%s: %s is %v, want %v", name, parameter, values, want.values)
			}
		}
		if network.Embedding == nil || network.Embedding.At(2, 1) != 45 || network.Parameters.Precision() != graph.Float32 {
			t.Errorf("%s: embedding %v", name, network.Embedding)
		}
	}
}

func TestBiasesOfTorchAddUp(t *testing.T) {
	network, err := namedArrays{
		"weight_hh_l0": filled(1, 2, 2), "bias_ih_l0": filled(1, 2), "bias_hh_l0": filled(10, 2), "weight": filled(0, 2, 2),
	}.network()
	if err != nil {
		t.Fatal(err)
	}
	if b1, b2 := graph.Values(network.Parameters.Tensor("b1")), graph.Values(network.Parameters.Tensor("b2")); b1[1] != 13 || b2[1] != 0 || network.Embedding != nil {
		t.Errorf("b1 %v, b2 %v, embedding %v", b1, b2, network.Embedding)
	}
}

func TestNetworkErrorsCarryTheFix(t *testing.T) {
	square, readout := filled(0, 3, 3), filled(0, 2, 3)
	broken := filled(1e300, 3, 3)
	for want, arrays := range map[string]namedArrays{
		"no recurrent weights":            {"fc.weight": readout},
		`an array "B1" but none`:          {"R": square, "W": readout, "B1": filled(0, 3)},
		"the readout weights W are":       {"R": square, "readout": readout},
		"several layers or directions":    {"weight_hh_l0": square, "weight_hh_l1": square, "weight": readout},
		"where \"weight_hh_l0\" asks for": {"weight_hh_l0": filled(0, 9, 3), "weight": readout},
		"save an LSTM without proj_size":  {"weight_hh_l0": filled(0, 12, 3), "weight_hr_l0": filled(0, 3, 3), "weight": readout},
		"needs 12 values":                 {"weight_hh_l0": filled(0, 12, 3), "weight_ih_l0": filled(0, 12, 2), "bias_hh_l0": filled(0, 3), "weight": readout},
		"gates of a GRU or an LSTM":       {"weight_hh_l0": filled(0, 6, 3), "weight": readout},
		"\"Win_z\" is missing":            {"R_r": square, "R_z": square, "R_n": square, "Win_r": filled(0, 3, 2), "W": readout},
		"ask for [3 2]":                   {"M": filled(0, 3, 2), "L": filled(0, 3, 1), "Win": filled(0, 3, 2), "alpha": filled(0.1, 3), "W": readout},
		"above 0 and at most 1":           {"R": square, "Win": filled(0, 3, 2), "alpha": filled(0.1, 3), "W": readout},
		"they need C x N":                 {"R": square, "alpha": filled(0.1, 3)},
		"as many rows as columns":         {"R": filled(0, 3, 4), "W": readout},
		"asks for C x 3; transpose":       {"R": square, "W": filled(0, 3, 2)},
		"one for each output":             {"R": square, "W": filled(0, 0, 3)},
		"it needs 3 values":               {"R": square, "W": readout, "b1": filled(0, 2)},
		"they need 3 rows":                {"R": square, "W": readout, "embedding": filled(0, 2, 3)},
		"save the one of the last layer":  {"weight_hh_l0": square, "a.weight": readout, "b.weight": readout},
		"or save as float64":              {"R": broken, "W": readout},
	} {
		_, err := arrays.network()
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "; ") {
			t.Errorf("error %v, want one with %q and a fix", err, want)
		}
	}
}

// torchFile is a small file as users of PyTorch save it, in both formats.
func torchFile(t testing.TB) (tensors, archive []byte) {
	t.Helper()
	tensors, err := safetensors.Append(nil, &safetensors.File{Tensors: map[string]array.Array{
		"rnn.weight_hh_l0": {Shape: []int{2, 2}, Float32: []float32{1, 2, 3, 4}}, "fc.weight": {Shape: []int{2, 2}, Float32: []float32{5, 6, 7, 8}},
		"steps": {Shape: []int{}, Int64: []int64{7}}, "fc.bias": {Shape: []int{2}, Float32: []float32{1, 2}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := npy.EncodeArchive(&file, map[string]array.Array{
		"R": {Shape: []int{2, 2}, Float64: []float64{1, 2, 3, 4}}, "W": {Shape: []int{2, 2}, Float64: []float64{5, 6, 7, 8}},
	}); err != nil {
		t.Fatal(err)
	}
	return tensors, file.Bytes()
}

func TestReadNetwork(t *testing.T) {
	tensors, archive := torchFile(t)
	folder := t.TempDir()
	for name, content := range map[string][]byte{"a.safetensors": tensors, "b.NPZ": archive, "c.npz": tensors, "d.pt": tensors, "ff_lstm.torch": archive,
		"f.npz": tensors[:5], "g.pt": []byte("PK\x03\x04 archive/data.pkl"), "h.yaml": []byte("network: {units: 3}")} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"a.safetensors": "", "b.NPZ": "", "c.npz": "", "d.pt": "", "ff_lstm.torch": "", "e.npz": "check the path",
		"f.npz": "numpy.savez", "g.pt": "a pickle of torch.save", "h.yaml": "neither a .safetensors nor an .npz file",
	} {
		network, err := ReadNetwork(filepath.Join(folder, name))
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: error %v, want one with %q", name, err, want)
			}
			continue
		}
		if err != nil || graph.Values(network.Parameters.Tensor("R"))[2] != 3 || (network.Parameters.Precision() == graph.Float64) != (name == "b.NPZ" || name == "ff_lstm.torch") {
			t.Errorf("%s: %v, %v", name, network, err)
		}
	}
}

// A header may claim anything; memory follows the bytes that are there.
func TestHostileHeadersAllocateLittle(t *testing.T) {
	header := `{"R":{"dtype":"F64","shape":[1073741824,1073741824],"data_offsets":[0,9223372036854775807]}}`
	lying := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
	long := binary.LittleEndian.AppendUint64(nil, 100_000_000)
	shape := "{'descr': '<f8', 'fortran_order': False, 'shape': (1073741824, 1073741824)}"
	array := "\x93NUMPY\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(shape)))) + shape
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	entry, err := writer.Create("R.npy")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write([]byte(array)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]struct {
		decode  func([]byte) (namedArrays, string, error)
		content []byte
	}{"offsets": {decodeSafetensors, lying}, "length": {decodeSafetensors, long}, "shape": {decodeArchive, archive.Bytes()}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := file.decode(file.content)
		runtime.ReadMemStats(&after)
		if allocated := after.TotalAlloc - before.TotalAlloc; err == nil || allocated > 1<<18 {
			t.Errorf("%s: %d bytes allocated for a file of %d, error %v", name, allocated, len(file.content), err)
		}
	}
}

func FuzzReadNetwork(f *testing.F) {
	tensors, archive := torchFile(f)
	f.Add(tensors, false)
	f.Add(archive, true)
	f.Fuzz(func(t *testing.T, content []byte, isArchive bool) {
		decode := decodeSafetensors
		if isArchive {
			decode = decodeArchive
		}
		arrays, _, err := decode(content)
		if err != nil {
			return
		}
		network, err := arrays.network()
		if err != nil {
			if strings.ContainsRune(err.Error(), '\n') {
				t.Fatalf("error of several lines: %q", err)
			}
			return
		}
		if network.Parameters.Units() < 1 || network.Parameters.Outputs() < 1 {
			t.Fatalf("%d units, %d classes", network.Parameters.Units(), network.Parameters.Outputs())
		}
	})
}
