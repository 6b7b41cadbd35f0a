package report

import (
	"fmt"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"gonum.org/v1/gonum/mat"
)

// statePicture draws the fixed points of the first network of a group after training among its states; nil if there are none.
func statePicture(g *measure.Group) *figure.StateSpace {
	m := g.Networks[0]
	for _, d := range m.Dynamics {
		if d.Stage != measure.After || d.Space == nil || len(d.FixedPoints) == 0 || len(d.Space.Explained) < 2 {
			continue
		}
		drawing := &figure.StateSpace{Title: titleUnder(g), ClassNames: classNames(m)}
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

// classNames returns the names of a network's classes: what a task calls its choices, or the user's file its classes; nil where
// they are numbers.
func classNames(m *measure.Measurements) []string {
	switch trial := m.Trial(); {
	case trial != nil && trial.Classes:
		return trial.OutputNames
	case m.Exploration != nil:
		return m.Exploration.ClassNames
	}
	return nil
}

// describeFixedPoints says in words what a picture of states shows.
func describeFixedPoints(g *measure.Group) string {
	m := g.Networks[0]
	for _, d := range m.Dynamics {
		if d.Stage != measure.After {
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
			"from where these come to rest, from some of them with noise and from half way between stable points, which may miss unstable ones. Small dots are %d states of all times and samples; they gave the components. "+
			"All points, also those outside of the frames, are in fixed_points.csv, and their whole states in fixed_points.npz, row by row.",
			figure.PlainText(g.Name), m.Config.Realisation, stable, unstable, slow, under(m), len(d.Space.Classes))
	}
	return ""
}

// titleUnder returns the name of a group with the constant input of its dynamics, if there is one.
func titleUnder(g *measure.Group) string {
	m := g.Networks[0]
	if m.Config.Measures.Input == "" || strings.Contains(g.Name, "input") {
		return g.Name
	}
	return g.Name + ", " + under(m)
}

// under says under which input the dynamics of a network are.
func under(m *measure.Measurements) string {
	if m.Config.Measures.Input == "" {
		return "without input"
	}
	return "under the constant input " + strings.Join(m.Config.Measures.Input.Names(), ", ")
}

// underAll says the same of all networks.
func underAll(r *measure.Table) string {
	text := under(r.Networks[0])
	for _, m := range r.Networks {
		if under(m) != text {
			return "under constant inputs (measures.input)"
		}
	}
	return text
}
