package train

import (
	"context"
	"math"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Trainer trains one network. It is not safe for concurrent use; several trainers run side by side.
type Trainer struct {
	Experiment *Experiment
	Parameters *graph.Parameters
	Optimiser  Optimiser
	Plateau    *Plateau
	// History holds the metrics of every finished epoch, epoch 0 first.
	History []EpochMetrics

	step    int     // finished steps of the epoch that is under way
	lossSum float64 // of those steps

	training   *compiled
	learnables []G.ValueGrad
	validation *compiled
	samples    *data.Points // of one epoch
	embedded   *tensor.Dense
	unseen     *data.Points // of one validation

	unseenEmbedded *tensor.Dense
}

// compiled is a graph with the machine that runs it.
type compiled struct {
	*graph.RNN
	graph.Machine
}

// NewTrainer returns a trainer at the initial weights. Close it when it is no longer needed.
func NewTrainer(e *Experiment) (*Trainer, error) {
	if err := e.Config.CheckMemory(ReadMemory()); err != nil {
		return nil, err
	}
	c := e.Config.Training
	t := &Trainer{Experiment: e, Parameters: e.Initial.Clone(), Plateau: NewPlateau(c.Schedule)}
	var err error
	if t.Optimiser, err = NewOptimiser(c.Optimiser, graph.ParameterNames); err != nil {
		return nil, err
	}
	t.training, err = t.compile(graph.Unroll{Batch: c.Batch, Steps: c.EvaluationStep, Loss: c.Loss, Gradients: true})
	if err != nil {
		return nil, err
	}
	unseen := data.Observations(e.Validation, c.ValidationSamples)
	t.validation, err = t.compile(graph.Unroll{Batch: validationBatch(unseen), Steps: c.EvaluationStep, Loss: c.Loss})
	if err != nil {
		t.training.Close()
		return nil, err
	}
	t.learnables = t.training.Learnables(t.Parameters, t.training.Machine)
	dimension, classes := e.Training.Dimension(), e.Training.ClassCount()
	t.samples = data.NewPoints(c.Samples, dimension, classes)
	t.unseen = data.NewPoints(unseen, dimension, classes)
	room := func(samples int) *tensor.Dense {
		return tensor.New(tensor.WithShape(samples, e.Config.Network.Units), tensor.Of(e.Config.Network.Precision.Dtype()))
	}
	t.embedded, t.unseenEmbedded = room(c.Samples), room(unseen)
	return t, nil
}

func (t *Trainer) compile(u graph.Unroll) (*compiled, error) {
	engine, err := EngineNamed(t.Experiment.Config.Training.Engine)
	if err != nil {
		return nil, err
	}
	rnn, err := graph.Build(t.Experiment.Config.Network.Activation, t.Parameters, u)
	if err != nil {
		return nil, err
	}
	wanted := append(G.Nodes{rnn.Loss}, rnn.Gradients...)
	if !u.Gradients {
		wanted = append(wanted, rnn.Logits)
	}
	machine, err := engine(rnn.Graph, wanted)
	if err != nil {
		return nil, err
	}
	return &compiled{rnn, machine}, nil
}

// Close releases the machines.
func (t *Trainer) Close() error {
	err := t.training.Machine.Close()
	if other := t.validation.Machine.Close(); err == nil {
		err = other
	}
	return err
}

// Epoch returns the number of finished epochs, -1 before the first validation.
func (t *Trainer) Epoch() int { return len(t.History) - 1 }

// Run trains until all epochs are done, and reports every finished epoch to the recorder and to saved,
// which may be nil.
//
// Errors: [DivergenceError]; [ErrInterrupted] when the context ends, after the step that is under way;
// what saved returned.
func (t *Trainer) Run(ctx context.Context, recorder Recorder, saved func(*Trainer) error) error {
	for t.Epoch() < t.Experiment.Config.Training.Epochs {
		if err := t.runEpoch(ctx); err != nil {
			return err
		}
		recorder.Epoch(t.History[len(t.History)-1])
		if saved != nil {
			if err := saved(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// runEpoch trains for the rest of the epoch that is under way and validates; the first call only
// validates the initial network.
func (t *Trainer) runEpoch(ctx context.Context) error {
	c := t.Experiment.Config
	epoch := t.Epoch() + 1
	rate := t.Optimiser.LearningRate()
	metrics := EpochMetrics{Epoch: epoch, LearningRate: rate}
	if epoch > 0 {
		t.Experiment.Training.SampleInto(t.samples, c.Stream(streamTraining, epoch))
		t.Experiment.embedInto(t.embedded, t.samples)
		steps := c.Training.Samples / c.Training.Batch
		for t.step < steps {
			if ctx.Err() != nil {
				return ErrInterrupted
			}
			loss, err := t.trainStep(t.step)
			if err != nil {
				return err
			}
			t.step++
			t.lossSum += loss
			if math.IsNaN(t.lossSum) || math.IsInf(t.lossSum, 0) {
				return &DivergenceError{Which: TrainingLoss, Epoch: epoch, Step: t.step, Loss: loss}
			}
		}
		metrics.TrainingLoss = t.lossSum/float64(steps) + 0
	}
	if err := t.validate(ctx, &metrics); err != nil {
		return err
	}
	if math.IsNaN(metrics.ValidationLoss) || math.IsInf(metrics.ValidationLoss, 0) {
		return &DivergenceError{Which: ValidationLoss, Epoch: epoch, Loss: metrics.ValidationLoss}
	}
	t.step, t.lossSum = 0, 0 // not before: who stops while it validates goes on there
	if epoch > 0 {
		t.Optimiser.SetLearningRate(t.Plateau.Step(metrics.ValidationLoss, rate))
	}
	t.History = append(t.History, metrics)
	return nil
}

// trainStep takes one step on batch i of the epoch's samples and returns the loss before it.
func (t *Trainer) trainStep(i int) (float64, error) {
	batch := t.Experiment.Config.Training.Batch
	t.copyRows(t.training.X, t.embedded, i*batch)
	t.training.SetLabels(t.samples.Labels[i*batch : (i+1)*batch])
	skip := t.Experiment.Config.Training.SkipZeroLoss
	staged, ok := t.training.Machine.(graph.Staged)
	run := t.training.RunAll
	if ok && skip {
		run = func() error { return staged.RunTo(t.training.Loss) }
	}
	if err := run(); err != nil {
		return 0, err
	}
	loss, err := graph.ReadScalar(t.training, t.training.Loss)
	if err != nil || loss <= 0 && skip {
		return loss, err
	}
	if ok && skip {
		if err := staged.Resume(); err != nil {
			return loss, err
		}
	}
	return loss, t.Optimiser.Step(t.learnables)
}

// validationBatch returns the number of samples that one run of the validation graph takes: a divisor of
// their number, small enough for the states to stay in the processor's cache, large enough for its
// products to be fast; all samples at once where there is no such divisor.
func validationBatch(samples int) int {
	for batch := min(samples, 128); batch >= 32; batch-- {
		if samples%batch == 0 {
			return batch
		}
	}
	return samples
}

// validate fills in loss and accuracy on fresh samples.
func (t *Trainer) validate(ctx context.Context, metrics *EpochMetrics) error {
	data.ObserveInto(t.Experiment.Validation, t.unseen, t.Experiment.Config.Stream(streamValidation, metrics.Epoch))
	t.Experiment.embedInto(t.unseenEmbedded, t.unseen)
	batch := t.validation.Unroll.Batch
	batches := t.unseen.Len() / batch
	loss, correct := 0.0, 0
	for i := range batches {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		labels := t.unseen.Labels[i*batch : (i+1)*batch]
		t.copyRows(t.validation.X, t.unseenEmbedded, i*batch)
		t.validation.SetLabels(labels)
		if err := t.validation.RunAll(); err != nil {
			return err
		}
		part, err := graph.ReadScalar(t.validation, t.validation.Loss)
		if err != nil {
			return err
		}
		loss += part
		logits, err := graph.Read(t.validation, t.validation.Logits) // B x C
		if err != nil {
			return err
		}
		correct += countCorrect(logits, labels)
	}
	metrics.ValidationLoss = loss/float64(batches) + 0 // a perfect network's loss is -0
	metrics.Accuracy = float64(correct) / float64(t.unseen.Len())
	return nil
}

// copyRows fills x with the rows of embedded samples from first on.
func (t *Trainer) copyRows(x, embedded *tensor.Dense, first int) {
	start := first * t.Experiment.Config.Network.Units
	if t.Parameters.Precision() == graph.Float64 {
		copy(x.Float64s(), embedded.Float64s()[start:])
	} else {
		copy(x.Float32s(), embedded.Float32s()[start:])
	}
}

// countCorrect returns the number of rows of logits (B x C) whose largest entry is at the label; of
// equal entries the first counts.
func countCorrect(logits []float64, labels []int) int {
	classes := len(logits) / len(labels)
	correct := 0
	for i, label := range labels {
		row := logits[i*classes : (i+1)*classes]
		best := 0
		for j, v := range row {
			if v > row[best] {
				best = j
			}
		}
		if best == label {
			correct++
		}
	}
	return correct
}
