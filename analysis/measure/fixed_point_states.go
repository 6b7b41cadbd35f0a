package measure

import (
	"fmt"
	"io"
	"math"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/npy"
)

// WriteFixedPointStates writes fixed_points.npz: the P points of fixed_points.csv, in the order of its rows, as arrays
//
//	states               P x N: the hidden state, for an LSTM h and c concatenated (P x 2N); NaN beyond those of a network
//	                     that has fewer units than another one
//	run, stage, kind     P texts: the folder of the network's run, before or after, fixed or slow
//	input                P texts: the constant input, D numbers with commas between them; empty for none
//	realisation, point   P: that of the network, and the number of the point in its network and stage, from 0
//	speed                P: q = |F(h) - h|^2 / 2
//	spectral_radius      P: largest modulus of the Jacobian's eigenvalues
//	stable               P: whether that is below 1
//	unstable_directions  P: directions in which disturbances grow
func (r *Table) WriteFixedPointStates(path string) error {
	states, units := array.Array{Float64: []float64{}}, 0
	texts := map[string][]string{"run": {}, "stage": {}, "kind": {}, keyInput: {}}
	counts := map[string][]int64{"realisation": {}, "point": {}, "unstable_directions": {}}
	numbers := map[string][]float64{"speed": {}, "spectral_radius": {}}
	stable := []bool{}
	each := func(visit func(m *Measurements, stage string, place int, p *FixedPoint)) {
		for _, m := range r.Networks {
			for _, at := range m.Dynamics {
				for i := range at.FixedPoints {
					visit(m, at.Stage, i, &at.FixedPoints[i])
				}
			}
		}
	}
	each(func(_ *Measurements, _ string, _ int, p *FixedPoint) { units = max(units, len(p.State)) })
	each(func(m *Measurements, stage string, place int, p *FixedPoint) {
		states.Float64 = append(states.Float64, p.State...)
		for range units - len(p.State) {
			states.Float64 = append(states.Float64, math.NaN())
		}
		for name, text := range map[string]string{"run": m.Run, "stage": stage, "kind": p.Kind(), keyInput: m.constantInput()} {
			texts[name] = append(texts[name], text)
		}
		for name, count := range map[string]int{"realisation": m.Config.Realisation, "point": place, "unstable_directions": p.Unstable} {
			counts[name] = append(counts[name], int64(count))
		}
		for name, number := range map[string]float64{"speed": p.Speed, "spectral_radius": p.Radius} {
			numbers[name] = append(numbers[name], number)
		}
		stable = append(stable, p.Radius < 1)
	})
	states.Shape = []int{len(stable), units}
	shape := states.Shape[:1]
	arrays := map[string]array.Array{"states": states, "stable": {Shape: shape, Bool: stable}}
	for name, values := range texts {
		arrays[name] = array.Array{Shape: shape, Text: values}
	}
	for name, values := range counts {
		arrays[name] = array.Array{Shape: shape, Int64: values}
	}
	for name, values := range numbers {
		arrays[name] = array.Array{Shape: shape, Float64: values}
	}
	if err := files.WriteFile(path, func(w io.Writer) error { return npy.EncodeArchive(w, arrays) }); err != nil {
		return fmt.Errorf("measure: states of fixed points: %w", err)
	}
	return nil
}

// Kind returns "fixed" or "slow".
func (p *FixedPoint) Kind() string {
	if p.Fixed {
		return "fixed"
	}
	return "slow"
}
