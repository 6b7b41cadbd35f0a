package report

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
)

// networkHeader and networkCells are the columns that identify the network of a row.
func networkHeader(a *coloured) []string {
	header := append(a.Header(), "realisation")
	if a.Seeds {
		header = append(header, "seed")
	}
	return header
}

func networkCells(a *coloured, m *measure.Measurements) []string {
	cells := append(a.Cells(a.Of[m]), strconv.Itoa(m.Config.Realisation))
	if a.Seeds {
		cells = append(cells, strconv.FormatUint(m.Config.Seed, 10))
	}
	return cells
}

// networksTable says which runs were pooled.
func networksTable(r *measure.Table) figure.Table {
	groups := groupsOf(r)
	table := figure.Table{Title: "Networks", Header: append(networkHeader(groups), "run"),
		Caption: fmt.Sprintf("Runs that agree in all but seed and realisation are pooled: %s here.", data.Counted(len(groups.Groups), "group"))}
	for _, g := range groups.Groups {
		for _, m := range g.Networks {
			table.Rows = append(table.Rows, append(networkCells(groups, m), m.Run))
		}
	}
	return table
}

// keySteps are the times whose values the report lists: the first, those that losses read, the one half way to them, and
// the last.
func keySteps(a *coloured) []int {
	steps := []int{0}
	for _, g := range a.Groups {
		c := g.Networks[0].Config
		for _, t := range []int{c.EvaluationTime() / 2, c.EvaluationTime(), c.RecordedSteps()} {
			if t <= c.RecordedSteps() {
				steps = append(steps, t)
			}
		}
	}
	slices.Sort(steps)
	return slices.Compact(steps)
}

// dynamicsTable says where the states go after t_eval and what fixed points there are.
func dynamicsTable(r *measure.Table) figure.Table {
	groups := groupsOf(r)
	table := figure.Table{Title: "Dynamics " + underAll(r), Caption: "From the states at t_eval on. Largest exponent: the median over states with its standard error, and their range; " +
		"the range alone where the states end on attractors of different exponents. Ends: of the states followed, how many come to rest, " +
		"repeat themselves, still settle when the search stops, do none of these, or leave all bounds. Fixed points: those found by Newton searches from the same states and from where these come to rest, with the stable ones among them.",
		Header: append(networkHeader(groups), "stage", "largest exponent", "rest", "cycles", "settle", "wander", "leave", "fixed points", "stable", "slow points")}
	for _, m := range r.Networks {
		for _, d := range m.Dynamics {
			fixed, stable := 0, 0
			for _, p := range d.FixedPoints {
				if p.Fixed {
					fixed++
					if p.Radius < 1 {
						stable++
					}
				}
			}
			table.Rows = append(table.Rows, append(networkCells(groups, m), d.Stage, largestExponent(d),
				fmt.Sprint(d.Ends.Fixed), fmt.Sprint(d.Ends.Cycles), fmt.Sprint(d.Ends.Settling), fmt.Sprint(d.Ends.Wandering), fmt.Sprint(d.Ends.Escaped),
				fmt.Sprint(fixed), fmt.Sprint(stable), fmt.Sprint(len(d.FixedPoints)-fixed)))
		}
	}
	return table
}

// largestExponent returns the text of the largest exponent of a network's dynamics.
func largestExponent(d measure.Dynamics) string {
	if len(d.Exponents) == 0 {
		return "–"
	}
	if d.Differ {
		return fmt.Sprintf("%.3f to %.3f", d.Lowest[0], d.Highest[0])
	}
	text := fmt.Sprintf("%.3f ± %.3f", d.Exponents[0], d.Errors[0])
	if len(d.Highest) > 0 && d.Highest[0]-d.Lowest[0] > d.Errors[0] {
		text += fmt.Sprintf(" (%.3f to %.3f)", d.Lowest[0], d.Highest[0])
	}
	return text
}

// expansionTable compares the states at t_eval with random expansions of the input.
func expansionTable(r *measure.Table) figure.Table {
	groups := groupsOf(r)
	table := figure.Table{Title: "Beside random expansions", Caption: "The input, random expansions of it to as many units, and the states at t_eval, whose numbers are those of curves.csv.",
		Header: append(networkHeader(groups), "representation")}
	for _, name := range measure.ExpansionNumbers {
		table.Header = append(table.Header, measureLabel(name))
	}
	for _, m := range r.Networks {
		for _, e := range m.Expansions {
			row := append(networkCells(groups, m), e.Representation)
			for _, name := range measure.ExpansionNumbers {
				text := "–"
				if value, measured := e.Numbers[name]; measured && measure.Finite(value) {
					text = fmt.Sprintf("%.4g", value)
				}
				row = append(row, text)
			}
			table.Rows = append(table.Rows, row)
		}
	}
	return table
}
