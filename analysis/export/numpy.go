package export

import (
	"bytes"
	"context"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"gonum.org/v1/gonum/mat"
)

// NumPy returns an npz archive of a finished run: hidden_before and hidden_after (T x S x N), labels and
// clusters (S), inputs (S x D), embedding (N x D), the weights R, W, b1, b2 after training and R_initial, W_initial, b1_initial,
// b2_initial before; other cells have other weights, and low_rank has M, L (N x rank) and R = M L'/N. activation is the name of the
// activation, if the cell has one. Recurrent weights are the effective ones, with signs and masks applied. For a cell that carries
// more than its hidden state there are carried_before and carried_after (T x S x kN): for an LSTM h and c side by side. For the
// user's own points and sequences there are also rows (S, the row of the file from 0, without the header), class_names (C) and
// cluster_names (K), and for standardised points mean and scale (D), inputs being (x - mean) / scale.
//
// For a task through time there are the arrays that [addTrials] lists.
//
// Weights, embedding and states are in the network's precision, in which the states were computed; inputs, targets, mean and scale
// are data and stay float64, and a network in float32 rounds the inputs first. An imported network whose initial weights are
// unknown has neither those nor hidden_before.
func NumPy(ctx context.Context, folder run.Folder) ([]byte, error) {
	e, trained, _, err := measure.Load(ctx, folder)
	if err != nil {
		return nil, err
	}
	batch := e.MeasuringBatch()
	arrays := map[string]array.Array{
		"inputs":   trialInputs(e, batch),
		"labels":   integers(batch.Labels),
		"clusters": integers(batch.Clusters),
	}
	if e.Embedding != nil {
		arrays["embedding"] = inputWeights(e, trained)
	}
	if e.Task != nil {
		addTrials(arrays, e, batch)
	}
	if batch.FileRows != nil {
		arrays["rows"] = integers(batch.FileRows)
	}
	addTexts(arrays, "class_names", classNames(e))
	addTexts(arrays, "cluster_names", clusterNames(e))
	if e.Scaling != nil {
		arrays["mean"], arrays["scale"] = numbers(e.Scaling.Mean()), numbers(e.Scaling.Scale())
	}
	if e.Initial != nil {
		for _, name := range e.Initial.Names() {
			arrays[name+"_initial"] = constant(e.Initial, name)
		}
	}
	for _, name := range trained.Names() {
		arrays[name] = constant(trained, name)
	}
	if e.Config.Network.Cell == graph.LowRank {
		for suffix, p := range map[string]*graph.Parameters{"_initial": e.Initial, "": trained} {
			if p != nil {
				arrays["R"+suffix] = lowRankConnections(p)
			}
		}
	}
	if !slices.Contains(e.Config.Network.Unused(), "activation") {
		addTexts(arrays, "activation", []string{string(e.Config.Network.Activation)})
	}
	for stage, parameters := range map[string]*graph.Parameters{measure.Before: e.Initial, measure.After: trained} {
		if parameters == nil {
			continue
		}
		trajectory, err := e.RecordContext(ctx, parameters)
		if err != nil {
			return nil, err
		}
		precision := e.Config.Network.Precision
		arrays["hidden_"+stage] = stack(trajectory.H, precision)
		if trajectory.Carried != nil {
			arrays["carried_"+stage] = stack(trajectory.Carried, precision)
		}
		if stage == measure.After && trajectory.Outputs != nil {
			arrays["outputs"] = stack(trajectory.Outputs, precision)
			arrays["output_times"] = integers(trajectory.OutputTimes)
		}
	}
	var archive bytes.Buffer
	if err := npy.EncodeArchive(&archive, arrays); err != nil {
		return nil, err
	}
	return archive.Bytes(), nil
}

// lowRankConnections returns R = M L'/N (N x N) of a [graph.LowRank] network, in its precision.
func lowRankConnections(p *graph.Parameters) array.Array {
	n, rank := p.Units(), p.Config.Rank
	m, l := mat.NewDense(n, rank, p.Effective("M")), mat.NewDense(n, rank, p.Effective("L"))
	var r mat.Dense
	r.Mul(m, l.T())
	r.Scale(1/float64(n), &r)
	return inPrecision(p, rowMajor(&r), n, n)
}

