package analysis

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// linearMap is h -> A h, without products of its own.
type linearMap struct{ a *mat.Dense }

func (m linearMap) Units() int { n, _ := m.a.Dims(); return n }
func (m linearMap) Step(to, from []float64) {
	mat.NewVecDense(len(to), to).MulVec(m.a, mat.NewVecDense(len(from), from))
}
func (m linearMap) Jacobian(to *mat.Dense, _ []float64) { to.Copy(m.a) }

// TestDampedSteps: conjugate gradients and Cholesky's factorisation find the same step, and both solve the equations.
func TestDampedSteps(t *testing.T) {
	const n, damping = 120, 0.3
	random := rand.New(rand.NewPCG(8, 8))
	a := mat.NewDense(n, n, nil)
	a.Apply(func(int, int, float64) float64 { return 0.15 * random.NormFloat64() }, a)
	d, state, gradient := linearMap{a}, make([]float64, n), make([]float64, n)
	for i := range gradient {
		gradient[i] = random.NormFloat64()
	}
	products := newSpeedProducts(d)
	products.at(state)
	free, dense := make([]float64, n), make([]float64, n)
	if !products.solve(free, gradient, damping, 1e-8) {
		t.Fatal("conjugate gradients did not converge")
	}
	if !newDenseCurvature(d).solve(dense, gradient, state, damping) {
		t.Fatal("no factor")
	}
	if distance := floats.Distance(free, dense, 2); distance > 1e-7*floats.Norm(dense, 2) {
		t.Errorf("the steps differ by %g", distance)
	}
	image, normal := make([]float64, n), make([]float64, n)
	products.times(image, dense)
	products.transposed(normal, image)
	floats.AddScaled(normal, damping, dense)
	floats.Add(normal, gradient)
	if rest := floats.Norm(normal, 2); rest > 1e-10*floats.Norm(gradient, 2) {
		t.Errorf("the equations hold to %g", rest)
	}
	// Without damping of a badly conditioned Jacobian it gives up, for the factorisation to go on.
	for j := range n {
		a.Set(0, j, a.At(1, j)+1e-7*random.NormFloat64())
	}
	a.Set(0, 0, a.At(0, 0)+1)
	a.Set(0, 1, a.At(0, 1)-1)
	products.at(state)
	if products.solve(free, gradient, 0, 1e-12) {
		t.Error("conjugate gradients claim to have solved a problem of condition 1e14 in N/2 products")
	}
}
