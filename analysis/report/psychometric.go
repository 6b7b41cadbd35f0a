package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
)

// kindNumber reads the name of a variable's value as a number and its unit: "-50%" is -50 in %.
func kindNumber(name string) (value float64, unit string, ok bool) {
	digits := strings.TrimRight(name, "%° abcdefghijklmnopqrstuvwxyz")
	value, err := strconv.ParseFloat(digits, 64)
	return value, strings.TrimSpace(name[len(digits):]), err == nil
}

// psychometric is the share of the second of two choices by the value of a numeric variable.
type psychometric struct {
	variable, unit, choice string
	context                string // in which trials, such as "context motion"; empty for all
	curves                 []figure.Curve
}

// title names the variable and the context.
func (p *psychometric) title() string {
	if p.context == "" {
		return p.variable
	}
	return p.variable + " in " + p.context
}

// psychometrics returns the psychometric curves of all groups, one for each variable whose values are three numbers or more, and
// for each context where a task has some: averaged over both contexts, a variable that steers a choice in only one of them would
// seem to steer it half as much.
func psychometrics(a *coloured) []*psychometric {
	var all []*psychometric
	for _, g := range a.Groups {
		for _, variable := range g.Networks[0].Decoded {
			for _, context := range contextsOf(g, variable.Variable) {
				for _, stage := range []string{measure.Before, measure.After} {
					curve, unit := psychometricCurve(a, g, variable.Variable, context, stage)
					if len(curve.X) < 3 {
						continue
					}
					of := psychometric{variable: variable.Variable, unit: unit, choice: g.Networks[0].ChoiceName(1)}
					if context != "" {
						of.context = g.Networks[0].Trial().Context + " " + context
					}
					i := slices.IndexFunc(all, func(p *psychometric) bool {
						return p.title() == of.title() && p.unit == of.unit && p.choice == of.choice
					})
					if i < 0 {
						i = len(all)
						all = append(all, &of)
					}
					all[i].curves = append(all[i].curves, curve)
				}
			}
		}
	}
	return all
}

// contextsOf lists the contexts in which a group has separate answers by a variable, only "" where there are none.
func contextsOf(g *measure.Group, variable string) []string {
	var contexts []string
	for _, m := range g.Networks {
		for _, answers := range m.Answers {
			for _, of := range answers.ByKind {
				if of.Variable == variable && of.Context != "" && !slices.Contains(contexts, of.Context) {
					contexts = append(contexts, of.Context)
				}
			}
		}
	}
	if contexts == nil {
		return []string{""}
	}
	return contexts
}

// psychometricCurve returns the median and the central 75 % over a group's networks of the share of the second choice, by the value of
// a variable in a context; values that are the same number, such as -0 and +0, are one. It is empty unless there are two choices and
// values are numbers.
func psychometricCurve(a *coloured, g *measure.Group, variable, context, stage string) (curve figure.Curve, unit string) {
	shares := map[float64][]float64{}
	for _, m := range g.Networks {
		chosen, samples := map[float64]float64{}, map[float64]float64{}
		for _, answers := range m.Answers {
			for _, of := range answers.ByKind {
				if answers.Stage != stage || of.Variable != variable || of.Context != context {
					continue
				}
				value, own, ok := kindNumber(of.Value)
				if !ok || len(of.Choices) != 2 {
					return figure.Curve{}, ""
				}
				unit, value = own, value+0 // -0 is 0
				chosen[value] += of.Choices[1] * float64(of.Samples)
				samples[value] += float64(of.Samples)
			}
		}
		for value, count := range samples {
			shares[value] = append(shares[value], chosen[value]/count)
		}
	}
	curve = figure.Curve{Name: g.Name, Colour: a.colour(g), Dashed: stage == measure.Before}
	for value := range shares {
		curve.X = append(curve.X, value)
	}
	slices.Sort(curve.X)
	for _, value := range curve.X {
		band := analysis.SampleBand(shares[value])
		curve.Median, curve.Lo, curve.Hi = append(curve.Median, band.Median), append(curve.Lo, band.Lo), append(curve.Hi, band.Hi)
	}
	return curve, unit
}

// picture draws the curves.
func (p *psychometric) picture() *figure.LineChart {
	x := p.title()
	if p.unit != "" {
		x += ", " + p.unit
	}
	return &figure.LineChart{XLabel: x, YLabel: "share of the choice " + p.choice, Curves: p.curves, Dashes: dashedBefore, YLimits: &figure.Range{Min: -0.02, Max: 1.02},
		Levels: []figure.Level{{Y: 0.5, Label: "1/2"}}}
}

// scoresTable lists the score of the task next to chance.
func scoresTable(r *measure.Table) []figure.Table {
	groups := groupsOf(r)
	table := figure.Table{Title: "Score of the task", Caption: "On the measuring samples, which training did not see: median [central 75 %] over realisations. " +
		"Chance is the score of a network that ignores its inputs.", Header: append(groups.Header(), "score", "before", "after", "chance", "realisations")}
	for _, g := range groups.Groups {
		trial, scores := g.Networks[0].Trial(), map[string][]float64{}
		for _, m := range g.Networks {
			for _, answers := range m.Answers {
				scores[answers.Stage] = append(scores[answers.Stage], answers.All.Score)
			}
		}
		if trial == nil || len(scores[measure.After]) == 0 {
			continue
		}
		text := func(stage string) string {
			if len(scores[stage]) == 0 {
				return "–"
			}
			return BandText(measure.CurveBand{Band: analysis.SampleBand(scores[stage])})
		}
		table.Rows = append(table.Rows, append(groups.Cells(g), trial.Score, text(measure.Before), text(measure.After), fmt.Sprintf("%.3g", trial.Chance), fmt.Sprint(len(scores[measure.After]))))
	}
	if len(table.Rows) == 0 {
		return nil
	}
	return []figure.Table{table}
}
