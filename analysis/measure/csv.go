package measure

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/files"
)

// csvTable is one of the tables of a result. An analysis of any runs appends the run and the keys in which the runs
// differ to the columns of the table; the paper's plan appends nothing.
type csvTable struct {
	*Grouping
	appends bool
	rows    [][]string
}

// newTable returns a table with its header.
func (r *Table) newTable(header ...string) *csvTable {
	t := &csvTable{Grouping: r.Groups(), appends: !r.ByCoupling}
	if t.appends {
		header = append(append(header, KeyRun), t.appendedKeys()...)
		if t.Seeds {
			header = append(header, keySeed)
		}
	}
	t.rows = [][]string{header}
	return t
}

// appendedKeys are the keys with their own column, besides the run.
func (a *Grouping) appendedKeys() []string {
	return slices.DeleteFunc(slices.Clone(a.Keys), func(key string) bool { return key == KeyRun })
}

// add adds a row of a network.
func (t *csvTable) add(m *Measurements, row ...string) {
	if t.appends {
		row = append(append(row, m.Run), t.appended(t.Of[m])...)
		if t.Seeds {
			row = append(row, strconv.FormatUint(m.Config.Seed, 10))
		}
	}
	t.rows = append(t.rows, row)
}

// addBand adds a row of a group. It names the run if it stands for a single one, and the seed likewise.
func (t *csvTable) addBand(g *Group, row ...string) {
	if t.appends {
		run, seed := "", ""
		if len(g.Networks) == 1 {
			run, seed = g.Networks[0].Run, strconv.FormatUint(g.Networks[0].Config.Seed, 10)
		}
		row = append(append(row, run), t.appended(g)...)
		if t.Seeds {
			row = append(row, seed)
		}
	}
	t.rows = append(t.rows, row)
}

func (t *csvTable) appended(g *Group) []string {
	var values []string
	for _, key := range t.appendedKeys() {
		values = append(values, g.Value(key))
	}
	return values
}

// write writes the table as CSV.
func (t *csvTable) write(path string) error {
	return files.WriteFile(path, func(w io.Writer) error { return csv.NewWriter(w).WriteAll(t.rows) })
}

// key returns the columns d and g of a group: the number of inputs and the coupling, each empty where there is none.
func (g *Group) key() (d, coupling string) {
	if g.Value(keyDimension) != "" {
		d = strconv.Itoa(g.Dimension)
	}
	if g.Value(KeyCoupling) != "" {
		coupling = number(g.Coupling)
	}
	return d, coupling
}

// number formats a value with up to ten significant digits.
func number(v float64) string { return strconv.FormatFloat(v, 'g', 10, 64) }

// missing formats a number, or nothing for NaN.
func missing(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return number(v)
}

// writeCurves writes curves.csv.
func (r *Table) writeCurves(path string) error {
	t := r.newTable("measure", "d", "g", "stage", "step", "realisation", "value")
	for _, v := range r.Values() {
		d, g := t.Of[v.network].key()
		t.add(v.network, v.Measure, d, g, v.Stage, strconv.Itoa(v.Step), strconv.Itoa(v.Realisation), missing(v.Value))
	}
	return t.write(path)
}

// writeBands writes bands.csv: what [Table.Bands] returned.
func (r *Table) writeBands(path string, bands []CurveBand) error {
	t := r.newTable("measure", "d", "g", "stage", "step", "n", "median", "lo", "hi")
	for _, b := range bands {
		of := t.Groups[b.Group]
		d, g := of.key()
		t.addBand(of, b.Measure, d, g, b.Stage, strconv.Itoa(b.Step), strconv.Itoa(b.N), missing(b.Median), missing(b.Lo), missing(b.Hi))
	}
	return t.write(path)
}

// writeMoments writes moments.csv: what is measured at the snapshots of training.
func (r *Table) writeMoments(path string) error {
	t := r.newTable("measure", "d", "g", "epoch", "step", "realisation", "value")
	for _, m := range r.Networks {
		d, g := t.Of[m].key()
		for _, now := range m.During {
			for _, curve := range now.Series() {
				for step, value := range curve.Values {
					t.add(m, curve.Name, d, g, strconv.Itoa(now.Epoch), strconv.Itoa(step), strconv.Itoa(m.Config.Realisation), missing(value))
				}
			}
		}
	}
	return t.write(path)
}

