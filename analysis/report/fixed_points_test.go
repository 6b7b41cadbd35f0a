package report_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"gonum.org/v1/gonum/mat"
)

// TestFixedPointStates: fixed_points.npz has the whole states of the rows of fixed_points.csv, for an LSTM h and c, and one step from
// such a state has the speed that the table says; a network with fewer units fills its rows with NaN.
func TestFixedPointStates(t *testing.T) {
	run := small.Run(t, func(c *train.Config) {
		decide(t)(c)
		c.Network.Cell, c.Network.Precision, c.Training.Epochs, c.Measures.Samples = graph.LSTM, graph.Float64, 1, 24
	})
	m, err := measure.Run(t.Context(), run, nil)
	if err != nil {
		t.Fatal(err)
	}
	narrow := made("narrow", 2, func(c *train.Config) { c.Measures.Input = "1, 0.5" })
	narrow.Dynamics = []measure.Dynamics{{Stage: measure.After, FixedPoints: []measure.FixedPoint{{State: []float64{1, 2}, Speed: 1e-5, Radius: 2, Unstable: 3}}}}
	result, folder := &measure.Table{}, t.TempDir()
	result.Add(m)
	result.Add(narrow)
	path := filepath.Join(folder, "fixed_points.csv")
	if err := result.WriteFixedPoints(path); err != nil {
		t.Fatal(err)
	}
	header, rows := table(t, path)
	if input := slices.Index(header, "input"); input != slices.Index(header, "component_3")+1 || rows[0]["input"] != "" || rows[len(rows)-1]["input"] != "1,0.5" {
		t.Errorf("columns %v, inputs %q and %q", header, rows[0]["input"], rows[len(rows)-1]["input"])
	}
	path = filepath.Join(folder, "fixed_points.npz")
	if err := result.WriteFixedPointStates(path); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	arrays, err := npy.DecodeArchive(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	states := arrays["states"]
	if want := []int{len(rows), 24}; len(rows) < 3 || !slices.Equal(states.Shape, want) {
		t.Fatalf("states have the shape %v, want %v", states.Shape, want)
	}
	e, trained, _, err := measure.Load(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		number := func(column string) float64 { return parsed(t, row[column]) }
		if arrays["run"].Text[i] != row["run"] || arrays["stage"].Text[i] != row["stage"] || arrays["kind"].Text[i] != row["kind"] || arrays["input"].Text[i] != row["input"] ||
			float64(arrays["point"].Int64[i]) != number("point") || float64(arrays["unstable_directions"].Int64[i]) != number("unstable_directions") ||
			arrays["stable"].Bool[i] != (number("spectral_radius") < 1) || math.Abs(arrays["spectral_radius"].Float64[i]/number("spectral_radius")-1) > 1e-9 {
			t.Errorf("row %d of the arrays is not %v", i, row)
		}
		state := states.Float64[i*24:][:24]
		if row["run"] == "narrow" {
			if state[1] != 2 || !math.IsNaN(state[2]) || arrays["stable"].Bool[i] {
				t.Errorf("the network of 2 units has the state %v", state)
			}
			continue
		}
		parameters := trained
		if row["stage"] == measure.Before {
			parameters = e.Initial
		}
		dynamics, err := e.Dynamics(parameters)
		if err != nil {
			t.Fatal(err)
		}
		next, q := make([]float64, 24), 0.0
		dynamics.Step(next, state)
		for k := range next {
			q += (next[k] - state[k]) * (next[k] - state[k]) / 2
		}
		if speed := arrays["speed"].Float64[i]; math.Abs(speed-number("speed")) > 1e-9*speed || math.Abs(q-speed) > 1e-9*speed+1e-26 {
			t.Errorf("row %d: a step from the state has the speed %g, the table %s, the arrays %g", i, q, row["speed"], speed)
		}
	}
	if err := (&measure.Table{}).WriteFixedPointStates(path); err != nil {
		t.Errorf("no network at all: %v", err)
	}
}

// TestDifferingStarts: where starts end on attractors of different exponents, the table gives their range without a median; lyapunov.csv
// has both, and both name the constant input, as does the title of the picture.
func TestDifferingStarts(t *testing.T) {
	m := made("two", 2, func(c *train.Config) { c.Measures.Input = "1, 0" })
	space := &measure.StateSpace{Scores: mat.NewDense(2, 2, []float64{0, 1, 1, 0}), Classes: []int{0, 1}, Explained: []float64{0.6, 0.4}}
	m.Dynamics = nil
	for _, stage := range []string{measure.Before, measure.After} {
		m.Dynamics = append(m.Dynamics, measure.Dynamics{Stage: stage, Differ: stage == measure.After, Space: space,
			Exponents: []float64{-0.245}, Errors: []float64{0.001}, Lowest: []float64{-0.31}, Highest: []float64{-0.18},
			FixedPoints: []measure.FixedPoint{{Fixed: true, Radius: 0.5, State: []float64{1, 2}, Scores: []float64{0, 0}}}})
	}
	result, folder := &measure.Table{}, t.TempDir()
	result.Add(m)
	if _, err := report.Write(t.Context(), result, folder, run.NewProvenance(nil)); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">-0.245 ± 0.001 (-0.310 to -0.180)<", ">-0.310 to -0.180<"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the report has no %q", want)
		}
	}
	header, rows := table(t, filepath.Join(folder, "lyapunov.csv"))
	if want := "quantity,d,g,stage,index,realisation,exponent,error,input,run"; strings.Join(header, ",") != want || len(rows) != 6 ||
		rows[3]["exponent"] != "-0.245" || rows[3]["input"] != "1,0" {
		t.Errorf("lyapunov.csv has the columns %v and the rows %v", header, rows)
	}
	picture, err := os.ReadFile(filepath.Join(folder, "fixed_points.svg"))
	if err != nil || !bytes.Contains(picture, []byte("under the constant input 1, 0")) {
		t.Errorf("the picture does not name the input (%v)", err)
	}
}

func parsed(t *testing.T, text string) float64 {
	t.Helper()
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return number
}
