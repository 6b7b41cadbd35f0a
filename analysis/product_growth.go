package analysis

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	// growthGuard is the number of directions followed beyond those wanted, so that the wanted ones separate from the rest.
	growthGuard = 6
	// growthAccuracy is the change of a log singular value, in nats, below which an iteration ends.
	growthAccuracy = 1e-5
	// growthIterations bounds the iterations of a step. Directions of equal growth never separate, but their singular
	// values do not depend on that.
	growthIterations = 100
	// growthFloor is the share of the largest singular value below which one is lost: the rounding of a product of some ten
	// Jacobians is about 1e-14 of it.
	growthFloor = 1e-12
	// growthFormed is the number of units up to which the product is formed. Some 4 iterations of 7 directions over 30 steps
	// cost 50000 N^2 operations without it, forming it 60 N^3.
	growthFormed = 1000
)

// productGrowth computes the largest singular values of a growing product P of Jacobians by subspace iteration, which
// starts from the directions of the step before: these change less and less.
type productGrowth struct {
	dynamics      Dynamics
	frame         *frame
	wanted        int
	product, next *mat.Dense // N x N, P^T over exp(scale); nil where it is not formed
	scale         float64
	pushes, pulls []func(to, vectors *mat.Dense) // of the Jacobians, where P is not formed
	turn          [2]*mat.Dense                  // directions between two Jacobians, likewise
	right, left   *mat.Dense                     // directions at the start and at the end of the product, one a row
	image         *mat.Dense                     // what the product makes of the directions at its end, one a row
	triangle      *mat.Dense                     // image in the coordinates of right
	logs, before  []float64
	ignored       []float64
}

func newProductGrowth(d Dynamics, wanted int) *productGrowth {
	_, free := d.(Lineariser)
	return growthOf(d, wanted, !free || d.Units() <= growthFormed)
}

// growthOf is newProductGrowth with or without forming the product.
func growthOf(d Dynamics, wanted int, formed bool) *productGrowth {
	n := d.Units()
	k := min(n, wanted+growthGuard)
	p := &productGrowth{
		dynamics: d, frame: newFrame(k), wanted: wanted,
		right: mat.NewDense(k, n, nil), left: mat.NewDense(k, n, nil), image: mat.NewDense(k, n, nil),
		triangle: mat.NewDense(k, k, nil), ignored: make([]float64, k),
		logs: make([]float64, k), before: make([]float64, k),
	}
	if formed {
		p.product, p.next = mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	} else {
		p.turn = [2]*mat.Dense{mat.NewDense(k, n, nil), mat.NewDense(k, n, nil)}
	}
	return p
}

// reset sets the product to the identity.
func (p *productGrowth) reset() {
	k, n := p.right.Dims()
	p.scale = 0
	if p.product != nil {
		p.product.Zero()
		for i := range n {
			p.product.Set(i, i, 1)
		}
	}
	p.pushes, p.pulls = p.pushes[:0], p.pulls[:0]
	p.right.Copy(scatteredFrame(k, n))
}

// advance multiplies the product by the Jacobian at a state from the left and returns the logs of the largest singular values, valid
// until the next call: NaN where rounding hides them, -Inf where the product is 0. It checks ctx at every iteration.
func (p *productGrowth) advance(ctx context.Context, at []float64) ([]float64, error) {
	nothing := func() ([]float64, error) {
		for i := range p.logs {
			p.logs[i] = math.Inf(-1)
		}
		return p.logs[:p.wanted], nil
	}
	if p.product == nil {
		push, pull := linearise(p.dynamics, mat.NewDense(1, len(at), at))
		p.pushes, p.pulls = append(p.pushes, push), append(p.pulls, pull)
		p.through(p.left, p.right)
		if err := checkFinite(p.left); err != nil {
			return nil, err
		}
		if floats.Norm(p.left.RawMatrix().Data, math.Inf(1)) == 0 {
			return nothing() // directions in general position all end at 0
		}
	} else {
		// Row j of P^T is the result of a disturbance of unit j.
		pushAt(p.dynamics, p.next, p.product, at)
		p.product, p.next = p.next, p.product
		if err := checkFinite(p.product); err != nil {
			return nil, err
		}
		values := p.product.RawMatrix().Data
		size := math.Sqrt(floats.Dot(values, values))
		if size == 0 { // nothing is left, or squares underflow
			size = floats.Norm(values, math.Inf(1))
		}
		if size == 0 {
			return nothing()
		}
		floats.Scale(1/size, values)
		p.scale += math.Log(size)
	}
	for iteration := range growthIterations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		copy(p.before, p.logs)
		if err := p.iterate(); err != nil {
			return nil, err
		}
		if iteration > 0 && floats.Distance(p.before[:p.resolved()], p.logs[:p.resolved()], math.Inf(1)) < growthAccuracy {
			break
		}
	}
	resolved := p.resolved()
	for i := range p.logs {
		p.logs[i] += p.scale
		if i >= resolved {
			p.logs[i] = math.NaN()
		}
	}
	return p.logs[:p.wanted], nil
}

// iterate carries the directions once to the end of the product and back, and sets logs to the logs of the singular values
// of the product on the directions at its end, largest first.
func (p *productGrowth) iterate() error {
	p.through(p.left, p.right)
	p.frame.orthonormalise(p.left, p.ignored, frameCollapse)
	p.back(p.right, p.left)
	p.image.Copy(p.right)
	p.frame.orthonormalise(p.right, p.ignored, frameCollapse)
	p.triangle.Mul(p.image, p.right.T())
	var svd mat.SVD
	if !svd.Factorize(p.triangle, mat.SVDNone) {
		return errors.New("analysis: the singular values of a product of Jacobians did not converge; leave the sample out")
	}
	svd.Values(p.logs)
	for i, value := range p.logs {
		p.logs[i] = math.Log(value)
	}
	return nil
}

// through sets every row of to to P times the same row of from.
func (p *productGrowth) through(to, from *mat.Dense) {
	if p.product != nil {
		to.Mul(from, p.product)
		return
	}
	for i, push := range p.pushes {
		next := to
		if i < len(p.pushes)-1 {
			next = p.turn[i%2]
		}
		push(next, from)
		from = next
	}
}

// back sets every row of to to P^T times the same row of from.
func (p *productGrowth) back(to, from *mat.Dense) {
	if p.product != nil {
		to.Mul(from, p.product.T())
		return
	}
	for i := len(p.pulls) - 1; i >= 0; i-- {
		next := to
		if i > 0 {
			next = p.turn[i%2]
		}
		p.pulls[i](next, from)
		from = next
	}
}

// resolved returns how many of the wanted singular values stand above rounding.
func (p *productGrowth) resolved() int {
	for i, value := range p.logs[:p.wanted] {
		if !(value >= p.logs[0]+math.Log(growthFloor)) {
			return i
		}
	}
	return p.wanted
}
