package analysis

import (
	"context"
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// LocalLyapunovConfig says which local exponents to compute.
type LocalLyapunovConfig struct {
	// Exponents is the number K of exponents, the largest first, from 1 to N.
	Exponents int
	// From is the step s at which disturbances are introduced, from 0 to T-2.
	From int
	// Samples is the largest number of samples to average over, at least 2, spread evenly over those there are.
	Samples int
}

// DefaultLocalLyapunovConfig returns the 10 largest exponents of disturbances of the first state, over 60 samples.
func DefaultLocalLyapunovConfig() LocalLyapunovConfig {
	return LocalLyapunovConfig{Exponents: 10, From: 0, Samples: 60}
}

// Validate joins a [*data.FieldError] for every field that is out of its range, for states of units and a trajectory of steps.
func (c LocalLyapunovConfig) Validate(units, steps int) error {
	var faults data.Faults
	faults.Check(c.Exponents >= 1 && c.Exponents <= units, "Exponents", c.Exponents, fmt.Sprintf("1 to %d, the number of units", units))
	faults.Check(c.From >= 0 && c.From <= steps-2, "From", c.From, fmt.Sprintf("0 to %d, so that a step follows", steps-2))
	faults.Check(c.Samples >= 2, "Samples", c.Samples, "2 or more")
	return data.Within("analysis.LocalLyapunovConfig", faults.Join())
}

// LocalLyapunovCurve holds local Lyapunov exponents through time, in nats a step.
type LocalLyapunovCurve struct {
	Steps   []int      // t = s+1 .. T-1
	Mean    *mat.Dense // len(Steps) x K, mean over samples, largest first; NaN where rounding hides any sample's
	Errors  *mat.Dense // len(Steps) x K, standard errors of these; NaN where the mean is not finite
	Samples []int      // the samples used
	// Warnings are doubts: an [*UnresolvedWarning] where exponents are NaN.
	Warnings []error
}

// UnresolvedWarning travels with local exponents of which some are NaN: they belong to directions that shrank to less than
// 1e-12 of the fastest one, or to 0, as with units silenced by ReLU.
type UnresolvedWarning struct {
	Exponents int // how many are NaN at some step
	Step      int // the first step with one
}

// Error returns the numbers and the fix on one line.
func (w *UnresolvedWarning) Error() string {
	return fmt.Sprintf("analysis: the last %d local exponents are NaN at some steps, the first at t = %d, since they lie below rounding; "+
		"compute fewer exponents or take fewer steps from a later start", w.Exponents, w.Step)
}

// LocalLyapunov returns how small disturbances of the states at step s have grown by step t, for every t > s,
//
//	lambda_i(t) = 1/(t-s) log sigma_i(J(h_{t-1}) ... J(h_s))
//
// with sigma_i the i-th largest singular value of the product of the Jacobians of d at the trajectory's own states. The
// largest is the rate of the fastest growing disturbance over that stretch; above 0 for early t and below 0 later means
// that trajectories first part and then come together. For t to infinity they are the exponents of [LyapunovSpectrum].
//
// A singular value below 1e-12 of the largest is lost in rounding: its exponent is NaN, whether small or truly -Inf. If the
// whole product is 0, all are -Inf. The others are found to about 1e-4 nats by subspace iteration. The trajectory must be one
// of d without input after step s: that is not checked.
//
// Errors: those of Validate and of the trajectory's own Validate, [*ShapeError], [*TooFewSamplesError] below 2 samples,
// [*NotFiniteError] inside an [*AtStep].
//
// Source: Abarbanel, Brown, Kennel 1991, doi:10.1007/BF01209065; Goldhirsch, Sulem, Orszag 1987,
// doi:10.1016/0167-2789(87)90034-0, for singular values of products.
func LocalLyapunov(ctx context.Context, d Dynamics, trajectory *data.Trajectory, config LocalLyapunovConfig) (*LocalLyapunovCurve, error) {
	if err := trajectory.Validate(); err != nil {
		return nil, err
	}
	samples, units := trajectory.H[0].Dims()
	if units != d.Units() {
		return nil, &ShapeError{What: "units of the trajectory", Got: units, Want: d.Units()}
	}
	if samples < 2 {
		return nil, &TooFewSamplesError{Measure: "local exponents", Samples: samples, Least: 2}
	}
	if err := config.Validate(units, len(trajectory.H)); err != nil {
		return nil, err
	}
	count, k, steps := min(config.Samples, samples), config.Exponents, len(trajectory.H)-1-config.From
	curve := &LocalLyapunovCurve{Mean: mat.NewDense(steps, k, nil), Errors: mat.NewDense(steps, k, nil)}
	for i := range steps {
		curve.Steps = append(curve.Steps, config.From+1+i)
	}
	rates := make([][]float64, steps*k) // steps x K, over samples
	growth := newProductGrowth(d, k)
	for i := range count {
		sample := i * samples / count
		curve.Samples = append(curve.Samples, sample)
		growth.reset()
		for step := range steps {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			at := trajectory.H[config.From+step].RawRowView(sample)
			if unit := firstNotFinite(at); unit >= 0 {
				return nil, &AtStep{Step: config.From + step, Err: &NotFiniteError{Row: sample, Column: unit, Value: at[unit]}}
			}
			logs, err := growth.advance(ctx, at)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				return nil, &AtStep{Step: config.From + step, Err: err}
			}
			for j, value := range logs {
				rates[step*k+j] = append(rates[step*k+j], value/float64(step+1))
			}
		}
	}
	lost := &UnresolvedWarning{}
	for cell, values := range rates {
		mean, deviation := stat.MeanStdDev(values, nil)
		if math.IsInf(mean, -1) {
			deviation = math.NaN()
		}
		if math.IsNaN(mean) {
			lost.Exponents = max(lost.Exponents, k-cell%k)
			if lost.Step == 0 {
				lost.Step = curve.Steps[cell/k]
			}
		}
		curve.Mean.Set(cell/k, cell%k, mean)
		curve.Errors.Set(cell/k, cell%k, deviation/math.Sqrt(float64(count)))
	}
	if lost.Exponents > 0 {
		curve.Warnings = append(curve.Warnings, lost)
	}
	return curve, nil
}
