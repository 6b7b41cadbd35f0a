package analysis

import (
	"context"
	"errors"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// ErrEigenvalues says that the eigenvalues of a Jacobian did not converge.
var ErrEigenvalues = errors.New("analysis: the eigenvalues of a Jacobian did not converge; leave the point out")

// Stability tells what the linearised dynamics do near a fixed point or a cycle.
type Stability struct {
	Eigenvalues []complex128 // N, of the Jacobian around the whole cycle, largest modulus first
	Unstable    int          // eigenvalues of modulus above 1: directions in which disturbances grow
	Radius      float64      // largest modulus
}

// Stable reports whether every small disturbance dies out.
func (s *Stability) Stable() bool { return s.Radius < 1 }

// StabilityOf returns the eigenvalues of the product of the Jacobians at the states of a cycle, P x N, in their order; a
// fixed point has one row. It costs about 25 N^3 operations and P products.
//
// Errors: [*TooFewSamplesError], [*ShapeError], [*NotFiniteError] for states or a Jacobian, [ErrEigenvalues].
func StabilityOf(ctx context.Context, d Dynamics, states *mat.Dense) (*Stability, error) {
	if err := checkStarts("stability", d, states); err != nil {
		return nil, err
	}
	n := d.Units()
	product, jacobian := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	period, _ := states.Dims()
	for phase := range period {
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
	s := &Stability{Eigenvalues: eigen.Values(nil)}
	slices.SortStableFunc(s.Eigenvalues, func(a, b complex128) int {
		switch x, y := cmplx.Abs(a), cmplx.Abs(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	for _, value := range s.Eigenvalues {
		if cmplx.Abs(value) > 1 {
			s.Unstable++
		}
	}
	s.Radius = cmplx.Abs(s.Eigenvalues[0])
	return s, nil
}
