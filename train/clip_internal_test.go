package train

import (
	"math"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

type gradientOnly struct{ gradient *tensor.Dense }

func (g gradientOnly) Value() G.Value         { return nil }
func (g gradientOnly) Grad() (G.Value, error) { return g.gradient, nil }

// TestClipAgainstTorch compares with torch.nn.utils.clip_grad_norm_ of torch 2.15.0, which divides by the norm + 1e-6: its result
// is smaller by a factor of 1 - 1e-6/norm. Gradients within the limit stay the same, bit by bit.
func TestClipAgainstTorch(t *testing.T) {
	first, second := []float64{3, -4, 0.5, 2.25}, []float64{12, -0.125, 1}
	const norm = 13.24115270661886
	for _, of := range []struct {
		limit         float64
		first, second []float64 // as torch leaves them
	}{
		{1, []float64{0.22656636018811482, -0.30208848025081975, 0.03776106003135247, 0.16992477014108612},
			[]float64{0.9062654407524593, -0.009440265007838117, 0.07552212006270494}},
		{20, first, second},
	} {
		one, other := slices.Clone(first), slices.Clone(second)
		single := make([]float32, len(second))
		for i, v := range second {
			single[i] = float32(v)
		}
		parameters := []G.ValueGrad{
			gradientOnly{tensor.New(tensor.WithShape(2, 2), tensor.WithBacking(one))},
			gradientOnly{tensor.New(tensor.WithShape(3), tensor.WithBacking(other))},
		}
		if err := clip(parameters, of.limit); err != nil {
			t.Fatal(err)
		}
		parameters[0] = gradientOnly{tensor.New(tensor.WithShape(2, 2), tensor.WithBacking(slices.Clone(first)))}
		parameters[1] = gradientOnly{tensor.New(tensor.WithShape(3), tensor.WithBacking(single))}
		if err := clip(parameters, of.limit); err != nil { // of one float32 parameter
			t.Fatal(err)
		}
		factor := 1.0
		if of.limit < norm {
			factor = (norm + 1e-6) / norm
		}
		for i, got := range slices.Concat(one, other) {
			if want := slices.Concat(of.first, of.second)[i] * factor; !(math.Abs(got-want) <= 1e-15*math.Abs(want)) {
				t.Errorf("limit %g: value %d is %v, want %v", of.limit, i, got, want)
			}
		}
		for i, got := range single {
			if want := of.second[i] * factor; !(math.Abs(float64(got)-want) <= 2e-7*math.Abs(want)) {
				t.Errorf("limit %g, float32: value %d is %v, want %v", of.limit, i, got, want)
			}
		}
	}
}
