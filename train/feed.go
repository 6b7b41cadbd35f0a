package train

import (
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// feed draws the samples of an epoch and copies them into graphs, a batch at a time.
type feed struct {
	experiment *Experiment
	part
	each bool // whether each sample of a finite source is used at most once

	batch    *data.Batch   // of one epoch
	points   *data.Points  // the same memory as points, for sources
	embedded *tensor.Dense // S x N, the inputs as they enter an embedded network; nil for others
}

// part is where the samples of training, validation or measures come from.
type part struct {
	task   data.Task   // through time; nil where a source gives samples that are shown once
	source data.Source // else
}

func (e *Experiment) training() part   { return part{e.Task, e.Training} }
func (e *Experiment) validation() part { return part{e.taskOf(validationPart), e.Validation} }
func (e *Experiment) measuring() part  { return part{e.taskOf(measuresPart), e.Measuring} }

// newFeed allocates a feed of samples of a part; with each, every sample of a finite part is used at most once, so there may be fewer.
func newFeed(e *Experiment, of part, samples int, each bool) *feed {
	switch {
	case each && of.task != nil:
		samples = data.Observations(of.task, samples)
	case each:
		samples = data.Observations(of.source, samples)
	}
	f := &feed{experiment: e, part: of, each: each, batch: data.NewBatch(samples, e.Plan())}
	if f.task == nil {
		f.points = &data.Points{Inputs: f.batch.Inputs[0], Labels: f.batch.Labels, Clusters: f.batch.Clusters, Classes: of.source.ClassCount()}
	}
	if e.Embedding != nil {
		f.embedded = tensor.New(tensor.WithShape(samples, e.Config.Network.Units), tensor.Of(e.Config.Network.Precision.Dtype()))
	}
	return f
}

// draw replaces the samples, and adds noise to their inputs if there is a stream for it.
//
// Errors: [data.TaskError] if a task does not fill samples as its plan says.
func (f *feed) draw(rng, noise *rand.Rand) error {
	if f.task != nil {
		f.batch.Clear()
	}
	switch {
	case f.task != nil && f.each:
		data.Observe(f.task, f.task.Fill, f.batch, rng)
	case f.task != nil:
		f.task.Fill(f.batch, rng)
	case f.each:
		data.Observe(f.source, f.source.SampleInto, f.points, rng)
	default:
		f.source.SampleInto(f.points, rng)
	}
	if f.task != nil {
		if err := data.CheckBatch(f.task, f.batch); err != nil {
			return err
		}
	}
	if noise != nil {
		for _, inputs := range f.batch.Inputs {
			values := inputs.RawMatrix().Data
			for i := range values {
				values[i] += f.experiment.Config.Network.InputNoise * noise.NormFloat64()
			}
		}
	}
	if f.points != nil {
		f.batch.FileRows = f.points.FileRows
	}
	if f.embedded != nil {
		f.experiment.embedInto(f.embedded, f.points)
	}
	return nil
}

// put fills the inputs of a graph, and its targets if it has any, with one batch of samples, from first on.
func (f *feed) put(r *graph.RNN, first int) {
	batch := r.Unroll.Batch
	if f.embedded != nil {
		copyRows(r.X[0], f.embedded, first)
	} else {
		for i, x := range r.X {
			putRows(x, f.batch.Inputs[i], first, batch)
		}
	}
	if len(r.Targets) == 0 {
		return
	}
	if f.batch.Targets == nil {
		r.SetLabels(f.batch.Labels[first : first+batch])
	}
	for i, target := range f.batch.Targets {
		putRows(r.Targets[i], target, first, batch)
	}
	for i, mask := range f.batch.Masks {
		graph.SetValues(r.Masks[i], mask[first:first+batch])
	}
}

// score returns the score of outputs, S x C at each readout time, on the samples.
//
// Errors: [data.TaskError] for an invalid score.
func (f *feed) score(outputs []*mat.Dense) (float64, error) {
	if f.task != nil {
		score := f.task.Score(outputs, f.batch)
		return score, data.CheckScore(f.task, score)
	}
	return data.ChoicesRight(outputs, f.batch.Labels), nil
}

// putRows copies rows of a matrix into a tensor with as many rows, rounding to its precision.
func putRows(to *tensor.Dense, from *mat.Dense, first, rows int) {
	raw := from.RawMatrix()
	values := raw.Data[first*raw.Stride:][:rows*raw.Stride]
	graph.SetValues(to, values)
}

// copyRows fills x with rows of a tensor of its precision and width, from first on.
func copyRows(x, from *tensor.Dense, first int) {
	start := first * x.Shape()[1]
	if x.Dtype() == tensor.Float64 {
		copy(x.Float64s(), from.Float64s()[start:])
	} else {
		copy(x.Float32s(), from.Float32s()[start:])
	}
}
