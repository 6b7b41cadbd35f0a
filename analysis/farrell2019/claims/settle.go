package claims

import (
	"context"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// followed is the number of samples whose final state is computed.
const followed = 100

// settle follows states from the evaluation step on until they come to rest, if they do.
func (s *Stage) settle(ctx context.Context, d analysis.Dynamics, trajectory *data.Trajectory, evaluation int) error {
	starts, rows := spreadRows(trajectory.H[evaluation], followed)
	count := len(rows)
	set, err := analysis.Attractors(ctx, d, starts, analysis.DefaultAttractorConfig())
	if err != nil {
		return err
	}
	ends := map[int]map[int]int{} // class -> fixed point -> samples
	for i, at := range set.Assignments {
		if at < 0 || set.Attractors[at].Period != 1 {
			continue
		}
		class := trajectory.Labels[rows[i]]
		s.Settled += 1 / float64(count)
		if ends[class] == nil {
			ends[class] = map[int]int{}
		}
		ends[class][at]++
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
