package analysis

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// LyapunovConfig says how long to follow a trajectory and how many exponents to compute.
type LyapunovConfig struct {
	// Exponents is the number K of exponents, the largest first, from 1 to N.
	Exponents int
	// Transient is the number of steps taken before anything is measured, for the state to reach its attractor. At least 0.
	Transient int
	// Alignment is the number of steps after the transient in which directions already turn towards the growing ones but are not
	// counted. At least 0.
	Alignment int
	// Steps is the number of steps that are averaged, at least Blocks.
	Steps int
	// Every is the number of steps between orthonormalisations, at least 1. A stretch in which directions become equal to six
	// digits is repeated one step at a time, so that a large number costs time and changes exponents by less than
	// 1e-10: 5 saves some 20 % with 20 exponents of 200 units, but costs 45 % with all 200, of which the last shrink fastest.
	Every int
	// Blocks is the number of stretches, as equal in length as possible, whose means give standard errors and whose ends are the
	// points of the running estimate. At least 2.
	Blocks int
}

// DefaultLyapunovConfig returns the 20 largest exponents of at least 20 units over 2000 steps in 20 blocks, after 500 +
// 100 steps, orthonormalised at every step.
func DefaultLyapunovConfig() LyapunovConfig {
	return LyapunovConfig{Exponents: 20, Transient: 500, Alignment: 100, Steps: 2000, Every: 1, Blocks: 20}
}

// Validate joins a [*data.FieldError] for every field that is out of its range for dynamics of the given number of units.
func (c LyapunovConfig) Validate(units int) error {
	var faults data.Faults
	faults.Check(c.Exponents >= 1 && c.Exponents <= units, "Exponents", c.Exponents, fmt.Sprintf("1 to %d, the number of units", units))
	faults.Check(c.Transient >= 0, "Transient", c.Transient, "0 or more")
	faults.Check(c.Alignment >= 0, "Alignment", c.Alignment, "0 or more")
	faults.Check(c.Blocks >= 2, "Blocks", c.Blocks, "2 or more")
	faults.Check(c.Steps >= max(c.Blocks, 2), "Steps", c.Steps, "2 or more, and not below Blocks")
	faults.Check(c.Every >= 1, "Every", c.Every, "1 or more")
	return data.Within("analysis.LyapunovConfig", faults.Join())
}

// LyapunovResult holds the first K Lyapunov exponents, in nats a step.
type LyapunovResult struct {
	Exponents []float64 // K, largest first; -Inf for directions that the dynamics take to 0
	// Errors are standard errors of the exponents from the spread of the block means, K; NaN where the exponent is -Inf.
	// Blocks that are much longer than the memory of the dynamics are independent; shorter ones make the errors too small.
	Errors    []float64
	Times     []int      // Blocks, averaged steps up to the end of each block
	Running   *mat.Dense // Blocks x K, the estimate from the steps up to each time: flat once converged
	Dimension float64    // Kaplan-Yorke dimension, in [0, K]; see [KaplanYorke]
	Entropy   float64    // sum of the exponents above 0, in nats a step: an upper bound of the Kolmogorov-Sinai entropy
	State     []float64  // N, the state at the end
	Warnings  []error    // doubts: [*CollapsedWarning], [*FewExponentsWarning]
}

