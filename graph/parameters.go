package graph

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// Parameters owns the trained tensors of a network. Every graph built from it binds the same memory.
type Parameters struct {
	R  *tensor.Dense // N x N, recurrent weights
	W  *tensor.Dense // C x N, readout weights
	B1 *tensor.Dense // N, recurrent bias
	B2 *tensor.Dense // C, readout bias
}

// ParameterNames lists the parameters in the one order that solvers, gradients and files use.
var ParameterNames = []string{"R", "W", "b1", "b2"}

// All returns the tensors in the order of [ParameterNames]. The tensors are not copied.
func (p *Parameters) All() []*tensor.Dense {
	return []*tensor.Dense{p.R, p.W, p.B1, p.B2}
}

// Units returns N.
func (p *Parameters) Units() int { return p.R.Shape()[0] }

// Classes returns C.
func (p *Parameters) Classes() int { return p.W.Shape()[0] }

// Precision returns the floating-point type of the tensors.
func (p *Parameters) Precision() Precision {
	if p.R.Dtype() == tensor.Float64 {
		return Float64
	}
	return Float32
}

// ErrNoCycle is returned when an exact spectral radius is asked of a random matrix whose eigenvalues
// are all zero: no factor gives it the radius.
var ErrNoCycle = errors.New("graph: the random matrix has no eigenvalue but zero, so no factor gives it the wanted radius; " +
	"use more units or exact_radius: false")

// NewParameters returns initial parameters,
//
//	R = (1-eps) I + eps J,  J_ij ~ N(0, g^2/N),  W_ij ~ N(0, s^2/N),  b1 = b2 = 0,
//
// with R N x N and W C x N. Weights are drawn in float64 and rounded once, so both precisions start
// from the same network. It draws N*N normals from recurrent and C*N from readout.
//
// Errors: those of [Config.Validate], fewer than two classes, [ErrNoCycle].
//
// Source: Farrell et al. (2019), section 2; eigenvalue scaling as in the authors' later code.
func NewParameters(c Config, classes int, recurrent, readout *rand.Rand) (*Parameters, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if classes < 2 {
		return nil, fmt.Errorf("graph: %d classes; a readout needs 2 or more", classes)
	}
	n := c.Units
	random := mat.NewDense(n, n, nil) // N x N
	entries := random.RawMatrix().Data
	for i := range entries {
		entries[i] = recurrent.NormFloat64() / math.Sqrt(float64(n))
	}
	gain := c.Coupling
	if c.ExactRadius {
		radius, err := spectralRadius(random)
		if err != nil {
			return nil, err
		}
		gain /= radius
	}
	for i := range entries {
		entries[i] *= c.Mixing * gain
	}
	for i := range n {
		entries[i*n+i] += 1 - c.Mixing
	}
	weights := make([]float64, classes*n) // C x N
	for i := range weights {
		weights[i] = readout.NormFloat64() * c.ReadoutScale / math.Sqrt(float64(n))
	}
	return &Parameters{
		R:  newTensor(c.Precision, entries, n, n),
		W:  newTensor(c.Precision, weights, classes, n),
		B1: newTensor(c.Precision, nil, n),
		B2: newTensor(c.Precision, nil, classes),
	}, nil
}

// spectralRadius returns the largest modulus among the eigenvalues of a square matrix.
func spectralRadius(m *mat.Dense) (float64, error) {
	var eigen mat.Eigen
	if !eigen.Factorize(m, mat.EigenNone) {
		return 0, errors.New("graph: the eigenvalues of the random matrix did not converge; use another seed or exact_radius: false")
	}
	radius := 0.0
	for _, value := range eigen.Values(nil) {
		radius = max(radius, cmplx.Abs(value))
	}
	if radius == 0 {
		return 0, ErrNoCycle
	}
	return radius, nil
}

// Clone returns parameters with memory of their own.
func (p *Parameters) Clone() *Parameters {
	return &Parameters{
		R: p.R.Clone().(*tensor.Dense), W: p.W.Clone().(*tensor.Dense),
		B1: p.B1.Clone().(*tensor.Dense), B2: p.B2.Clone().(*tensor.Dense),
	}
}

// ParametersFrom returns parameters made of float64 values in row-major order, keyed by
// [ParameterNames]: R with N*N entries, W with C*N, b1 with N, b2 with C. N and C follow from the
// lengths of b1 and b2.
//
// Errors: a missing name, or a length that does not fit.
func ParametersFrom(precision Precision, values map[string][]float64) (*Parameters, error) {
	n, c := len(values["b1"]), len(values["b2"])
	for name, want := range map[string]int{"R": n * n, "W": c * n} {
		if len(values[name]) != want || want == 0 {
			return nil, fmt.Errorf("graph: %s has %d entries where b1 (%d) and b2 (%d) ask for %d", name, len(values[name]), n, c, want)
		}
	}
	return &Parameters{
		R:  newTensor(precision, values["R"], n, n),
		W:  newTensor(precision, values["W"], c, n),
		B1: newTensor(precision, values["b1"], n),
		B2: newTensor(precision, values["b2"], c),
	}, nil
}

// newTensor returns a tensor of the precision; values are copied and rounded, nil means zeros.
func newTensor(precision Precision, values []float64, shape ...int) *tensor.Dense {
	t := tensor.New(tensor.WithShape(shape...), tensor.Of(precision.Dtype()))
	if values != nil {
		SetValues(t, values)
	}
	return t
}

// SetValues writes values in row-major order into a float tensor, rounding to its type.
// It panics if the lengths differ: that is a programmer's error.
func SetValues(t *tensor.Dense, values []float64) {
	if t.DataSize() != len(values) {
		panic(fmt.Sprintf("graph: %d values for a tensor of %d", len(values), t.DataSize()))
	}
	switch data := t.Data().(type) {
	case []float64:
		copy(data, values)
	case []float32:
		for i, v := range values {
			data[i] = float32(v)
		}
	}
}

// Values returns a float64 copy of a float tensor in row-major order.
func Values(t *tensor.Dense) []float64 {
	switch data := t.Data().(type) {
	case []float64:
		return append([]float64(nil), data...)
	case []float32:
		values := make([]float64, len(data))
		for i, v := range data {
			values[i] = float64(v)
		}
		return values
	case float64:
		return []float64{data}
	case float32:
		return []float64{float64(data)}
	}
	return nil
}
