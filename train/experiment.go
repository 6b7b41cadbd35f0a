package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// The purposes of the random streams. A name never changes its meaning: old seeds would give other runs.
const (
	streamClusters   = "clusters"
	streamPartition  = "partition of the user's points"
	streamEmbedding  = "embedding"
	streamRecurrent  = "recurrent weights"
	streamReadout    = "readout weights"
	streamTraining   = "training samples"
	streamValidation = "validation samples"
	streamMeasures   = "measuring samples"
	// StreamSplits is the purpose of the stream that chooses held-out clusters.
	StreamSplits = "held-out clusters"
)

// Experiment is what a configuration defines before any training: where samples come from, how they
// enter the network, and the initial weights.
type Experiment struct {
	Config     Config
	Training   data.Source
	Validation data.Source
	Measuring  data.Source
	Own        *OwnPoints        // what was read of the user's points; nil where clusters are drawn
	Scaling    *data.Scaling     // of the user's points; nil where samples are taken as they are
	Embedding  *data.Embedding   // N x D
	Initial    *graph.Parameters // not trained: a trainer works on a copy

	drawn parts // as the configuration gives them
}

// parts are what a caller may replace in an experiment.
type parts struct {
	training, validation, measuring data.Source
	embedding                       *data.Embedding
	initial                         *graph.Parameters
}

// Replaced lists the parts of the experiment that are not those of its configuration, with their Go types, such as
// "training: *main.Moons". A run folder records them, since it cannot make them again.
func (e *Experiment) Replaced() []string {
	var replaced []string
	for _, part := range []struct {
		name       string
		now, drawn any
	}{
		{"training", e.Training, e.drawn.training}, {"validation", e.Validation, e.drawn.validation},
		{"measuring", e.Measuring, e.drawn.measuring}, {"embedding", e.Embedding, e.drawn.embedding}, {"initial", e.Initial, e.drawn.initial},
	} {
		if part.now != part.drawn { // those drawn are pointers: never a comparison of values
			replaced = append(replaced, fmt.Sprintf("%s: %T", part.name, part.now))
		}
	}
	return replaced
}

// ReplacedError says that a run was made of parts that its configuration does not give.
type ReplacedError struct {
	Folder string
	Parts  []string // as [Experiment.Replaced] lists them
}

func (e *ReplacedError) Error() string {
	return fmt.Sprintf("train: %s was trained on parts of a Go program's own (%s), which its folder cannot make again; "+
		"make the experiment in that program and measure it there", e.Folder, strings.Join(e.Parts, ", "))
}

// NewExperiment draws clusters (or reads and partitions the user's points), embedding and initial
// weights from the configuration's streams.
//
// Errors: those of [Config.Validate]; [data.FieldError] for more memory than there is and for weights that overflow;
// [data.SeparationError]; faults in the user's points; [ErrInterrupted] when the context ends.
func NewExperiment(ctx context.Context, c Config) (*Experiment, error) {
	return newExperiment(ctx, c, nil)
}

// newExperiment standardises the user's points by the given scaling, unless that is nil and has to be fitted to them.
func newExperiment(ctx context.Context, c Config, scaling *data.Scaling) (*Experiment, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := c.checkMemory(slices.Concat(c.experimentArrays(), c.recordingArrays()), ReadMemory()); err != nil {
		return nil, err
	}
	e := &Experiment{Config: c}
	if c.Task.Points != "" && c.Task.Standardise {
		e.Scaling = scaling
	}
	if err := e.drawTask(ctx); err != nil {
		return nil, err
	}
	var err error
	if e.Embedding, err = data.NewEmbedding(c.Network.Units, e.Training.Dimension(), c.stream(streamEmbedding)); err != nil {
		return nil, err
	}
	e.Initial, err = graph.NewParameters(c.Network, e.Training.ClassCount(), c.stream(streamRecurrent), c.stream(streamReadout))
	if err != nil {
		return nil, err
	}
	e.drawn = parts{e.Training, e.Validation, e.Measuring, e.Embedding, e.Initial}
	return e, c.checkFinite(e.Initial)
}

