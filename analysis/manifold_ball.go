package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// BallCapacity returns the capacity alpha_B of balls of a radius and a dimension D at margin kappa,
//
//	1/alpha_B = int_0^inf dt chi_D(t) [ int_{kappa-t/R}^{kappa+Rt} Dt0 (R t + kappa - t0)^2 / (1 + R^2)
//	                                   + int_{-inf}^{kappa-t/R} Dt0 ((t0 - kappa)^2 + t^2) ]
//
// where chi_D is the density of the length of a Gaussian vector in D dimensions and Dt0 the Gaussian measure. With R_M
// and D_M of a manifold for R and D it approximates that manifold's own capacity if D_M is large.
//
// It is 2 for R = 0 or D = 0 at margin 0, and falls to 1/(D + 1/2) for large R; with D = 1 it is that of line segments
// of half length R. radius is in units of the norm of the centres, at least 0; dimension is at least 0 and need not be
// whole.
//
// Errors: an argument that is negative or not finite.
//
// Source: Chung, Lee, Sompolinsky 2018, section V, doi:10.1103/PhysRevX.8.031003; 2016, doi:10.1103/PhysRevE.93.060301
// (balls and segments); Gardner 1988, doi:10.1088/0305-4470/21/1/030 (points).
func BallCapacity(margin, radius, dimension float64) (float64, error) {
	for _, argument := range []struct {
		name  string
		value float64
	}{{"margin", margin}, {"radius", radius}, {"dimension", dimension}} {
		if !(argument.value >= 0) || math.IsInf(argument.value, 1) {
			return 0, fmt.Errorf("analysis: %s of a ball = %v; a finite number of at least 0", argument.name, argument.value)
		}
	}
	if radius == 0 || dimension == 0 {
		return 1 / squaresUpTo(margin, margin), nil
	}
	// By the law of t^D, uniform in the limit of small t, the density has no singularity even for D < 1.
	power := max(1, 1/dimension)
	logarithm, _ := math.Lgamma(dimension / 2)
	logarithm += (dimension/2 - 1) * math.Ln2
	integrand := func(u float64) float64 {
		t := math.Pow(u, power)
		if t == 0 {
			if dimension > 1 {
				return 0
			}
			// dt t^(D-1) = du / D at 0, or du where D is 1.
			return math.Exp(-logarithm) * power * ballCost(0, margin, radius)
		}
		density := math.Exp((dimension-1)*math.Log(t) - t*t/2 - logarithm)
		return density * power * t / u * ballCost(t, margin, radius)
	}
	lowest, highest := max(0, math.Sqrt(dimension)-9), math.Sqrt(dimension)+9
	// The inner integral bends where t reaches R or 1/R, which short panels resolve.
	from, inverse := math.Pow(lowest, 1/power), 0.0
	for t := lowest; t < highest; t += 0.5 {
		to := math.Pow(t+0.5, 1/power)
		inverse += quad.Fixed(integrand, from, to, 16, quad.Legendre{}, 1)
		from = to
	}
	return 1 / inverse, nil
}

// ballCost returns the mean over t0 of the cost for a Gaussian vector of length t within the ball's dimensions.
func ballCost(t, margin, radius float64) float64 {
	apex, free := margin-t/radius, margin+radius*t
	touching := (squaresUpTo(free, free) - squaresUpTo(apex, free)) / (1 + radius*radius)
	return touching + squaresUpTo(apex, margin) + t*t*gaussianUpTo(apex)
}

// squaresUpTo returns the integral of (c - x)^2 over the Gaussian measure up to x = end.
func squaresUpTo(end, c float64) float64 {
	return (c*c+1)*gaussianUpTo(end) + (2*c-end)*math.Exp(-end*end/2)/math.Sqrt(2*math.Pi)
}

// gaussianUpTo returns the Gaussian measure up to x.
func gaussianUpTo(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
