package paper

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/stat"
)

// Value is one row of curves.csv.
type Value struct {
	Measure     string // ed, lr_train, lr_heldout, lr_heldout_samples, accuracy, loss or a further measure
	Dimension   int
	Coupling    float64
	Stage       string // before, after or during
	Step        int    // t, or the epoch for accuracy and loss
	Realisation int
	Value       float64
}

// Curve is the key of all values that differ only in realisation: one row of bands.csv.
type Curve struct {
	Measure   string
	Dimension int
	Coupling  float64
	Stage     string
	Step      int
}

// values lists a network's measurements in the order of the columns.
func (m *Measurements) values() []Value {
	var values []Value
	add := func(measure, stage string, step int, value float64) {
		values = append(values, Value{
			Measure: measure, Dimension: m.dimension(), Coupling: m.Config.Network.Coupling,
			Stage: stage, Step: step, Realisation: m.Config.Realisation, Value: value,
		})
	}
	for _, stage := range []struct {
		name string
		of   Representation
	}{{Before, m.Before}, {After, m.After}} {
		for _, curve := range stage.of.curves() {
			for t, value := range curve.Values {
				add(curve.Measure, stage.name, t, value)
			}
		}
	}
	for _, metrics := range m.History {
		add("accuracy", During, metrics.Epoch, metrics.Accuracy)
		add("loss", During, metrics.Epoch, metrics.ValidationLoss)
	}
	return values
}

func (m *Measurements) dimension() int { return m.Config.Task.Dimension }

// measureOrder fixes the order of the rows.
var measureOrder = append([]string{"ed", "lr_train", heldOutClusters, heldOutSamples, "accuracy", "loss"}, furtherMeasures...)

var stageOrder = []string{Before, After, During}

func (c Curve) compare(d Curve) int {
	for _, difference := range []int{
		slices.Index(measureOrder, c.Measure) - slices.Index(measureOrder, d.Measure),
		d.Dimension - c.Dimension,
		cmp.Compare(c.Coupling, d.Coupling),
		slices.Index(stageOrder, c.Stage) - slices.Index(stageOrder, d.Stage),
		c.Step - d.Step,
	} {
		if difference != 0 {
			return difference
		}
	}
	return 0
}

func (v Value) curve() Curve { return Curve{v.Measure, v.Dimension, v.Coupling, v.Stage, v.Step} }

// Values returns all values of all networks, sorted by measure, dimension, coupling, stage, step and
// realisation.
func (r *Result) Values() []Value {
	var values []Value
	for _, m := range r.Networks {
		values = append(values, m.values()...)
	}
	slices.SortStableFunc(values, func(a, b Value) int {
		if order := a.curve().compare(b.curve()); order != 0 {
			return order
		}
		return a.Realisation - b.Realisation
	})
	return values
}

// CurveBand is one row of bands.csv.
type CurveBand struct {
	Curve
	analysis.Band
}

// Bands returns median and central 75 % over realisations of every curve, in the order of Values.
func (r *Result) Bands(ctx context.Context) ([]CurveBand, error) {
	var bands []CurveBand
	values := r.Values()
	for start := 0; start < len(values); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		end := start
		var samples []float64
		for ; end < len(values) && values[end].curve() == values[start].curve(); end++ {
			samples = append(samples, values[end].Value)
		}
		band, err := bandOf(values[start].Measure, samples)
		if err != nil {
			return nil, fmt.Errorf("band of %s, d = %d, g = %g, %s, step %d: %w", values[start].Measure,
				values[start].Dimension, values[start].Coupling, values[start].Stage, values[start].Step, err)
		}
		bands = append(bands, CurveBand{values[start].curve(), band})
		start = end
	}
	return bands, nil
}

// bandOf returns the band of the samples that are no gap, NaN; of none, a gap.
func bandOf(measure string, samples []float64) (analysis.Band, error) {
	samples = slices.DeleteFunc(samples, math.IsNaN)
	if len(samples) == 0 {
		return analysis.Band{Median: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}, nil
	}
	switch measure {
	case "ed":
		// Collapsed networks (0) have no place in the gamma, which starts at one dimension.
		alive := slices.DeleteFunc(slices.Clone(samples), func(ed float64) bool { return ed == 0 })
		if len(alive) == 0 {
			return analysis.Band{}, nil
		}
		return analysis.DimensionalityBand(alive)
	case "loss":
		return lossBand(samples)
	case "accuracy", "lr_train", heldOutClusters, heldOutSamples:
		return analysis.AccuracyBand(samples)
	}
	return sampleBand(samples), nil
}

// sampleBand is the median and the central 75 % of the sample itself, for measures of no known distribution.
func sampleBand(samples []float64) analysis.Band {
	sorted := slices.Sorted(slices.Values(samples))
	quantile := func(p float64) float64 { return stat.Quantile(p, stat.LinInterp, sorted, nil) }
	return analysis.Band{N: len(samples), Median: quantile(0.5), Lo: quantile(0.125), Hi: quantile(0.875)}
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
	if err != nil {
		return analysis.Band{}, err
	}
	band.Median = fitted.Median()
	band.Lo, band.Hi = fitted.Interval(0.75)
	return band, nil
}

// WriteCurves writes curves.csv.
func (r *Result) WriteCurves(path string) error {
	return train.WriteFile(path, func(w io.Writer) error {
		out := bufio.NewWriter(w)
		fmt.Fprintln(out, "measure,d,g,stage,step,realisation,value")
		for _, v := range r.Values() {
			fmt.Fprintf(out, "%s,%d,%s,%s,%d,%d,%s\n", v.Measure, v.Dimension, number(v.Coupling), v.Stage, v.Step, v.Realisation, number(v.Value))
		}
		return out.Flush()
	})
}

// WriteBands writes bands.csv.
func WriteBands(path string, bands []CurveBand) error {
	return train.WriteFile(path, func(w io.Writer) error {
		out := bufio.NewWriter(w)
		fmt.Fprintln(out, "measure,d,g,stage,step,n,median,lo,hi")
		for _, b := range bands {
			fmt.Fprintf(out, "%s,%d,%s,%s,%d,%d,%s,%s,%s\n", b.Measure, b.Dimension, number(b.Coupling), b.Stage, b.Step, b.N,
				number(b.Median), number(b.Lo), number(b.Hi))
		}
		return out.Flush()
	})
}

// WriteMoments writes moments.csv: what is measured at the snapshots of training.
func (r *Result) WriteMoments(path string) error {
	return writeRows(path, "measure,d,g,epoch,step,realisation,value", func(out *bufio.Writer, m *Measurements) {
		for _, now := range m.During {
			for _, curve := range now.curves() {
				for t, value := range curve.Values {
					fmt.Fprintf(out, "%s,%s,%d,%d,%d,%s\n", curve.Measure, m.key(), now.Epoch, t, m.Config.Realisation, number(value))
				}
			}
		}
	}, r.Networks)
}

// number writes a value with ten significant digits, none wasted; nothing for NaN, a gap.
func number(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 10, 64)
}
