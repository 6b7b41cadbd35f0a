package meanfield

import (
	"math"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/combin"
)

// Linear holds second moments of the powers of R = (1 - eps) I + eps J over J, which are all of a network of linear units.
type Linear struct {
	// Growth is E tr(R'^t R^t) / N, t = 0 .. T: the factor by which the mean square of the states grows.
	Growth []float64
	// Spread is kappa_t in 1/ED_t = 1/ED_0 + kappa_t / N: the relative variance of the squared singular values of R^t.
	Spread []float64
}

// NewLinear returns the moments up to t = steps,
//
//	Growth_t = sum_k C(t,k)^2 (1 - eps)^{2(t-k)} (eps g)^{2k}
//	kappa_t  = ( E tr (R'^t R^t)^2 / N - Growth_t^2 ) / Growth_t^2
//
// to leading order in 1/N; the next terms of Growth are smaller by 1/N^2, those of kappa_t / N by 1/N. At t = 1, with a = 1 - eps and
// e = eps g, kappa is (2 a^2 e^2 + e^4) / (a^2 + e^2)^2; at eps = 1, R = J and kappa_t = t.
//
// Errors: a [*data.FieldError] for each argument out of its range.
//
// Source: the moments of products of free random matrices; Nica, Speicher 2006, Lectures on the Combinatorics of Free Probability.
func NewLinear(coupling, mixing float64, steps int) (*Linear, error) {
	var faults data.Faults
	checkNetwork(&faults, coupling, mixing)
	faults.Check(steps >= 0, "Steps", steps, "0 or more")
	if err := data.Within("meanfield.NewLinear", faults.Join()); err != nil {
		return nil, err
	}
	stay, size := 1-mixing, steps+1
	one := single{overlaps: mat.NewDense(size, size, nil), response: mat.NewDense(size, size, nil), norm: 1}
	for t := range size {
		one.entry = append(one.entry, math.Pow(stay, float64(t)))
		for s := range t + 1 {
			overlap := 0.0
			for k := range s + 1 {
				ways := float64(combin.Binomial(t, k)) * float64(combin.Binomial(s, k))
				overlap += ways * math.Pow(stay, float64(t+s-2*k)) * math.Pow(mixing*coupling, float64(2*k))
			}
			one.overlaps.Set(t, s, overlap)
			one.overlaps.Set(s, t, overlap)
			if s < t {
				one.response.Set(t, s, mixing*math.Pow(stay, float64(t-1-s)))
			}
		}
	}
	l := &Linear{}
	for t, variance := range (Config{Coupling: coupling, Steps: steps}).spread(one).variances() {
		growth := one.overlaps.At(t, t)
		l.Growth, l.Spread = append(l.Growth, growth), append(l.Spread, variance/(growth*growth))
	}
	return l, nil
}
