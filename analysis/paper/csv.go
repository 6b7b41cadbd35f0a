package paper

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/unfurl-rnn/unfurl/train"
)

// table writes one of the tables of a result. An analysis of any runs appends the run and the keys in which the runs
// differ to the columns of the table; the paper's plan appends nothing.
type table struct {
	*grouping
	appends bool
	rows    [][]string
}

// newTable returns a table with its header.
func (r *Result) newTable(header ...string) *table {
	t := &table{grouping: r.groups(), appends: !r.isPaper()}
	if t.appends {
		header = append(append(header, keyRun), t.appendedKeys()...)
		if t.seeds {
			header = append(header, keySeed)
		}
	}
	t.rows = [][]string{header}
	return t
}

// appendedKeys are the keys with a column of their own, beside the run.
func (a *grouping) appendedKeys() []string {
	return slices.DeleteFunc(slices.Clone(a.keys), func(key string) bool { return key == keyRun })
}

// add adds a row of a network.
func (t *table) add(m *Measurements, row ...string) {
	if t.appends {
		row = append(append(row, m.Run), t.appended(t.of[m])...)
		if t.seeds {
			row = append(row, strconv.FormatUint(m.Config.Seed, 10))
		}
	}
	t.rows = append(t.rows, row)
}

// addBand adds a row of a group. It names the run if it stands for a single one, and the seed likewise.
func (t *table) addBand(g *group, row ...string) {
	if t.appends {
		run, seed := "", ""
		if len(g.networks) == 1 {
			run, seed = g.networks[0].Run, strconv.FormatUint(g.networks[0].Config.Seed, 10)
		}
		row = append(append(row, run), t.appended(g)...)
		if t.seeds {
			row = append(row, seed)
		}
	}
	t.rows = append(t.rows, row)
}

func (t *table) appended(g *group) []string {
	var values []string
	for _, key := range t.appendedKeys() {
		values = append(values, g.value(key))
	}
	return values
}

// write writes the table as CSV.
func (t *table) write(path string) error {
	return train.WriteFile(path, func(w io.Writer) error { return csv.NewWriter(w).WriteAll(t.rows) })
}

// key is the columns d and g of a group: the number of inputs and the coupling, each empty where there is none.
func (g *group) key() (d, coupling string) {
	if g.value(keyDimension) != "" {
		d = strconv.Itoa(g.dimension)
	}
	if g.value(keyCoupling) != "" {
		coupling = number(g.coupling)
	}
	return d, coupling
}

// number writes a value with ten significant digits, none wasted.
func number(v float64) string { return strconv.FormatFloat(v, 'g', 10, 64) }

// missing writes a number, nothing for NaN.
func missing(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return number(v)
}

// WriteCurves writes curves.csv.
func (r *Result) WriteCurves(path string) error {
	t := r.newTable("measure", "d", "g", "stage", "step", "realisation", "value")
	for _, v := range r.Values() {
		d, g := t.of[v.network].key()
		t.add(v.network, v.Measure, d, g, v.Stage, strconv.Itoa(v.Step), strconv.Itoa(v.Realisation), missing(v.Value))
	}
	return t.write(path)
}

// WriteBands writes bands.csv: what [Result.Bands] returned.
func (r *Result) WriteBands(path string, bands []CurveBand) error {
	t := r.newTable("measure", "d", "g", "stage", "step", "n", "median", "lo", "hi")
	for _, b := range bands {
		of := t.groups[b.group]
		d, g := of.key()
		t.addBand(of, b.Measure, d, g, b.Stage, strconv.Itoa(b.Step), strconv.Itoa(b.N), missing(b.Median), missing(b.Lo), missing(b.Hi))
	}
	return t.write(path)
}

// WriteMoments writes moments.csv: what is measured at the snapshots of training.
func (r *Result) WriteMoments(path string) error {
	t := r.newTable("measure", "d", "g", "epoch", "step", "realisation", "value")
	for _, m := range r.Networks {
		d, g := t.of[m].key()
		for _, now := range m.During {
			for _, curve := range now.curves() {
				for step, value := range curve.Values {
					t.add(m, curve.Measure, d, g, strconv.Itoa(now.Epoch), strconv.Itoa(step), strconv.Itoa(m.Config.Realisation), missing(value))
				}
			}
		}
	}
	return t.write(path)
}

// WriteDynamics writes lyapunov.csv: the largest exponents of the network under a constant input, or none,
// (quantity "spectrum", index from 1) and the local ones along the task's trajectories (quantity "local",
// index t), with their standard errors.
func (r *Result) WriteDynamics(path string) error {
	t := r.newTable("quantity", "d", "g", "stage", "index", "realisation", "exponent", "error")
	for _, m := range r.Networks {
		d, g := t.of[m].key()
		for _, at := range m.Dynamics {
			for _, curve := range []struct {
				name           string
				values, errors []float64
			}{{"spectrum", at.Exponents, at.Errors}, {"local", at.Local, at.LocalErrors}} {
				for i, value := range curve.values {
					t.add(m, curve.name, d, g, at.Stage, strconv.Itoa(i+1), strconv.Itoa(m.Config.Realisation), missing(value), missing(curve.errors[i]))
				}
			}
		}
	}
	return t.write(path)
}

// WriteFixedPoints writes fixed_points.csv: the fixed and slow points found, those of most searches first, with their
// coordinates on the principal components of the states; empty where the states have fewer.
func (r *Result) WriteFixedPoints(path string) error {
	t := r.newTable("d", "g", "stage", "realisation", "point", "kind", "speed", "searches", "unstable_directions", "spectral_radius",
		"component_1", "component_2", "component_3")
	for _, m := range r.Networks {
		d, g := t.of[m].key()
		for _, at := range m.Dynamics {
			for i, p := range at.FixedPoints {
				kind := "slow"
				if p.Fixed {
					kind = "fixed"
				}
				row := []string{d, g, at.Stage, strconv.Itoa(m.Config.Realisation), strconv.Itoa(i), kind, missing(p.Speed), strconv.Itoa(p.Starts),
					fmt.Sprint(p.Unstable), missing(p.Radius)}
				for k := range exploredComponents {
					coordinate := ""
					if k < len(p.Scores) {
						coordinate = missing(p.Scores[k])
					}
					row = append(row, coordinate)
				}
				t.add(m, row...)
			}
		}
	}
	return t.write(path)
}

// WriteExpansions writes expansions.csv: measures of the input, of random expansions of it and of the
// states at t_eval. An empty cell is a measure that was left out.
func (r *Result) WriteExpansions(path string) error {
	t := r.newTable(append([]string{"d", "g", "realisation", "representation"}, expansionNumbers...)...)
	for _, m := range r.Networks {
		d, g := t.of[m].key()
		for _, e := range m.Expansions {
			row := []string{d, g, strconv.Itoa(m.Config.Realisation), e.Representation}
			for _, name := range expansionNumbers {
				value, measured := e.Numbers[name]
				if !measured {
					value = math.NaN()
				}
				row = append(row, missing(value))
			}
			t.add(m, row...)
		}
	}
	return t.write(path)
}
