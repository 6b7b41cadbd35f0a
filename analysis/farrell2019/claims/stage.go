package claims

import (
	"context"
	"errors"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/mat"
)

// Stage holds what the claims need from a network besides the paper's own measures. Of one of many settings, whose splits are 0,
// it holds the exponents only; of a network of a study, which names in measures.further what is measured of it, nothing.
type Stage struct {
	// Exponents are the largest Lyapunov exponents of the network without input, in nats per step, each the median over ten samples
	// from whose states at t_eval the network goes on; empty if the states diverge. leastExponent replaces all values below it.
	Exponents []float64 `json:"exponents"`

	// Between and Within are the root mean square distances of samples of different classes and of the
	// same class at t = 0 .. T.
	Between []float64 `json:"between,omitempty"`
	Within  []float64 `json:"within,omitempty"`
	// Change is the root mean square of |h_t - h_{t-1}| over that of |h_{t-1}|, at t = 1 .. T.
	Change []float64 `json:"change,omitempty"`
	// Groups is the adjusted Rand index of the classes and the two groups that are found without labels, at t = 0 .. T.
	Groups []float64 `json:"groups,omitempty"`
	// Discriminability is d' of the two classes along the best axis, at t = 0 .. T; mostDiscriminability replaces values above it.
	Discriminability []float64 `json:"discriminability,omitempty"`
	// Captured is the share of the variance in the first k principal components, k the effective dimensionality rounded up, at
	// the times capturedTimes.
	Captured []float64 `json:"captured,omitempty"`
	// Components is the least number of principal components at t_eval on which a logistic regression separates the classes of
	// all samples, to separable; after training only, mostComponents+1 if that many are not enough.
	Components int `json:"components,omitempty"`

	// FixedPoints is the number of stable fixed points at which the states at t_eval end; after training.
	FixedPoints int `json:"fixed_points,omitempty"`
	// Settled is the share of these states that end at a fixed point, Pure the share that end at the one
	// where most of their class does, unless another class's majority ends there too.
	Settled float64 `json:"settled,omitempty"`
	Pure    float64 `json:"pure,omitempty"`
	// Pictures are the states on their first two principal components, only for the first realisation.
	Pictures []measure.Projection `json:"pictures,omitempty"`
}

// Settings for following the dynamics without input.
const (
	exponentCount  = 5
	exponentStarts = 10
	leastExponent  = -700.0 // near the logarithm of the smallest positive float64; JSON has no infinity
)

func exponentConfig() analysis.LyapunovConfig {
	config := analysis.DefaultLyapunovConfig()
	config.Exponents, config.Steps = exponentCount, 1000
	return config
}

// measure fills in the measures of a stage.
func (s *Stage) measure(ctx context.Context, c train.Config, stage string, parameters *graph.Parameters, trajectory *data.Trajectory) error {
	if c.Measures.Further != "" {
		return nil
	}
	if _, layered, _ := c.Network.Layers(); layered {
		return nil // without a map of one step there are no dynamics
	}
	dynamics, err := parameters.Autonomous()
	if err != nil {
		return err
	}
	s.Exponents, err = exponents(ctx, dynamics, trajectory.H[c.Training.EvaluationStep], exponentConfig())
	if err != nil || c.Measures.Splits == 0 {
		return err
	}
	if err := s.shape(ctx, trajectory); err != nil {
		return err
	}
	if stage != measure.After {
		return nil
	}
	if s.Components, err = separatingComponents(ctx, trajectory.H[c.Training.EvaluationStep], trajectory.Labels); err != nil {
		return err
	}
	if c.Network.Activation == graph.Linear {
		return nil // a linear network has one fixed point, or none that is stable
	}
	if err := s.settle(ctx, dynamics, trajectory, c.Training.EvaluationStep); err != nil {
		return err
	}
	if c.Realisation == 0 {
		last := c.Measures.Steps
		s.Pictures, err = measure.ProjectionsAt(ctx, trajectory, []int{0, c.Training.EvaluationStep, (c.Training.EvaluationStep + last) / 2, last})
	}
	return err
}

// exponents returns the largest Lyapunov exponents from ten of the states, nil if all diverge.
func exponents(ctx context.Context, d analysis.Dynamics, states *mat.Dense, config analysis.LyapunovConfig) ([]float64, error) {
	starts, _ := spreadRows(states, exponentStarts)
	spectra, err := analysis.SpectraOfStarts(ctx, d, starts, config)
	var escaped *analysis.EscapedError
	if errors.As(err, &escaped) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i, exponent := range spectra.Exponents {
		spectra.Exponents[i] = math.Max(exponent, leastExponent)
	}
	return spectra.Exponents, nil
}

// spreadRows returns some rows of states, evenly spread, and which they are; all if there are not more.
func spreadRows(states *mat.Dense, most int) (chosen *mat.Dense, rows []int) {
	samples, units := states.Dims()
	count := min(most, samples)
	chosen, rows = mat.NewDense(count, units, nil), make([]int, count)
	for i := range count {
		rows[i] = i * samples / count
		chosen.SetRow(i, states.RawRowView(rows[i]))
	}
	return chosen, rows
}
