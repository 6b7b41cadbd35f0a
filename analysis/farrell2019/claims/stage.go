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

// Stage holds what the claims need from a network besides the paper's own measures.
type Stage struct {
	// Between and Within are the root mean square distances of samples of different classes and of the
	// same class at t = 0 .. T.
	Between []float64 `json:"between"`
	Within  []float64 `json:"within"`
	// Exponents are the largest Lyapunov exponents of the network without input, in nats per step; empty if its states diverge.
	// leastExponent replaces all values below it.
	Exponents []float64 `json:"exponents"`
	// FixedPoints is the number of stable fixed points at which the states at t_eval end; after training.
	FixedPoints int `json:"fixed_points"`
	// Settled is the share of these states that end at a fixed point, Pure the share that end at the one
	// where most of their class does, unless another class's majority ends there too.
	Settled float64 `json:"settled"`
	Pure    float64 `json:"pure"`
	// Pictures are the states on their first two principal components, only for the first realisation.
	Pictures []measure.Projection `json:"pictures,omitempty"`
}

// Settings for following the dynamics without input.
const (
	exponentCount = 5
	leastExponent = -700.0 // near the logarithm of the smallest positive float64; JSON has no infinity
	followed      = 100    // samples whose final state is computed
)

func exponentConfig() analysis.LyapunovConfig {
	config := analysis.DefaultLyapunovConfig()
	config.Exponents, config.Steps = exponentCount, 1000
	return config
}

// measure fills in the measures of a stage.
func (s *Stage) measure(ctx context.Context, c train.Config, stage string, parameters *graph.Parameters, trajectory *data.Trajectory) error {
	distances, err := analysis.ClassDistancesThroughTime(ctx, trajectory)
	if err != nil {
		return err
	}
	for _, at := range distances.Values {
		s.Between, s.Within = append(s.Between, at.BetweenClasses.RMS), append(s.Within, at.WithinClasses.RMS)
	}
	dynamics, err := parameters.Autonomous()
	if err != nil {
		return err
	}
	evaluation := trajectory.H[c.Training.EvaluationStep]
	if s.Exponents, err = exponents(ctx, dynamics, evaluation.RawRowView(0), exponentConfig()); err != nil {
		return err
	}
	if stage != measure.After || c.Network.Activation == graph.Linear {
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

// exponents returns the largest Lyapunov exponents, none if the state diverges.
func exponents(ctx context.Context, d analysis.Dynamics, start []float64, config analysis.LyapunovConfig) ([]float64, error) {
	result, err := analysis.LyapunovSpectrum(ctx, d, start, config)
	var escaped *analysis.EscapedError
	if errors.As(err, &escaped) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i, exponent := range result.Exponents {
		result.Exponents[i] = math.Max(exponent, leastExponent)
	}
	return result.Exponents, nil
}

// settle follows states from the evaluation step on until they come to rest, if they do.
func (s *Stage) settle(ctx context.Context, d analysis.Dynamics, trajectory *data.Trajectory, evaluation int) error {
	states := trajectory.H[evaluation]
	samples, units := states.Dims()
	count := min(followed, samples)
	starts, labels := mat.NewDense(count, units, nil), make([]int, count)
	for i := range count {
		row := i * samples / count
		starts.SetRow(i, states.RawRowView(row))
		labels[i] = trajectory.Labels[row]
	}
	set, err := analysis.Attractors(ctx, d, starts, analysis.DefaultAttractorConfig())
	if err != nil {
		return err
	}
	ends := map[int]map[int]int{} // class -> fixed point -> samples
	for i, at := range set.Assignments {
		if at < 0 || set.Attractors[at].Period != 1 {
			continue
		}
		s.Settled += 1 / float64(count)
		if ends[labels[i]] == nil {
			ends[labels[i]] = map[int]int{}
		}
		ends[labels[i]][at]++
	}
	for _, attractor := range set.Attractors {
		if attractor.Period == 1 {
			s.FixedPoints++
		}
	}
	home, taken := map[int]int{}, map[int]int{} // where most of a class ends, and for how many classes that is so
	for class, points := range ends {
		best := -1
		for point, samples := range points {
			if best < 0 || samples > points[best] || samples == points[best] && point < best {
				best = point
			}
		}
		home[class] = best
		taken[best]++
	}
	for class, point := range home {
		if taken[point] == 1 {
			s.Pure += float64(ends[class][point]) / float64(count)
		}
	}
	return nil
}