// WriteDynamics writes lyapunov.csv: the largest exponents of the network under a constant input, or none,
// (quantity "spectrum", index from 1; medians over starts, whose range is in the rows "spectrum_lowest" and "spectrum_highest") and
// the local ones along the task's trajectories (quantity "local", index t), with their standard errors. input is the constant input,
// D numbers with commas between them; empty for none.
func (r *Table) WriteDynamics(path string) error {
	t := r.newTable("quantity", "d", "g", "stage", "index", "realisation", "exponent", "error", keyInput)
	for _, m := range r.Networks {
		d, g := t.Of[m].key()
		for _, at := range m.Dynamics {
			for _, curve := range []struct {
				name           string
				values, errors []float64
			}{{"spectrum", at.Exponents, at.Errors}, {"spectrum_lowest", at.Lowest, nil}, {"spectrum_highest", at.Highest, nil}, {"local", at.Local, at.LocalErrors}} {
				for i, value := range curve.values {
					deviation := ""
					if curve.errors != nil {
						deviation = missing(curve.errors[i])
					}
					t.add(m, curve.name, d, g, at.Stage, strconv.Itoa(i+1), strconv.Itoa(m.Config.Realisation), missing(value), deviation, m.constantInput())
				}
			}
		}
	}
	return t.write(path)
}

// WriteFixedPoints writes fixed_points.csv: the fixed and slow points found, those with most searches first, with their
// coordinates on the principal components of the states, empty where the states have fewer, and the constant input, as
// [Table.WriteDynamics] writes it.
// [Table.WriteFixedPointStates] has their states.
func (r *Table) WriteFixedPoints(path string) error {
	t := r.newTable("d", "g", "stage", "realisation", "point", "kind", "speed", "searches", "unstable_directions", "spectral_radius",
		"component_1", "component_2", "component_3", keyInput)
	for _, m := range r.Networks {
		d, g := t.Of[m].key()
		for _, at := range m.Dynamics {
			for i, p := range at.FixedPoints {
				row := []string{d, g, at.Stage, strconv.Itoa(m.Config.Realisation), strconv.Itoa(i), p.Kind(), missing(p.Speed), strconv.Itoa(p.Starts),
					fmt.Sprint(p.Unstable), missing(p.Radius)}
				for k := range exploredComponents {
					coordinate := ""
					if k < len(p.Scores) {
						coordinate = missing(p.Scores[k])
					}
					row = append(row, coordinate)
				}
				t.add(m, append(row, m.constantInput())...)
			}
		}
	}
	return t.write(path)
}

// keyInput names the column and the array of the constant input.
const keyInput = "input"

// constantInput returns the constant input under which the dynamics of a network were measured, without spaces; empty for none.
func (m *Measurements) constantInput() string {
	return strings.Join(m.Config.Measures.Input.Names(), ",")
}

// WriteExpansions writes expansions.csv: measures of the input, of random expansions of it and of the
// states at t_eval. An empty cell is a measure that was left out.
func (r *Table) WriteExpansions(path string) error {
	t := r.newTable(append([]string{"d", "g", "realisation", "representation"}, ExpansionNumbers...)...)
	for _, m := range r.Networks {
		d, g := t.Of[m].key()
		for _, e := range m.Expansions {
			row := []string{d, g, strconv.Itoa(m.Config.Realisation), e.Representation}
			for _, name := range ExpansionNumbers {
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

// WriteTables writes curves.csv, bands.csv and moments.csv.
func (r *Table) WriteTables(folder string, bands []CurveBand) ([]string, error) {
	curves, table, moments := filepath.Join(folder, "curves.csv"), filepath.Join(folder, "bands.csv"), filepath.Join(folder, "moments.csv")
	if err := r.writeCurves(curves); err != nil {
		return nil, err
	}
	if err := r.writeBands(table, bands); err != nil {
		return nil, err
	}
	return []string{curves, table, moments}, r.writeMoments(moments)
}
