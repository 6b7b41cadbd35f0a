package analysis

import (
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
)

// productGrowth computes the largest singular values of a growing product P of Jacobians by subspace iteration, which
// starts from the directions of the step before: these change less and less.
type productGrowth struct {
	dynamics      Dynamics
	frame         *frame
	wanted        int
	product, next *mat.Dense // N x N, P^T over exp(scale)
	scale         float64
	right, left   *mat.Dense // directions at the start and at the end of the product, one a row
	image         *mat.Dense // what the product makes of the directions at its end, one a row
	triangle      *mat.Dense // image in the coordinates of right
	logs, before  []float64
	ignored       []float64
}

func newProductGrowth(d Dynamics, wanted int) *productGrowth {
	n := d.Units()
	k := min(n, wanted+growthGuard)
	return &productGrowth{
		dynamics: d, frame: newFrame(k), wanted: wanted,
		product: mat.NewDense(n, n, nil), next: mat.NewDense(n, n, nil),
		right: mat.NewDense(k, n, nil), left: mat.NewDense(k, n, nil), image: mat.NewDense(k, n, nil),
		triangle: mat.NewDense(k, k, nil), ignored: make([]float64, k),
		logs: make([]float64, k), before: make([]float64, k),
	}
}

// reset sets the product to the identity.
func (p *productGrowth) reset() {
	k, n := p.right.Dims()
	p.product.Zero()
	for i := range n {
		p.product.Set(i, i, 1)
	}
	p.scale = 0
	p.right.Copy(scatteredFrame(k, n))
}

// advance multiplies the Jacobian at a state to the product from the left and returns the logs of the largest singular
// values, valid until the next call: NaN where rounding hides them, -Inf where the product is 0.
func (p *productGrowth) advance(at []float64) ([]float64, error) {
	// Row j of P^T is what became of a disturbance of unit j.
	pushAt(p.dynamics, p.next, p.product, at)
	p.product, p.next = p.next, p.product
	if err := checkFinite(p.product); err != nil {
		return nil, err
	}
	values := p.product.RawMatrix().Data
	size := math.Sqrt(floats.Dot(values, values))
	if size == 0 { // nothing is left, or squares vanish
		size = floats.Norm(values, math.Inf(1))
	}
	if size == 0 {
		for i := range p.logs {
			p.logs[i] = math.Inf(-1)
		}
		return p.logs[:p.wanted], nil
	}
	floats.Scale(1/size, values)
	p.scale += math.Log(size)
	for iteration := range growthIterations {
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

// iterate turns the directions once to the end of the product and back, and sets logs to the logs of the singular values
// of the product on the directions at its end, largest first.
func (p *productGrowth) iterate() error {
	p.left.Mul(p.right, p.product)
	p.frame.orthonormalise(p.left, p.ignored)
	p.right.Mul(p.left, p.product.T())
	p.image.Copy(p.right)
	p.frame.orthonormalise(p.right, p.ignored)
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

// resolved returns how many of the wanted singular values stand above rounding.
func (p *productGrowth) resolved() int {
	for i, value := range p.logs[:p.wanted] {
		if !(value >= p.logs[0]+math.Log(growthFloor)) {
			return i
		}
	}
	return p.wanted
}
