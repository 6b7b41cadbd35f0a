package graph

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Autonomous is the network without input, the map that takes one hidden state to the next:
//
//	F(h) = phi(a),  a = R h + b1
//
// It holds float64 copies of R and b1, so that further training does not change it. It is immutable: any number of goroutines may
// call its methods.
type Autonomous struct {
	activation Activation
	weights    blas64.General           // N x N, R
	transposed blas64.General           // N x N, R^T: products from the right are faster with R^T than with R
	bias       []float64                // N, b1
	tanh       func(to, from []float64) // used by StepAll
}

// Autonomous returns the map of the hidden state of a network without input.
//
// Errors: [UnknownError] for a cell other than vanilla.
//
// Source: Farrell et al. (2019), equation 1 with x_t = 0.
func (p *Parameters) Autonomous() (*Autonomous, error) {
	if p.Config.Cell != Vanilla {
		return nil, &UnknownError{"hand-written map of the cell", p.Config.Cell, []string{Vanilla}}
	}
	n := p.Units()
	a := &Autonomous{
		activation: p.Config.Activation,
		weights:    blas64.General{Rows: n, Cols: n, Stride: n, Data: p.Effective("R")},
		transposed: blas64.General{Rows: n, Cols: n, Stride: n, Data: make([]float64, n*n)},
		bias:       Values(p.Tensor("b1")),
		tanh:       tanhEach,
	}
	for i := range n {
		for j := range n {
			a.transposed.Data[j*n+i] = a.weights.Data[i*n+j]
		}
	}
	return a, nil
}

// WithTanh returns the same map with another hyperbolic tangent for StepAll, which sets to to tanh of from; the two slices may be
// the same. A vectorised one reduces the time to follow many states of 200 units by a third.
func (a *Autonomous) WithTanh(tanh func(to, from []float64)) *Autonomous {
	faster := *a
	faster.tanh = tanh
	return &faster
}

// tanhEach is the standard library's hyperbolic tangent.
func tanhEach(to, from []float64) {
	for i, v := range from {
		to[i] = math.Tanh(v)
	}
}

// Units returns N.
func (a *Autonomous) Units() int { return len(a.bias) }

// Step sets to to F(from), both of length N. They must not overlap. It panics if a length is not N.
func (a *Autonomous) Step(to, from []float64) {
	a.preactivations(to, from)
	a.activate(to)
}

// StepAll sets every row of to to F of the same row of from, both S x N. They must not overlap. It panics if shapes do not match.
func (a *Autonomous) StepAll(to, from *mat.Dense) {
	rows, _ := to.Dims()
	for i := range rows {
		copy(to.RawRowView(i), a.bias)
	}
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, from.RawMatrix(), a.transposed, 1, to.RawMatrix())
	for i := range rows {
		if row := to.RawRowView(i); a.activation == Tanh {
			a.tanh(row, row)
		} else {
			a.activate(row)
		}
	}
}

// Jacobian sets to, N x N, to the derivative of F at the state at, of length N:
//
//	dF_i/dh_j = phi'(a_i) R_ij
//
// The derivative of ReLU is 0 where a_i <= 0, as in Gorgonia and PyTorch. It panics if shapes do not match.
func (a *Autonomous) Jacobian(to *mat.Dense, at []float64) {
	slopes := a.slopes(at)
	for i, slope := range slopes {
		floats.ScaleTo(to.RawRowView(i), slope, a.weights.Data[i*a.weights.Stride:][:a.weights.Cols])
	}
}

// Weights returns R, N x N, which must not be changed.
func (a *Autonomous) Weights() *mat.Dense {
	return mat.NewDense(a.weights.Rows, a.weights.Cols, a.weights.Data)
}

// Derivatives sets first and second to phi'(a_i) and phi”(a_i) of every unit at the state at, all of length N. The second
// derivative of ReLU is 0. It panics if a length is not N.
func (a *Autonomous) Derivatives(first, second, at []float64) {
	copy(first, a.slopes(at))
	clear(second)
	switch a.activation {
	case Tanh:
		a.preactivations(second, at)
		for i, v := range second {
			second[i] = -2 * math.Tanh(v) * first[i]
		}
	case Softplus:
		for i, slope := range first {
			second[i] = slope * (1 - slope)
		}
	case Sigmoid:
		a.preactivations(second, at)
		for i, v := range second {
			second[i] = -math.Tanh(v/2) * first[i] // 1 - 2 phi = -tanh(a/2)
		}
	}
}

