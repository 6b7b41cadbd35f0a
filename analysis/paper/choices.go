package paper

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// WriteChoices writes choices.csv: the score of the task and the share of each choice among the measuring samples of which a
// variable has a value. Where outputs are no choices, choice and share are empty. The rows of the variable "" are all samples.
func (r *Result) WriteChoices(path string) error {
	t := r.newTable("d", "g", "stage", "realisation", "variable", "value", "samples", "score", "choice", "share")
	for _, m := range r.Networks {
		d, g := t.of[m].key()
		for _, answers := range m.Answers {
			for _, of := range append([]KindAnswers{answers.All}, answers.ByKind...) {
				row := []string{d, g, answers.Stage, strconv.Itoa(m.Config.Realisation), of.Variable, of.Value, strconv.Itoa(of.Samples), missing(of.Score)}
				if of.Choices == nil {
					t.add(m, append(row, "", "")...)
				}
				for choice, share := range of.Choices {
					t.add(m, append(slices.Clone(row), m.choiceName(choice), missing(share))...)
				}
			}
		}
	}
	return t.write(path)
}

// choiceName names an output, by its number where the task has no name for it.
func (m *Measurements) choiceName(choice int) string {
	if trial := m.plan(); trial != nil && choice < len(trial.OutputNames) {
		return trial.OutputNames[choice]
	}
	return strconv.Itoa(choice)
}

// kindNumber reads the name of a variable's value as a number and its unit: "-50%" is -50 in %.
func kindNumber(name string) (value float64, unit string, ok bool) {
	digits := strings.TrimRight(name, "%° abcdefghijklmnopqrstuvwxyz")
	value, err := strconv.ParseFloat(digits, 64)
	return value, strings.TrimSpace(name[len(digits):]), err == nil
}

// psychometric is the share of the second of two choices by the value of a variable of numbers.
type psychometric struct {
	variable, unit, choice string
	curves                 []figure.Curve
}

// psychometrics returns the psychometric curves of all groups, one for each variable whose values are three numbers or more.
func (a *grouping) psychometrics() []*psychometric {
	var all []*psychometric
	for _, g := range a.groups {
		for _, variable := range g.networks[0].Decoded {
			for _, stage := range []string{Before, After} {
				curve, unit := g.psychometricCurve(variable.Variable, stage)
				if len(curve.X) < 3 {
					continue
				}
				choice := g.networks[0].choiceName(1)
				i := slices.IndexFunc(all, func(p *psychometric) bool {
					return p.variable == variable.Variable && p.unit == unit && p.choice == choice
				})
				if i < 0 {
					i = len(all)
					all = append(all, &psychometric{variable: variable.Variable, unit: unit, choice: choice})
				}
				all[i].curves = append(all[i].curves, curve)
			}
		}
	}
	return all
}

// psychometricCurve returns median and central 75 % over a group's networks of the share of the second choice, by the value of a
// variable; values that are the same number, such as -0 and +0, are one. It is empty where there are not two choices or values
// are no numbers.
func (g *group) psychometricCurve(variable, stage string) (curve figure.Curve, unit string) {
	shares := map[float64][]float64{}
	for _, m := range g.networks {
		chosen, samples := map[float64]float64{}, map[float64]float64{}
		for _, answers := range m.Answers {
			for _, of := range answers.ByKind {
				if answers.Stage != stage || of.Variable != variable {
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
	curve = figure.Curve{Name: g.name, Colour: g.colour, Dashed: stage == Before}
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
	x := p.variable
	if p.unit != "" {
		x += ", " + p.unit
	}
	return &figure.LineChart{XLabel: x, YLabel: "share of the choice " + p.choice, Curves: p.curves, YLimits: &figure.Range{Min: -0.02, Max: 1.02},
		Levels: []figure.Level{{Y: 0.5, Label: "1/2"}}}
}

// scoresTable lists the score of the task beside chance.
func (r *Result) scoresTable() []figure.Table {
	groups := r.groups()
	table := figure.Table{Title: "Score of the task", Caption: "On the measuring samples, which training did not see: median [central 75 %] over realisations. " +
		"Chance is the score of a network that ignores its inputs.", Header: append(groups.header(), "score", "before", "after", "chance", "realisations")}
	for _, g := range groups.groups {
		trial, scores := g.networks[0].plan(), map[string][]float64{}
		for _, m := range g.networks {
			for _, answers := range m.Answers {
				scores[answers.Stage] = append(scores[answers.Stage], answers.All.Score)
			}
		}
		if trial == nil || len(scores[After]) == 0 {
			continue
		}
		text := func(stage string) string {
			if len(scores[stage]) == 0 {
				return "–"
			}
			return bandText(CurveBand{Band: analysis.SampleBand(scores[stage])})
		}
		table.Rows = append(table.Rows, append(groups.cells(g), trial.Score, text(Before), text(After), fmt.Sprintf("%.3g", trial.Chance), fmt.Sprint(len(scores[After]))))
	}
	if len(table.Rows) == 0 {
		return nil
	}
	return []figure.Table{table}
}
