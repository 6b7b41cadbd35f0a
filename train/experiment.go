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

// The purposes of the random streams. The names are fixed: another name would change the runs of old seeds.
const (
	streamClusters   = "clusters"
	streamPartition  = "partition of the user's points"
	streamEmbedding  = "embedding"
	streamRecurrent  = "recurrent weights"
	streamReadout    = "readout weights"
	streamTraining   = "training samples"
	streamValidation = "validation samples"
	streamMeasures   = "measuring samples"
	streamUnitNoise  = "unit noise" // by global step, the first 1
	streamInputNoise = "input noise"
	streamDropout    = "dropout" // by global step, the first 1
	streamLabelNoise = "label noise"
	// streamReadoutNoise is by global step, the first 1.
	streamReadoutNoise = "readout noise"
	// streamMeasuringNoise is of the units when a trained network is measured.
	streamMeasuringNoise = "measuring noise"
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
	Task       data.Task         // through time; the three sources are then nil
	Own        *OwnPoints        // what was read from the user's points; nil without them
	Sequences  *OwnSequences     // what was read from the user's sequences, of which Task is the training part; nil without them
	Scaling    *data.Scaling     // of the user's points; nil where samples are not standardised
	Embedding  *data.Embedding   // N x D, of inputs that are shown once to a vanilla network; nil where the network has input weights
	Initial    *graph.Parameters // not trained: a trainer works on a copy

	drawn parts // as the configuration defines them
}

// parts are the parts of an experiment that a caller may replace.
type parts struct {
	training, validation, measuring data.Source
	embedding                       *data.Embedding
	initial                         *graph.Parameters
}

// Replaced lists the parts of the experiment that do not come from its configuration, with their Go types, such as
// "training: *main.Moons". A run folder records them, since it cannot recreate them.
func (e *Experiment) Replaced() []string {
	var replaced []string
	for _, part := range []struct {
		name       string
		now, drawn any
	}{
		{"training", e.Training, e.drawn.training}, {"validation", e.Validation, e.drawn.validation},
		{"measuring", e.Measuring, e.drawn.measuring}, {"embedding", e.Embedding, e.drawn.embedding}, {"initial", e.Initial, e.drawn.initial},
	} {
		if part.now != part.drawn { // drawn parts are pointers, so values are never compared
			replaced = append(replaced, fmt.Sprintf("%s: %T", part.name, part.now))
		}
	}
	return replaced
}

// ReplacedError says that a run has parts that do not come from its configuration.
type ReplacedError struct {
	Folder string
	Parts  []string // as [Experiment.Replaced] lists them
}

func (e *ReplacedError) Error() string {
	return fmt.Sprintf("train: %s was trained with parts that a Go program supplied (%s), which its folder cannot recreate; "+
		"build the experiment in that program and measure it there", e.Folder, strings.Join(e.Parts, ", "))
}

// NewExperiment draws clusters (or reads and partitions the user's points), embedding and initial
// weights from the configuration's streams.
//
// Errors: those of [Config.Validate]; [data.FieldError] for more memory than there is and for weights that overflow;
// [data.SeparationError]; faults in the user's points; [data.TaskError]; [ErrInterrupted] when the context ends.
func NewExperiment(ctx context.Context, c Config) (*Experiment, error) {
	return newExperiment(ctx, c, nil)
}

// newExperiment standardises the user's points by the given scaling; if it is nil, a scaling is fitted to them.
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
	if e.Training != nil {
		if err := c.checkClasses(e.Training.ClassCount()); err != nil {
			return nil, err
		}
	}
	if err := e.drawNetwork(); err != nil {
		return nil, err
	}
	if e.Task != nil {
		if _, err := e.measuringFeed(); err != nil { // here, rather than in the course of training
			return nil, err
		}
	}
	e.drawn = parts{e.Training, e.Validation, e.Measuring, e.Embedding, e.Initial}
	return e, c.checkFinite(e.Initial)
}