// Linearise returns products with the Jacobians J_k at states, one per row of at, K x N or, for one state that serves all rows, 1 x
// N: push sets every row of to to J_k times the same row of vectors, pull to J_k^T times it, all K x N. to and vectors must not
// overlap. A Jacobian is never formed:
//
//	push: to_ki = phi'(a_ki) sum_j R_ij vectors_kj     pull: to_kj = sum_i R_ij phi'(a_ki) vectors_ki
//
// at may be changed afterwards. push and pull are not safe for concurrent use. They panic if shapes do not match.
func (a *Autonomous) Linearise(at *mat.Dense) (push, pull func(to, vectors *mat.Dense)) {
	states, _ := at.Dims()
	slopes := make([][]float64, states)
	for k := range slopes {
		slopes[k] = a.slopes(at.RawRowView(k))
	}
	scale := func(to, from *mat.Dense) {
		rows, _ := to.Dims()
		if states != 1 && rows != states {
			panic(fmt.Sprintf("graph: %d vectors for the Jacobians at %d states", rows, states))
		}
		for k := range rows {
			floats.MulTo(to.RawRowView(k), from.RawRowView(k), slopes[min(k, states-1)])
		}
	}
	push = func(to, vectors *mat.Dense) {
		multiplyRows(to, vectors, a.transposed)
		if a.activation != Linear {
			scale(to, to)
		}
	}
	var scaled *mat.Dense
	pull = func(to, vectors *mat.Dense) {
		if a.activation == Linear {
			multiplyRows(to, vectors, a.weights)
			return
		}
		if rows, columns := vectors.Dims(); scaled == nil || scaled.RawMatrix().Rows != rows {
			scaled = mat.NewDense(rows, columns, nil)
		}
		scale(scaled, vectors)
		multiplyRows(to, scaled, a.weights)
	}
	return push, pull
}

// multiplyRows sets to to vectors times weights.
func multiplyRows(to, vectors *mat.Dense, weights blas64.General) {
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, vectors.RawMatrix(), weights, 0, to.RawMatrix())
}

// preactivations sets to to R at + b1.
func (a *Autonomous) preactivations(to, at []float64) {
	if len(to) != len(a.bias) || len(at) != len(a.bias) {
		panic(fmt.Sprintf("graph: states of %d and %d units for a network of %d", len(to), len(at), len(a.bias)))
	}
	copy(to, a.bias)
	blas64.Gemv(blas.NoTrans, 1, a.weights, blas64.Vector{N: len(at), Inc: 1, Data: at}, 1, blas64.Vector{N: len(to), Inc: 1, Data: to})
}

// activate replaces preactivations by states.
func (a *Autonomous) activate(values []float64) {
	switch a.activation {
	case Tanh:
		tanhEach(values, values)
	case ReLU:
		for i, v := range values {
			if v < 0 { // not max: NaN must stay NaN
				values[i] = 0
			}
		}
	case Softplus:
		for i, v := range values {
			values[i] = math.Max(v, 0) + math.Log1p(math.Exp(-math.Abs(v)))
		}
	case Sigmoid:
		for i, v := range values {
			values[i] = 1 / (1 + math.Exp(-v))
		}
	}
}

// slopes returns phi'(a_i) at a state.
func (a *Autonomous) slopes(at []float64) []float64 {
	slopes := make([]float64, len(a.bias))
	a.preactivations(slopes, at)
	for i, v := range slopes {
		switch a.activation {
		case Tanh:
			// 1 - tanh^2 = 4 z/(1+z)^2 with z = exp(-2|a|), which stays accurate where tanh rounds to 1.
			z := math.Exp(-2 * math.Abs(v))
			slopes[i] = 4 * z / ((1 + z) * (1 + z))
		case Linear:
			slopes[i] = 1
		case Softplus:
			slopes[i] = 1 / (1 + math.Exp(-v))
		case Sigmoid:
			// phi (1 - phi) = z/(1+z)^2 with z = exp(-|a|), which stays accurate where phi rounds to 1.
			z := math.Exp(-math.Abs(v))
			slopes[i] = z / ((1 + z) * (1 + z))
		case ReLU:
			if v > 0 {
				slopes[i] = 1
			} else if v <= 0 {
				slopes[i] = 0
			}
		}
	}
	return slopes
}
