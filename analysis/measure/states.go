package measure

import (
	"errors"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/mat"
)

// shownStates is how many states, of all times, are drawn and give the components on which fixed points are shown.
const shownStates = 2000

// StateSpace is states of a network on their principal components.
type StateSpace struct {
	Scores    *mat.Dense // S x k
	Classes   []int      // S, -1 for none
	Explained []float64  // k, shares of the variance in [0, 1]
}

// newStateSpace projects states of all times and samples on their principal components, and with them fixed points. It is nil
// where all states are the same. In a task through time, classes are those at the end, so only states at that time have one.
func newStateSpace(c train.Config, trajectory *data.Trajectory, points []FixedPoint) (*StateSpace, error) {
	samples, units := trajectory.H[0].Dims()
	ends, through := 0, hasTrials(c)
	if through {
		ends = min(samples, shownStates/4)
	}
	count, space := min(samples*trajectory.Steps(), shownStates-ends), &StateSpace{}
	states := mat.NewDense(count+ends, units, nil)
	for i := range count + ends {
		sample, t := placeOfState(i, count, trajectory)
		class := trajectory.Labels[sample]
		if i >= count {
			sample, t = (i-count)*samples/ends, min(c.EvaluationTime(), trajectory.Steps()-1)
			class = trajectory.Labels[sample]
		} else if through {
			class = -1
		}
		states.SetRow(i, trajectory.H[t].RawRowView(sample))
		space.Classes = append(space.Classes, class)
	}
	components, err := analysis.PrincipalComponents(states, min(exploredComponents, count+ends, units))
	if errors.Is(err, analysis.ErrZeroVariance) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	space.Explained = components.ExplainedRatio
	if space.Scores, err = components.Project(states); err != nil {
		return nil, err
	}
	for i := range points {
		at, err := components.Project(mat.NewDense(1, units, points[i].State))
		if err != nil {
			return nil, err
		}
		points[i].Scores = at.RawRowView(0)
	}
	return space, nil
}

// placeOfState returns sample and time of the i-th of count states that are spread evenly over all times of all samples.
func placeOfState(i, count int, trajectory *data.Trajectory) (sample, t int) {
	at := i * trajectory.Samples() * trajectory.Steps() / count
	return min(at/trajectory.Steps(), trajectory.Samples()-1), at % trajectory.Steps()
}

// statesThrough returns at most count states, spread evenly over all times of all samples.
func statesThrough(trajectory *data.Trajectory, count int) *mat.Dense {
	_, units := trajectory.H[0].Dims()
	count = min(count, trajectory.Samples()*trajectory.Steps())
	states := mat.NewDense(count, units, nil)
	for i := range count {
		sample, t := placeOfState(i, count, trajectory)
		states.SetRow(i, trajectory.H[t].RawRowView(sample))
	}
	return states
}
