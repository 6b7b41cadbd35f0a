package paper

import (
	"errors"
	"fmt"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/mat"
)

// shownStates is how many states, of all times, give the components on which fixed points are shown, and are drawn.
const shownStates = 2000

// StateSpace is states of a network on their principal components.
type StateSpace struct {
	Scores    *mat.Dense // S x k
	Classes   []int      // S, -1 for none
	Explained []float64  // k, shares of the variance in [0, 1]
}

// newStateSpace projects states of all times and samples on their principal components, and with them fixed points. It is nil
// where all states are the same. Of a task through time, whose classes are those of the end, only states of that time have one.
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
		at, err := components.Project(mat.NewDense(1, units, points[i].state))
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

// statePicture draws the fixed points of the first network of a group after training among its states; nil if there are none.
func (g *group) statePicture() *figure.StateSpace {
	m := g.networks[0]
	for _, d := range m.Dynamics {
		if d.Stage != After || d.Space == nil || len(d.FixedPoints) == 0 || len(d.Space.Explained) < 2 {
			continue
		}
		drawing := &figure.StateSpace{Title: g.name}
		for component := 1; component < len(d.Space.Explained); component++ {
			axis := func(k int) string {
				return fmt.Sprintf("PC %d (%.0f %% of the variance)", k+1, 100*d.Space.Explained[k])
			}
			panel := figure.StatePanel{XLabel: axis(0), YLabel: axis(component), Class: d.Space.Classes,
				X: mat.Col(nil, 0, d.Space.Scores), Y: mat.Col(nil, component, d.Space.Scores)}
			for _, p := range d.FixedPoints {
				panel.Points = append(panel.Points, figure.StatePoint{X: p.Scores[0], Y: p.Scores[component], Slow: !p.Fixed, Stable: p.Radius < 1, Unstable: p.Unstable})
			}
			drawing.Panels = append(drawing.Panels, panel)
		}
		return drawing
	}
	return nil
}

// describePoints says in words what a picture of states shows.
func (g *group) describePoints() string {
	m := g.networks[0]
	for _, d := range m.Dynamics {
		if d.Stage != After {
			continue
		}
		stable, unstable, slow := 0, 0, 0
		for _, p := range d.FixedPoints {
			switch {
			case !p.Fixed:
				slow++
			case p.Radius < 1:
				stable++
			default:
				unstable++
			}
		}
		return fmt.Sprintf("%s, realisation %d, after training: %d stable and %d unstable fixed points and %d slow points %s, found from states of the measuring samples, "+
			"which may miss some. Small dots are %d states of all times and samples; they gave the components. "+
			"Points outside of the frames are in fixed_points.csv.",
			figure.PlainText(g.name), m.Config.Realisation, stable, unstable, slow, m.under(), len(d.Space.Classes))
	}
	return ""
}

// under says under which input the dynamics of a network are.
func (m *Measurements) under() string {
	if m.Config.Measures.Input == "" {
		return "without input"
	}
	return "under the constant input " + strings.Join(m.Config.Measures.Input.Names(), ", ")
}

// under says it of all networks.
func (r *Result) under() string {
	text := r.Networks[0].under()
	for _, m := range r.Networks {
		if m.under() != text {
			return "under constant inputs (measures.input)"
		}
	}
	return text
}