// checkFinite refuses initial weights that overflow.
func (c Config) checkFinite(p *graph.Parameters) error {
	var faults data.Faults
	for i, fault := range []struct {
		key   string
		value float64
	}{{"network.coupling", c.Network.Coupling}, {"network.readout_scale", c.Network.ReadoutScale}} {
		for _, weight := range graph.Values([]*tensor.Dense{p.R, p.W}[i]) {
			if math.IsNaN(weight) || math.IsInf(weight, 0) {
				faults.Check(false, fault.key, fault.value, fmt.Sprintf("small enough for the weights to be finite in %s", c.Network.Precision))
				break
			}
		}
	}
	return faults.Join()
}

func (e *Experiment) drawTask(ctx context.Context) error {
	c := e.Config
	if c.Task.Points == "" {
		clusters, err := data.DrawClusters(ctx, c.Task.ClusterConfig, c.stream(streamClusters))
		if ctx.Err() != nil {
			return errors.Join(ErrInterrupted, err)
		}
		if err != nil {
			return err
		}
		e.Training, e.Validation, e.Measuring = clusters, clusters, clusters
		return nil
	}
	return e.readPoints(ctx)
}

// MeasuringPoints returns the samples on which the representation is measured: the same ones before
// and after training. Of the user's own points there may be fewer than Measures.Samples: each is measured once.
func (e *Experiment) MeasuringPoints() *data.Points {
	points := data.NewPoints(data.Observations(e.Measuring, e.Config.Measures.Samples), e.Measuring.Dimension(), e.Measuring.ClassCount())
	data.ObserveInto(e.Measuring, points, e.Config.stream(streamMeasures))
	return points
}

// Record runs the network of the given parameters on the measuring samples and returns copies of its
// states at t = 0 .. T, T being Measures.Steps.
func (e *Experiment) Record(parameters *graph.Parameters) (*data.Trajectory, error) {
	points := e.MeasuringPoints()
	rnn, err := graph.Build(e.Config.Network.Activation, parameters, graph.Unroll{Batch: points.Len(), Steps: e.Config.Measures.Steps})
	if err != nil {
		return nil, err
	}
	engine, err := EngineNamed(e.Config.Training.Engine)
	if err != nil {
		return nil, err
	}
	machine, err := engine(rnn.Graph, rnn.Hidden)
	if err != nil {
		return nil, err
	}
	defer machine.Close()
	e.embedInto(rnn.X, points)
	if err := machine.RunAll(); err != nil {
		return nil, err
	}
	states, err := rnn.States(machine)
	if err != nil {
		return nil, err
	}
	return &data.Trajectory{H: states, Labels: points.Labels, Clusters: points.Clusters}, nil
}

// RecordContext is [Experiment.Record] that returns [ErrInterrupted] as soon as the context ends. A recording cannot be
// stopped in between: what is under way then goes on unheeded, and takes its time and memory until it is through.
func (e *Experiment) RecordContext(ctx context.Context, parameters *graph.Parameters) (*data.Trajectory, error) {
	type outcome struct {
		trajectory *data.Trajectory
		err        error
	}
	if ctx.Err() != nil {
		return nil, ErrInterrupted
	}
	recorded := make(chan outcome, 1)
	go func() {
		trajectory, err := e.Record(parameters)
		recorded <- outcome{trajectory, err}
	}()
	select {
	case of := <-recorded:
		return of.trajectory, of.err
	case <-ctx.Done():
		return nil, ErrInterrupted
	}
}

// embedInto writes the embedded points (S x N) into a tensor of their precision.
func (e *Experiment) embedInto(x *tensor.Dense, points *data.Points) {
	switch values := x.Data().(type) {
	case []float32:
		e.Embedding.EmbedInto32(values, points)
	case []float64:
		e.Embedding.EmbedInto(mat.NewDense(points.Len(), e.Embedding.Units(), values), points.Inputs)
	}
}
