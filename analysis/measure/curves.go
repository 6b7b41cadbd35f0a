package measure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// Finite reports whether v is neither NaN nor infinite, so that it can be drawn and written.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Row is one row of curves.csv.
type Row struct {
	Measure     string  // ed, lr_train, lr_heldout, lr_heldout_samples, accuracy, loss or a further measure
	Dimension   int     // d, 0 of a task through time
	Coupling    float64 // g, 0 where the cell has none or nothing is known of it
	Stage       string  // before, after or during
	Step        int     // t, or the epoch for accuracy and loss
	Realisation int
	Value       float64

	network *Measurements
	group   int
}

// CurveKey is the key of all values that differ only in seed and realisation: one row of bands.csv.
type CurveKey struct {
	Measure   string
	Dimension int
	Coupling  float64
	Stage     string
	Step      int

	Group int // place of the group, where dimension and coupling do not identify it
}

// values lists the measurements of a network of a group in the order of the columns.
func (m *Measurements) values(of *Group) []Row {
	var values []Row
	group, dimension, coupling := of.Place, of.Dimension, of.Coupling
	add := func(measure, stage string, step int, value float64) {
		values = append(values, Row{
			Measure: measure, Dimension: dimension, Coupling: coupling,
			Stage: stage, Step: step, Realisation: m.Config.Realisation, Value: value, network: m, group: group,
		})
	}
	for _, stage := range []struct {
		name string
		of   Representation
	}{{Before, m.Before}, {After, m.After}} {
		for _, curve := range stage.of.Series() {
			for t, value := range curve.Values {
				add(curve.Name, stage.name, t, value)
			}
		}
	}
	for _, metrics := range m.History {
		add("accuracy", During, metrics.Epoch, metrics.Accuracy)
		add("loss", During, metrics.Epoch, metrics.ValidationLoss)
	}
	return values
}

// dimension returns the number of inputs of samples that are shown once, 0 of a task through time.
func (m *Measurements) dimension() int {
	if hasTrials(m.Config) {
		return 0
	}
	return m.Config.Task.Dimension
}

// Coupling returns g, 0 where the cell has none or nothing is known of it.
func (m *Measurements) Coupling() float64 {
	if !m.Config.Using(m.Imported)(KeyCoupling) {
		return 0
	}
	return m.Config.Network.Coupling
}

// measureOrder fixes the order of the rows.
func measureOrder() []string {
	order := paperSeries()
	for _, column := range Columns() {
		order = append(order, column.Name)
	}
	return order
}

// placeOf returns the place of a measure in that order; those of variables of a task, which it does not know, come last.
func placeOf(order []string, measure string) int {
	if place := slices.Index(order, measure); place >= 0 {
		return place
	}
	return len(order)
}

func (c CurveKey) compare(d CurveKey, order []string) int {
	for _, difference := range []int{
		placeOf(order, c.Measure) - placeOf(order, d.Measure),
		cmp.Compare(c.Measure, d.Measure),
		d.Dimension - c.Dimension,
		cmp.Compare(c.Coupling, d.Coupling),
		c.Group - d.Group,
		slices.Index(Stages, c.Stage) - slices.Index(Stages, d.Stage),
		c.Step - d.Step,
	} {
		if difference != 0 {
			return difference
		}
	}
	return 0
}

func (v Row) key() CurveKey {
	return CurveKey{v.Measure, v.Dimension, v.Coupling, v.Stage, v.Step, v.group}
}

// Values returns all values of all networks, sorted by measure, dimension, coupling, whatever else distinguishes networks,
// stage, step and realisation.
func (r *Table) Values() []Row {
	var values []Row
	groups := r.Groups()
	for _, m := range r.Networks {
		values = append(values, m.values(groups.Of[m])...)
	}
	order := measureOrder()
	slices.SortStableFunc(values, func(a, b Row) int {
		if difference := a.key().compare(b.key(), order); difference != 0 {
			return difference
		}
		return a.Realisation - b.Realisation
	})
	return values
}

// CurveBand is one row of bands.csv.
type CurveBand struct {
	CurveKey
	analysis.Band
}

// Bands returns the median and the central 75 % over realisations of every curve, in the order of Values. Only networks that
// differ in nothing but seed and realisation share one.
func (r *Table) Bands(ctx context.Context) ([]CurveBand, error) {
	var bands []CurveBand
	values := r.Values()
	for start := 0; start < len(values); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		end := start
		var samples []float64
		for ; end < len(values) && values[end].key() == values[start].key(); end++ {
			samples = append(samples, values[end].Value)
		}
		band, err := bandOf(values[start].Measure, samples)
		if err != nil {
			return nil, fmt.Errorf("band of %s, %s, %s, step %d: %w", values[start].Measure,
				Title(values[start].network.Config), values[start].Stage, values[start].Step, err)
		}
		bands = append(bands, CurveBand{values[start].key(), band})
		start = end
	}
	return bands, nil
}

// bandOf returns the band of a measure over the samples that have a number; a gap where none has.
func bandOf(name string, samples []float64) (analysis.Band, error) {
	samples = slices.DeleteFunc(slices.Clone(samples), func(v float64) bool { return !Finite(v) })
	if len(samples) == 0 {
		return analysis.Band{Median: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}, nil
	}
	switch {
	case name == "ed":
		// Collapsed networks (0) lie outside the support of the gamma, which starts at one dimension.
		alive := slices.DeleteFunc(slices.Clone(samples), func(ed float64) bool { return ed == 0 })
		if len(alive) == 0 {
			return analysis.Band{}, nil
		}
		return analysis.DimensionalityBand(alive)
	case name == "loss":
		return lossBand(samples)
	case slices.Contains([]string{"accuracy", "lr_train", HeldOutClusters, HeldOutSamples}, name):
		return analysis.AccuracyBand(samples)
	}
	if m, ok := Of(name); ok && m.Band != nil {
		return m.Band(samples)
	}
	return analysis.SampleBand(samples), nil
}

// lossMargin is how far below the least loss a fit starts, so that it has a likelihood: a loss may round
// to zero, or in float32 to just below it.
const lossMargin = 1e-9

// lossBand is the band of a gamma that starts at zero.
func lossBand(samples []float64) (analysis.Band, error) {
	band := analysis.Band{N: len(samples), Median: samples[0], Lo: samples[0], Hi: samples[0]}
	if slices.Min(samples) == slices.Max(samples) {
		return band, nil
	}
	fitted, err := analysis.FitGamma(samples, min(0, slices.Min(samples))-lossMargin)
	if errors.Is(err, analysis.ErrConstantSample) { // they differ by rounding alone
		return analysis.SampleBand(samples), nil
	}
	if err != nil {
		return analysis.Band{}, err
	}
	band.Median = fitted.Median()
	band.Lo, band.Hi = fitted.Interval(0.75)
	return band, nil
}