// LyapunovSpectrum returns the first K Lyapunov exponents of d along the trajectory from start,
//
//	lambda_i = lim_{T to inf} 1/T sum_t log R_ii(t),   J(h_t) Q_t = Q_{t+1} R(t)
//
// with orthonormal Q_t, N x K: the mean rates at which the volumes spanned by small disturbances grow. Above 0 the
// dynamics are chaotic; a stable fixed point has the log moduli of its Jacobian's eigenvalues.
//
// start is of length N. Fewer exponents cost proportionally less. It calls d from one goroutine; a d
// that is a [Lineariser] makes it several times faster.
//
// Errors: those of Validate, [*ShapeError], [*NotFiniteError] for start or a Jacobian, [*EscapedError].
//
// Source: Benettin et al. 1980, doi:10.1007/BF02128237; Eckmann and Ruelle 1985, doi:10.1103/RevModPhys.57.617.
func LyapunovSpectrum(ctx context.Context, d Dynamics, start []float64, config LyapunovConfig) (*LyapunovResult, error) {
	if err := config.Validate(d.Units()); err != nil {
		return nil, err
	}
	if err := checkStart(d, start); err != nil {
		return nil, err
	}
	k := config.Exponents
	w := newTangentWalk(ctx, d, start, k)
	for range config.Transient {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := w.orbit.advance(); err != nil {
			return nil, err
		}
	}
	if err := w.walk(config.Alignment, config.Every); err != nil {
		return nil, err
	}
	means := make([][]float64, k) // K x Blocks
	for i := range means {
		means[i] = make([]float64, config.Blocks)
	}
	result := &LyapunovResult{Times: make([]int, config.Blocks), Running: mat.NewDense(config.Blocks, k, nil)}
	sums := make([]float64, k)
	w.lost = 0 // directions lost before are replaced and do not count
	for block := range config.Blocks {
		from, to := block*config.Steps/config.Blocks, (block+1)*config.Steps/config.Blocks
		clear(w.logs)
		if err := w.walk(to-from, config.Every); err != nil {
			return nil, err
		}
		result.Times[block] = to
		for i, growth := range w.logs {
			sums[i] += growth
			means[i][block] = growth / float64(to-from)
			result.Running.Set(block, i, sums[i]/float64(to))
		}
	}
	result.State = append([]float64(nil), w.orbit.state...)
	result.rank(sums, means, config.Steps)
	if w.lost > 0 {
		result.Warnings = append(result.Warnings, &CollapsedWarning{Exponents: countInfinite(result.Exponents), Step: w.lost})
	}
	var bounded bool
	result.Dimension, bounded = KaplanYorke(result.Exponents)
	for _, exponent := range result.Exponents {
		result.Entropy += max(exponent, 0)
	}
	if !bounded && k < d.Units() {
		result.Warnings = append(result.Warnings, &FewExponentsWarning{Exponents: k, Units: d.Units()})
	}
	return result, nil
}

// rank stores exponents, errors and running estimates with the largest exponent first: the procedure sorts them only in
// the limit.
func (r *LyapunovResult) rank(sums []float64, means [][]float64, steps int) {
	order := make([]int, len(sums))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case sums[i] > sums[j]:
			return -1
		case sums[i] < sums[j]:
			return 1
		}
		return 0
	})
	running := mat.DenseCopyOf(r.Running)
	blocks, _ := running.Dims()
	for to, from := range order {
		r.Exponents = append(r.Exponents, sums[from]/float64(steps))
		deviation := math.NaN()
		if !math.IsInf(sums[from], -1) {
			// Blocks differ in length by a step at most: equal weights.
			deviation = stat.StdDev(means[from], nil)
		}
		r.Errors = append(r.Errors, deviation/math.Sqrt(float64(blocks)))
		for block := range blocks {
			r.Running.Set(block, to, running.At(block, from))
		}
	}
}

// KaplanYorke returns the Kaplan-Yorke dimension of an attractor with the given exponents, largest first,
//
//	D = j + (lambda_1 + ... + lambda_j) / |lambda_{j+1}|
//
// with the largest j for which the sum is not below 0. It is 0 if all exponents are below 0. bounded is false if the sum of all
// exponents given is still not below 0: D is then their number, a lower bound.
//
// Source: Kaplan and Yorke 1979, doi:10.1007/BFb0064319.
func KaplanYorke(exponents []float64) (dimension float64, bounded bool) {
	sum := 0.0
	for j, exponent := range exponents {
		if sum+exponent < 0 {
			return float64(j) + sum/math.Abs(exponent), true
		}
		sum += exponent
	}
	return float64(len(exponents)), false
}

func countInfinite(values []float64) (count int) {
	for _, v := range values {
		if math.IsInf(v, -1) {
			count++
		}
	}
	return count
}
