package analysis

import (
	"context"
	"errors"
	"math/cmplx"

	"gonum.org/v1/gonum/mat"
)

// ErrEigenvalues says that the eigenvalues of a Jacobian did not converge.
var ErrEigenvalues = errors.New("analysis: the eigenvalues of a Jacobian did not converge; leave the point out")

// Stability describes the linearised dynamics near a fixed point or a cycle.
type Stability struct {
	// Eigenvalues are those of the Jacobian around the whole cycle, largest modulus first: all of modulus above 1 and at
	// least the next four below; up to 100 units, all of them.
	Eigenvalues []complex128
	Unstable    int     // eigenvalues of modulus above 1: directions in which disturbances grow
	Radius      float64 // largest modulus
}

// Stable reports whether every small disturbance dies out.
func (s *Stability) Stable() bool { return s.Radius < 1 }

// StabilityOf returns the leading eigenvalues of the product of the Jacobians at the states of a cycle, P x N, in their
// order; a fixed point has one row. Above 100 units it uses Arnoldi's iteration, which multiplies vectors with the Jacobians
// and costs some hundred such products where few directions are unstable; where more than one in 20 is, it solves the dense
// problem, with about 25 N^3 operations and P products of matrices.
//
// Errors: [*TooFewSamplesError], [*ShapeError], [*NotFiniteError] for states or a Jacobian, [ErrEigenvalues], ctx's.
func StabilityOf(ctx context.Context, d Dynamics, states *mat.Dense) (*Stability, error) {
	if err := checkStarts("stability", d, states); err != nil {
		return nil, err
	}
	n := d.Units()
	if n > eigenvaluesDense {
		values, ok, err := outerEigenvalues(ctx, n, aroundCycle(d, states))
		if err != nil {
			return nil, err
		}
		if ok {
			return newStability(values), nil
		}
	}
	product, jacobian := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	period, _ := states.Dims()
	for phase := range period {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d.Jacobian(jacobian, states.RawRowView(phase))
		if phase == 0 {
			product.Copy(jacobian)
			continue
		}
		var next mat.Dense
		next.Mul(jacobian, product)
		product = &next
	}
	if err := checkFinite(product); err != nil {
		return nil, err
	}
	var eigen mat.Eigen
	if !eigen.Factorize(product, mat.EigenNone) {
		return nil, ErrEigenvalues
	}
	values := eigen.Values(nil)
	byModulus(values)
	return newStability(values), nil
}

// newStability summarises eigenvalues, largest modulus first.
func newStability(values []complex128) *Stability {
	unstable := countIf(values, func(v complex128) bool { return cmplx.Abs(v) > 1 })
	return &Stability{Eigenvalues: values, Unstable: unstable, Radius: cmplx.Abs(values[0])}
}

// aroundCycle returns the product of vectors with the Jacobians at the states of a cycle, P x N, in their order.
func aroundCycle(d Dynamics, states *mat.Dense) func(to, from []float64) {
	period, n := states.Dims()
	var pushes []func(to, vectors *mat.Dense)
	for phase := range period {
		push, _ := linearise(d, mat.NewDense(1, n, states.RawRowView(phase)))
		pushes = append(pushes, push)
	}
	vector, next := mat.NewDense(1, n, nil), mat.NewDense(1, n, nil)
	return func(to, from []float64) {
		vector.SetRow(0, from)
		for _, push := range pushes {
			push(next, vector)
			vector, next = next, vector
		}
		copy(to, vector.RawRowView(0))
	}
}
