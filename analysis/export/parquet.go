package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/parquet"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Parquet returns the hidden states of a finished run as a Parquet table with a row for each stage,
// time and sample, in this order: sample (int32), cluster, class (int32), stage (before or after), t (int32),
// for the user's own points and sequences row (int32, of the file, from 0 and without the header; metadata class_names and
// cluster_names are JSON lists of their names in the file), length (int32) of samples through time of different lengths,
// label_NAME (int32) for each variable of a sample through time, and the states of the units h0, h1, ... in the network's precision
// (float32 unless network.precision is float64).
func Parquet(ctx context.Context, folder run.Folder) ([]byte, error) {
	e, trained, _, err := measure.Load(ctx, folder)
	if err != nil {
		return nil, err
	}
	table := parquet.Table{
		{Name: "sample", Int32: []int32{}}, {Name: "cluster", Int32: []int32{}}, {Name: "class", Int32: []int32{}},
		{Name: "stage", Text: []string{}}, {Name: "t", Int32: []int32{}},
	}
	facts := sampleFacts(e.MeasuringBatch())
	for _, fact := range facts {
		table = append(table, parquet.Column{Name: fact.name, Int32: []int32{}})
	}
	stages := []struct {
		name       string
		parameters *graph.Parameters
	}{{measure.Before, e.Initial}, {measure.After, trained}}
	rows := len(stages) * (e.Config.RecordedSteps() + 1) * e.Config.Measures.Samples
	for unit := range e.Config.Network.Units {
		column := parquet.Column{Name: fmt.Sprintf("h%d", unit)}
		if e.Config.Network.Precision == graph.Float64 {
			column.Float64 = make([]float64, 0, rows)
		} else {
			column.Float32 = make([]float32, 0, rows)
		}
		table = append(table, column)
	}
	for _, stage := range stages {
		if stage.parameters == nil {
			continue // an imported network whose initial weights are unknown
		}
		trajectory, err := e.RecordContext(ctx, stage.parameters)
		if err != nil {
			return nil, err
		}
		appendStates(table, stage.name, trajectory, facts)
	}
	notes := map[string]string{
		"evaluation_step": fmt.Sprint(e.Config.EvaluationTime()), "activation": string(e.Config.Network.Activation),
	}
	if err := errors.Join(addNames(notes, "class_names", classNames(e)), addNames(notes, "cluster_names", clusterNames(e))); err != nil {
		return nil, err
	}
	var file bytes.Buffer
	err = parquet.Encode(&file, table, notes)
	return file.Bytes(), err
}

// sampleFact is a column with the same value at all times of a sample.
type sampleFact struct {
	name   string
	values []int // S
}

// sampleFacts lists the columns of a table of states after those that every table has.
func sampleFacts(batch *data.Batch) []sampleFact {
	var facts []sampleFact
	if batch.FileRows != nil {
		facts = append(facts, sampleFact{"row", batch.FileRows})
	}
	if batch.Lengths != nil {
		facts = append(facts, sampleFact{"length", batch.Lengths})
	}
	for _, variable := range batch.Variables {
		facts = append(facts, sampleFact{"label_" + variable.Name, variable.Values})
	}
	return facts
}

// appendStates appends the rows of a trajectory to the table of [Parquet].
func appendStates(table parquet.Table, stage string, trajectory *data.Trajectory, facts []sampleFact) {
	const first = 5 // column of the first fact
	for t, states := range trajectory.H {
		for sample := range trajectory.Samples() {
			for i, value := range []int{sample, trajectory.Clusters[sample], trajectory.Labels[sample]} {
				table[i].Int32 = append(table[i].Int32, int32(value))
			}
			table[3].Text = append(table[3].Text, stage)
			table[4].Int32 = append(table[4].Int32, int32(t))
			for i, fact := range facts {
				table[first+i].Int32 = append(table[first+i].Int32, int32(fact.values[sample]))
			}
			for unit, state := range states.RawRowView(sample) {
				if column := &table[first+len(facts)+unit]; column.Float64 != nil {
					column.Float64 = append(column.Float64, state)
				} else {
					column.Float32 = append(column.Float32, float32(state))
				}
			}
		}
	}
}

// Curves returns the measures of a finished run, before and after training, and its learning curves as
// a Parquet table with the columns and rows of curves.csv: measure, d (int32), g (float64, NaN for an imported network),
// stage, step (int32), realisation (int32), value (float64).
func Curves(ctx context.Context, folder run.Folder) ([]byte, error) {
	m, err := measure.Run(ctx, folder, nil)
	if err != nil {
		return nil, err
	}
	table := parquet.Table{
		{Name: "measure", Text: []string{}}, {Name: "d", Int32: []int32{}}, {Name: "g", Float64: []float64{}}, {Name: "stage", Text: []string{}},
		{Name: "step", Int32: []int32{}}, {Name: "realisation", Int32: []int32{}}, {Name: "value", Float64: []float64{}},
	}
	coupling := math.NaN()
	if m.Config.Using(m.Imported)(measure.KeyCoupling) {
		coupling = m.Coupling()
	}
	for _, v := range (&measure.Table{Networks: []*measure.Measurements{m}}).Values() {
		table[0].Text = append(table[0].Text, v.Measure)
		table[1].Int32 = append(table[1].Int32, int32(v.Dimension))
		table[2].Float64 = append(table[2].Float64, coupling)
		table[3].Text = append(table[3].Text, v.Stage)
		table[4].Int32 = append(table[4].Int32, int32(v.Step))
		table[5].Int32 = append(table[5].Int32, int32(v.Realisation))
		table[6].Float64 = append(table[6].Float64, v.Value)
	}
	var file bytes.Buffer
	err = parquet.Encode(&file, table, nil)
	return file.Bytes(), err
}