// drawNetwork draws the embedding, if there is one, and the initial weights.
func (e *Experiment) drawNetwork() error {
	c := e.Config
	var err error
	if e.embeds() {
		if e.Embedding, err = c.Network.NewEmbedding(e.Plan().Inputs, c.stream(streamEmbedding)); err != nil {
			return err
		}
	}
	if e.Initial, err = graph.NewParameters(c.Network, e.Shape(), c.stream); err != nil {
		return err
	}
	if err := e.Initial.Freeze(c.Training.Frozen.Names()...); err != nil {
		return &data.FieldError{Field: "training.frozen", Value: c.Training.Frozen, Allowed: "names of parameters: " + strings.Join(e.Initial.Names(), ", ")}
	}
	if len(e.Initial.Trained()) == 0 {
		return &data.FieldError{Field: "training.frozen", Value: c.Training.Frozen, Allowed: "fewer than all parameters"}
	}
	return nil
}

// DoubtConnections returns a warning if network.density leaves a unit less than one connection on average, else nil.
func (e *Experiment) DoubtConnections() error {
	c := e.Config.Network
	if c.Density*float64(c.Units) >= 1 {
		return nil
	}
	between, without := e.Initial.Connections()
	return fmt.Errorf("train: network.density %g of %d units leaves %s between different units of %d, and %d units get input from no other unit; "+
		"raise network.density to %.2g or more", c.Density, c.Units, data.Counted(between, "connection"), c.Units*(c.Units-1), without, math.Ceil(100/float64(c.Units))/100)
}

// embeds reports whether inputs are embedded into the space of the units outside the graph, as in the paper: they enter a
// vanilla or a feed-forward network once, through fixed weights.
func (e *Experiment) embeds() bool { return e.Config.embeds() }

func (c Config) embeds() bool {
	cell := c.Network.Cell
	return !c.Task.isThroughTime() && (cell == graph.Vanilla || cell == graph.FeedForward) && c.Network.Input == graph.FixedInput
}

// Shape returns the numbers of inputs and outputs of the network, and whether its inputs are embedded.
func (e *Experiment) Shape() graph.Shape {
	plan := e.Plan()
	if e.embeds() {
		return graph.Shape{Inputs: e.Config.Network.Units, Outputs: plan.Outputs, Embedded: true}
	}
	return graph.Shape{Inputs: plan.Inputs, Outputs: plan.Outputs}
}

// Plan returns the shape of the task's trials.
func (e *Experiment) Plan() data.Plan {
	if e.Task != nil {
		return e.Task.Plan()
	}
	readouts, _ := e.Config.Training.Readouts.Ints() // Validate has read them
	if len(readouts) == 0 {
		readouts = []int{e.Config.Training.EvaluationStep}
	}
	classes := e.Training.ClassCount()
	outputs, _ := graph.OutputsFor(e.Config.Training.Loss, classes) // checkClasses has checked them
	return data.Plan{
		Inputs: e.Training.Dimension(), Outputs: outputs, Steps: e.Config.lastTime() + 1, InputTimes: []int{0}, Readouts: readouts,
		Classes: true, Chance: 1 / float64(classes), Score: "choices right",
	}
}

// unroll returns the description of a graph of the task's trials, without its batch.
func (e *Experiment) unroll(steps int) graph.Unroll {
	plan := e.Plan()
	u := graph.Unroll{Steps: steps}
	if e.Task != nil {
		u.Inputs = plan.Times()
	}
	return u
}

// lossUnroll is unroll with the loss.
func (e *Experiment) lossUnroll() graph.Unroll {
	plan := e.Plan()
	u := e.unroll(plan.Steps)
	u.Loss, u.Masked = e.Config.Training.Loss, plan.Masked
	if asked := plan.Asked(); len(asked) > 1 || asked[0] != u.Steps-1 {
		u.Readouts = asked
	}
	return u
}

// TrainingUnroll returns the description of the graph that is trained.
func (e *Experiment) TrainingUnroll() (graph.Unroll, error) {
	c := e.Config
	u := e.lossUnroll()
	u.Batch, u.Gradients, u.Noise, u.Dropout = c.Training.Batch, true, c.Network.Noise > 0, c.Network.Dropout > 0
	var err error
	u.Penalties, err = c.penalties()
	return u, err
}

