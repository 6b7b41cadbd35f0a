package measure

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// Subject is what is measured: a network at one moment of its training, with what it did on the measuring samples.
type Subject struct {
	Config     train.Config
	Trajectory *data.Trajectory
	// Experiment is what the network was trained in; nil where states that are no network's are measured.
	Experiment *train.Experiment
	// Parameters are the network's; nil where states that are no network's are measured, such as inputs.
	Parameters *graph.Parameters
	// Within, unless nil, receives the share of the work that is done, from 0 to 1.
	Within func(share float64)
}

// within reports how much of the work is done.
func (s *Subject) within(share float64) {
	if s.Within != nil {
		s.Within(share)
	}
}

// Series is one measure through time, one value for each time of the trajectory; NaN is a gap.
type Series struct {
	Name   string // as in the column measure of curves.csv
	Values []float64
}

// Column says what a series is.
type Column struct {
	Name  string // as in curves.csv: lower case with underscores
	Label string // for tables and axes, with the unit in brackets if it has one
	Chart bool   // whether reports draw it
}

// Measure computes one or several series that belong together.
type Measure struct {
	// Name is what progress calls it, such as "class manifolds".
	Name string
	// Columns are the series that it gives, in order. One whose name depends on the subject, such as on its variables, need
	// not be among them; it then begins with Prefix.
	Columns []Column
	Prefix  string
	// Weight is the time that it takes relative to others, 1 or more: about that many quarters of a second of one core for 600
	// samples of 200 units at 31 times.
	Weight float64
	// Classes says that it needs samples of two classes or more: with one class, it is left out without its own doubt, since a single
	// doubt stands for all measures that need classes.
	Classes bool
	// Asked says that it is taken only where measures.further names one of its series, since it is costly or for a study.
	Asked bool
	// Compute returns the series, without those that it cannot measure of the subject, and doubts about them. It returns soon
	// after the context ends, with its error.
	Compute func(ctx context.Context, s *Subject) ([]Series, []error, error)
	// Band pools the values of several networks at one step; nil for [analysis.SampleBand].
	Band func(values []float64) (analysis.Band, error)
}

var measures = []Measure{
	twoNN, likelihood, distances, classManifolds, clusterManifolds, decoding, robustness,
	readoutVariance, dimensionScales, untrainedTheory,
}

// paperSeries lists the series that are measured of every network, without a [Measure], in the order of their rows.
func paperSeries() []string {
	return []string{"ed", "lr_train", "lr_heldout", "lr_heldout_samples", "accuracy", "loss"}
}

// Register adds a measure, before anything is measured, from one goroutine. It panics if a series has the name of another.
func Register(m Measure) {
	if m.Name == "" || m.Compute == nil {
		panic("measure: a measure needs a name and a Compute")
	}
	for _, column := range m.Columns {
		if _, taken := Of(column.Name); taken || slices.Contains(paperSeries(), column.Name) {
			panic(fmt.Sprintf("measure: there are two series %q", column.Name))
		}
	}
	measures = append(slices.Clip(measures), m)
}

// All lists the measures in the order of their rows.
func All() []Measure { return slices.Clone(measures) }

// askedFor returns the measures that give the series in measures.further, in the order of the rows.
//
// Errors: a [*data.FieldError] for a name that is no series of any measure.
func askedFor(c train.Config) ([]Measure, error) {
	var asked []string
	for _, series := range c.Measures.Further.Names() {
		m, known := Of(series)
		if !known {
			var names []string
			for _, column := range Columns() {
				names = append(names, column.Name)
			}
			return nil, &data.FieldError{Field: keyFurther, Value: series, Allowed: "series of measures: " + strings.Join(names, ", ")}
		}
		asked = append(asked, m.Name)
	}
	return slices.DeleteFunc(All(), func(m Measure) bool { return !slices.Contains(asked, m.Name) }), nil
}

// Columns lists the series of all measures whose names are known beforehand, in order.
func Columns() []Column {
	var columns []Column
	for _, m := range measures {
		columns = append(columns, m.Columns...)
	}
	return columns
}

// Of returns the measure that gives a series.
func Of(series string) (Measure, bool) {
	for _, m := range measures {
		if m.Prefix != "" && strings.HasPrefix(series, m.Prefix) ||
			slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Name == series }) {
			return m, true
		}
	}
	return Measure{}, false
}

// MarshalJSON writes gaps as null, since JSON has no NaN.
func (s Series) MarshalJSON() ([]byte, error) {
	values := make([]*float64, len(s.Values))
	for t, value := range s.Values {
		if Finite(value) {
			values[t] = &value
		}
	}
	return json.Marshal(storedSeries{s.Name, values})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Series) UnmarshalJSON(text []byte) error {
	var stored storedSeries
	if err := json.Unmarshal(text, &stored); err != nil {
		return err
	}
	s.Name, s.Values = stored.Name, make([]float64, len(stored.Values))
	for t, value := range stored.Values {
		if s.Values[t] = math.NaN(); value != nil {
			s.Values[t] = *value
		}
	}
	return nil
}

type storedSeries struct {
	Name   string     `json:"measure"`
	Values []*float64 `json:"values"`
}

// present returns the series that have a value at some step: the others do not apply to what is measured.
func present(series ...Series) []Series {
	return slices.DeleteFunc(series, func(s Series) bool {
		return !slices.ContainsFunc(s.Values, func(v float64) bool { return !math.IsNaN(v) })
	})
}
