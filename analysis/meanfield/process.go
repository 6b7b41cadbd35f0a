package meanfield

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// process follows many independent copies of one unit that sees k inputs,
//
//	h_0 = tanh(x),   h_t = tanh((1 - eps) h_{t-1} + eps eta_t)
//
// with row t k + a of its field for the state of input a at t; that row drives the step from t to t + 1.
type process struct {
	field
	mixing float64
	inputs int       // k
	sum    []float64 // M, scratch
}

// newProcess starts copies at tanh(x) for each input's x, M values each.
func newProcess(coupling, mixing float64, noise [][]float64, x ...[]float64) *process {
	p := &process{field: field{coupling: coupling, noise: noise}, mixing: mixing, inputs: len(x), sum: make([]float64, len(x[0]))}
	for _, values := range x {
		p.add(tanh(values))
	}
	return p
}

// advance adds the states of all inputs at the next step.
func (p *process) advance() {
	next := make([][]float64, p.inputs)
	for i := range next {
		driving := p.draw(p.sum, p.mixing)
		floats.AddScaled(p.sum, 1-p.mixing, driving)
		next[i] = tanh(p.sum)
	}
	for _, state := range next { // not one by one: all fields of a step are driven by the step before
		p.add(state)
	}
}

func tanh(values []float64) []float64 {
	result := make([]float64, len(values))
	for i, value := range values {
		result[i] = math.Tanh(value)
	}
	return result
}