// checkFinite refuses initial weights that overflow.
func (c Config) checkFinite(p *graph.Parameters) error {
	var faults data.Faults
	for _, parameter := range p.All() {
		for _, weight := range graph.Values(parameter.Tensor) {
			if math.IsNaN(weight) || math.IsInf(weight, 0) {
				key, value := "network.coupling", c.Network.Coupling
				if parameter.Name == graph.ReadoutWeights {
					key, value = "network.readout_scale", c.Network.ReadoutScale
				}
				faults.Check(false, key, value, fmt.Sprintf("small enough for the weights to be finite in %s", c.Network.Precision))
				break
			}
		}
	}
	return faults.Join()
}

func (e *Experiment) drawTask(ctx context.Context) error {
	c := e.Config
	if c.Task.isSequences() {
		return e.readSequences(ctx)
	}
	task, err := c.Task.throughTime()
	if err != nil || task != nil {
		e.Task = task
		return err
	}
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
// and after training. There may be fewer of the user's points than Measures.Samples: each is measured once.
// The inputs of a task through time are those of a whole trial concatenated, S x (D times the number of input times), and
// its classes are its labels.
func (e *Experiment) MeasuringPoints() *data.Points {
	if e.Task != nil {
		return trialPoints(e.MeasuringBatch())
	}
	points := data.NewPoints(data.Observations(e.Measuring, e.Config.Measures.Samples), e.Measuring.Dimension(), e.Measuring.ClassCount())
	data.Observe(e.Measuring, e.Measuring.SampleInto, points, e.Config.stream(streamMeasures))
	return points
}

// trialPoints returns the trials of a batch as points.
func trialPoints(b *data.Batch) *data.Points {
	_, inputs := b.Inputs[0].Dims()
	points := data.NewPoints(b.Len(), inputs*len(b.Inputs), slices.Max(b.Labels)+1)
	for i, at := range b.Inputs {
		points.Inputs.Slice(0, b.Len(), i*inputs, (i+1)*inputs).(*mat.Dense).Copy(at)
	}
	copy(points.Labels, b.Labels)
	copy(points.Clusters, b.Clusters)
	return points
}

// MeasuringBatch returns the samples on which the representation is measured, as [Experiment.MeasuringPoints] does, for any
// task.
func (e *Experiment) MeasuringBatch() *data.Batch {
	samples, _ := e.measuringFeed() // NewExperiment has checked them
	return samples.batch
}

func (e *Experiment) measuringFeed() (*feed, error) {
	f := newFeed(e, e.measuring(), e.Config.Measures.Samples, true)
	return f, f.draw(e.Config.stream(streamMeasures), nil)
}

// Record runs the network of the given parameters on the measuring samples, without noise, and returns copies of its
// states from t = 0 to [Config.RecordedSteps]; for a task through time also of its outputs at the readout times.
func (e *Experiment) Record(parameters *graph.Parameters) (*data.Trajectory, error) {
	samples, err := e.measuringFeed()
	if err != nil {
		return nil, err
	}
	u := e.unroll(e.Config.RecordedSteps() + 1)
	u.Batch = samples.batch.Len()
	if e.Task != nil {
		u.Outputs, u.Readouts = true, e.Plan().Asked()
	}
	rnn, err := graph.Build(parameters, u)
	if err != nil {
		return nil, err
	}
	engine, err := EngineNamed(e.Config.Training.Engine)
	if err != nil {
		return nil, err
	}
	machine, err := engine(rnn.Graph, rnn.Recorded())
	if err != nil {
		return nil, err
	}
	defer machine.Close()
	samples.put(rnn, 0)
	if err := machine.RunAll(); err != nil {
		return nil, err
	}
	recorded := &data.Trajectory{Labels: samples.batch.Labels, Clusters: samples.batch.Clusters, Variables: samples.batch.Variables, Marks: e.Plan().Marks,
		Lengths: samples.batch.Lengths}
	if recorded.H, err = rnn.States(machine); err != nil {
		return nil, err
	}
	if recorded.Carried, err = rnn.CarriedStates(machine); err != nil {
		return nil, err
	}
	if e.Task != nil {
		recorded.OutputTimes = u.Readouts
		recorded.Outputs, err = rnn.ReadOutputs(machine)
	}
	return recorded, err
}

// RecordContext is [Experiment.Record] that returns [ErrInterrupted] as soon as the context ends. A recording cannot be
// stopped once it has begun: it then finishes in the background, and its result is discarded.
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
