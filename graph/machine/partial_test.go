package machine

import (
	"errors"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// TestRunToAndResume stops at the loss, before the gradients are computed, and resumes.
func TestRunToAndResume(t *testing.T) {
	g := G.NewGraph()
	w := G.NewMatrix(g, tensor.Float64, G.WithShape(2, 2), G.WithName("w"), G.WithValue(tensor.New(tensor.WithBacking([]float64{1, 2, 3, 4}), tensor.WithShape(2, 2))))
	loss := G.Must(G.Sum(G.Must(G.Square(G.Must(G.Tanh(w))))))
	gradients, err := G.Grad(loss, w)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := New(g, WithOutputs(loss, gradients[0]))
	if err != nil {
		t.Fatal(err)
	}
	if err := whole.RunAll(); err != nil {
		t.Fatal(err)
	}
	values := func(m *Machine, n *G.Node) []float64 {
		t.Helper()
		v, err := m.Value(n)
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := v.(*G.F64); ok {
			return []float64{float64(*s)}
		}
		return append([]float64(nil), v.Data().([]float64)...)
	}
	wantLoss, want := values(whole, loss), values(whole, gradients[0])

	m, err := New(g, WithOutputs(loss, gradients[0]))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Resume(); err == nil {
		t.Error("resumed without a run")
	}
	for range 2 {
		if err := m.RunTo(loss); err != nil {
			t.Fatal(err)
		}
		if got := values(m, loss); got[0] != wantLoss[0] {
			t.Errorf("loss %v, want %v", got, wantLoss)
		}
		var missing *ValueError
		if _, err := m.Value(gradients[0]); !errors.As(err, &missing) {
			t.Errorf("the gradient before its time: %v", err)
		}
	}
	if err := m.Resume(); err != nil {
		t.Fatal(err)
	}
	for i, got := range values(m, gradients[0]) {
		if got != want[i] {
			t.Errorf("gradient %d is %v, want %v", i, got, want[i])
		}
	}
	if err := m.Resume(); err == nil {
		t.Error("resumed a finished run")
	}
	var unknown *ValueError
	if err := m.RunTo(w); err != nil && !errors.As(err, &unknown) {
		t.Error(err)
	}
}
