package train

import (
	"fmt"

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

// partition is how the user's own points are shared out: training, validation, measures.
var partition = []float64{0.6, 0.2, 0.2}

// Experiment is what a configuration defines before any training: where samples come from, how they
// enter the network, and the initial weights.
type Experiment struct {
	Config     Config
	Training   data.Source
	Validation data.Source
	Measuring  data.Source
	Scaling    *data.Scaling     // of the user's points; nil where samples are taken as they are
	Embedding  *data.Embedding   // N x D
	Initial    *graph.Parameters // not trained: a trainer works on a copy
}

// NewExperiment draws clusters (or reads and partitions the user's points), embedding and initial
// weights from the configuration's streams.
//
// Errors: those of [Config.Validate], [data.SeparationError], faults in the user's points.
func NewExperiment(c Config) (*Experiment, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	e := &Experiment{Config: c}
	if err := e.drawTask(); err != nil {
		return nil, err
	}
	var err error
	if e.Embedding, err = data.NewEmbedding(c.Network.Units, e.Training.Dimension(), c.stream(streamEmbedding)); err != nil {
		return nil, err
	}
	e.Initial, err = graph.NewParameters(c.Network, e.Training.ClassCount(), c.stream(streamRecurrent), c.stream(streamReadout))
	return e, err
}

func (e *Experiment) drawTask() error {
	c := e.Config
	if c.Task.Points == "" {
		clusters, err := data.DrawClusters(c.Task.ClusterConfig, c.stream(streamClusters))
		if err != nil {
			return err
		}
		e.Training, e.Validation, e.Measuring = clusters, clusters, clusters
		return nil
	}
	points, err := data.ReadPointsWith(c.Task.Points, c.Task.ReadOptions)
	if err != nil {
		return err
	}
	all, err := data.NewUserPoints(points)
	if err != nil {
		return err
	}
	if all.ClassCount() < 2 {
		return fmt.Errorf("train: %s holds one class; a classification needs 2 or more", c.Task.Points)
	}
	if all.Dimension() > c.Network.Units {
		return fmt.Errorf("train: %s has %d inputs a sample, the network %d units; raise network.units to %d or more",
			c.Task.Points, all.Dimension(), c.Network.Units, all.Dimension())
	}
	parts, err := all.Partition(partition, c.stream(streamPartition))
	if err != nil {
		return err
	}
	if c.Task.Standardise {
		scaling := data.FitScaling(parts[0].Points())
		e.Scaling = &scaling
		for i, part := range parts {
			if parts[i], err = data.NewUserPoints(scaling.Apply(part.Points())); err != nil {
				return err
			}
		}
	}
	e.Training, e.Validation, e.Measuring = parts[0], parts[1], parts[2]
	return nil
}

// MeasuringPoints returns the samples on which the representation is measured: the same ones before
// and after training.
func (e *Experiment) MeasuringPoints() *data.Points {
	return e.Measuring.Sample(e.Config.Measures.Samples, e.Config.stream(streamMeasures))
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

// embedInto writes the embedded points (S x N) into a tensor of their precision.
func (e *Experiment) embedInto(x *tensor.Dense, points *data.Points) {
	switch values := x.Data().(type) {
	case []float32:
		e.Embedding.EmbedInto32(values, points)
	case []float64:
		e.Embedding.EmbedInto(mat.NewDense(points.Len(), e.Embedding.Units(), values), points.Inputs)
	}
}