// addTrials adds the data of the samples of a task through time, whose inputs and outputs are times x S x D at input_times
// and times x S x C at output_times: targets (times x S x C) and mask (times x S, weights, 0 where no output is asked), both at
// output_times; lengths (S); conditions (S), which are the clusters; label_NAME (S) for each variable of a sample, with the names
// of its values in names_NAME; and input_names (D), output_names (C). Targets are omitted if the outputs are class labels, and the
// others if the task has none: without a mask or lengths, everything counts.
func addTrials(arrays map[string]array.Array, e *train.Experiment, batch *data.Batch) {
	plan := e.Plan()
	arrays["input_times"] = integers(plan.Times())
	arrays["conditions"] = integers(batch.Clusters)
	addTexts(arrays, "input_names", plan.InputNames)
	addTexts(arrays, "output_names", plan.OutputNames)
	if batch.Targets != nil {
		arrays["targets"] = stack(batch.Targets, graph.Float64)
	}
	if batch.Masks != nil {
		mask := array.Array{Shape: []int{len(batch.Masks), batch.Len()}}
		for _, weights := range batch.Masks {
			mask.Float64 = append(mask.Float64, weights...)
		}
		arrays["mask"] = mask
	}
	if batch.Lengths != nil {
		arrays["lengths"] = integers(batch.Lengths)
	}
	for _, variable := range batch.Variables {
		arrays["label_"+variable.Name] = integers(variable.Values)
		addTexts(arrays, "names_"+variable.Name, variable.Names)
	}
}

// CurvesNumPy returns an npz archive of the measures of a finished run, one array of float64 for each measure
// and stage of curves.csv: ed_before and ed_after (T), .., accuracy and loss (epochs + 1). ed_snapshots (K x T),
// lr_train_snapshots and lr_heldout_snapshots are those after the K epochs in snapshot_epochs. Measures that do not apply, such as
// held-out accuracy without classes, have no array.
func CurvesNumPy(ctx context.Context, folder run.Folder) ([]byte, error) {
	m, err := measure.Run(ctx, folder, nil)
	if err != nil {
		return nil, err
	}
	arrays := map[string]array.Array{}
	add := func(name string, values ...float64) {
		arrays[name] = array.Array{Shape: []int{len(arrays[name].Float64) + len(values)}, Float64: append(arrays[name].Float64, values...)}
	}
	for _, v := range (&measure.Table{Networks: []*measure.Measurements{m}}).Values() {
		name := v.Measure
		if v.Stage != measure.During {
			name += "_" + v.Stage
		}
		add(name, v.Value) // values are ordered by step
	}
	epochs := array.Array{Shape: []int{len(m.During)}, Int64: make([]int64, len(m.During))}
	for i, now := range m.During {
		epochs.Int64[i] = int64(now.Epoch)
		for _, curve := range now.Series() {
			if len(curve.Values) > 0 { // otherwise the measure is omitted, such as held-out accuracy without classes
				add(curve.Name+"_snapshots", curve.Values...)
			}
		}
	}
	arrays["snapshot_epochs"] = epochs
	if len(m.During) > 0 {
		for _, curve := range m.During[0].Series() {
			name := curve.Name + "_snapshots"
			if values := arrays[name].Float64; values != nil {
				arrays[name] = array.Array{Shape: []int{len(m.During), len(curve.Values)}, Float64: values}
			}
		}
	}
	var archive bytes.Buffer
	if err := npy.EncodeArchive(&archive, arrays); err != nil {
		return nil, err
	}
	return archive.Bytes(), nil
}

// trialInputs returns the inputs of samples: S x D if they are shown once, otherwise S x D for each time at which inputs enter.
func trialInputs(e *train.Experiment, b *data.Batch) array.Array {
	if e.Task == nil {
		return matrix(b.Inputs[0])
	}
	return stack(b.Inputs, graph.Float64)
}

// stack concatenates matrices of equal shape S x N in a precision.
func stack(matrices []*mat.Dense, precision graph.Precision) array.Array {
	samples, units := matrices[0].Dims()
	array := array.Array{Shape: []int{len(matrices), samples, units}}
	for _, m := range matrices {
		if precision == graph.Float64 {
			array.Float64 = append(array.Float64, rowMajor(m)...)
		} else {
			array.Float32 = append(array.Float32, rounded(rowMajor(m))...)
		}
	}
	return array
}

func matrix(m *mat.Dense) array.Array {
	rows, columns := m.Dims()
	return array.Array{Shape: []int{rows, columns}, Float64: rowMajor(m)}
}

// rowMajor returns a copy of the entries, row after row.
func rowMajor(m *mat.Dense) []float64 {
	rows, columns := m.Dims()
	values := make([]float64, 0, rows*columns)
	for i := range rows {
		values = append(values, m.RawRowView(i)...)
	}
	return values
}

func integers(values []int) array.Array {
	array := array.Array{Shape: []int{len(values)}, Int64: make([]int64, len(values))}
	for i, v := range values {
		array.Int64[i] = int64(v)
	}
	return array
}

func numbers(values []float64) array.Array {
	return array.Array{Shape: []int{len(values)}, Float64: values}
}

// addTexts adds names to an archive, nothing if there are none.
func addTexts(arrays map[string]array.Array, name string, values []string) {
	if len(values) > 0 {
		arrays[name] = array.Array{Shape: []int{len(values)}, Text: values}
	}
}
