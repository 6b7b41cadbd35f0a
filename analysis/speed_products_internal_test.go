package analysis

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// linearMap is h -> A h, without its own products.
type linearMap struct{ a *mat.Dense }

func (m linearMap) Units() int { n, _ := m.a.Dims(); return n }
func (m linearMap) Step(to, from []float64) {
	mat.NewVecDense(len(to), to).MulVec(m.a, mat.NewVecDense(len(from), from))
}
func (m linearMap) Jacobian(to *mat.Dense, _ []float64) { to.Copy(m.a) }

// TestDampedSteps: conjugate gradients and Cholesky's factorisation in either precision find the same steps, which solve
// the equations, for several states side by side.
func TestDampedSteps(t *testing.T) {
	eachImplementation(t, func(t *testing.T) {
		const n, count = 120, 5
		random := rand.New(rand.NewPCG(8, 8))
		a := mat.NewDense(n, n, nil)
		a.Apply(func(int, int, float64) float64 { return 0.15 * random.NormFloat64() }, a)
		d := linearMap{a}
		descents := func(accuracy float64) (all []*descent) {
			random := rand.New(rand.NewPCG(8, 9))
			for i := range count {
				one := newDescent(make([]float64, n), make([]float64, n), FixedPointConfig{})
				one.damping, one.speed, one.gradient = 0.3*float64(i+1), accuracy*accuracy/2, make([]float64, n)
				for j := range n {
					one.gradient[j] = random.NormFloat64()
				}
				all = append(all, one)
			}
			return all
		}
		products := speedProducts{ctx: t.Context(), dynamics: d}
		missing := func(one *descent) float64 {
			products.at(mat.NewDense(1, n, one.state))
			image, normal := mat.NewDense(1, n, nil), mat.NewDense(1, n, nil)
			products.times(image, mat.NewDense(1, n, one.step))
			products.transposed(normal, image)
			rest := normal.RawRowView(0)
			floats.AddScaled(rest, one.damping, one.step)
			floats.Add(rest, one.gradient)
			return floats.Norm(rest, 2) / floats.Norm(one.gradient, 2)
		}
		free, dense := descents(1e-8), descents(1e-8)
		products.at(mat.NewDense(count, n, nil))
		products.solve(free)
		steps := newDenseSteps(d)
		for i := range count {
			steps.solve(dense[i])
			if free, dense := missing(free[i]), missing(dense[i]); free > 1e-8 || dense > 1e-8 {
				t.Errorf("step %d: the equations hold to %g and %g", i, free, dense)
			}
			if !dense[i].solved || dense[i].fine {
				t.Errorf("step %d: not by a factor in float32", i)
			}
			if distance := floats.Distance(free[i].step, dense[i].step, 2); distance > 1e-7*floats.Norm(dense[i].step, 2) {
				t.Errorf("step %d: those of conjugate gradients and a factorisation differ by %g", i, distance)
			}
		}
		// With a badly conditioned Jacobian, a factor in float32 is useless.
		a.SetRow(0, a.RawRowView(1))
		a.Set(0, 0, a.At(1, 0)+1+1e-4)
		a.Set(0, 1, a.At(1, 1)-1)
		hard := descents(1e-8)[0]
		hard.damping = 1e-10
		if steps.solve(hard); !hard.solved || !hard.fine || missing(hard) > 1e-6 {
			t.Errorf("condition 1e10: in float64 %v, the equations hold to %g", hard.fine, missing(hard))
		}
	})
}
