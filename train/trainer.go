package train

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// Trainer trains one network. It is not safe for concurrent use; several trainers run side by side.
type Trainer struct {
	Experiment *Experiment
	Parameters *graph.Parameters
	Optimiser  Optimiser
	Plateau    *Plateau
	// History holds the metrics of every finished epoch, epoch 0 first.
	History []EpochMetrics

	step    int     // finished steps of the current epoch
	lossSum float64 // of those steps

	training   *compiled
	learnables []G.ValueGrad
	validation *compiled
	samples    *feed         // of one epoch
	unseen     *feed         // of one validation
	outputs    []*mat.Dense  // of one validation, S x C at each readout time
	noise      []float64     // scales of the units' noise, N; nil without noise
	annealing  *annealing    // nil for none
	readout    *readoutNoise // nil for none
}

// compiled is a graph and the machine that runs it.
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
	trained := t.Parameters.Trained()
	names := make([]string, len(trained))
	for i, parameter := range trained {
		names[i] = parameter.Name
	}
	if t.Optimiser, err = NewOptimiser(c.Optimiser, names); err != nil {
		return nil, err
	}
	if t.annealing, err = newAnnealing(e, t.Parameters); err != nil {
		return nil, err
	}
	u, err := e.TrainingUnroll()
	if err != nil {
		return nil, err
	}
	if t.training, err = t.compile(u); err != nil {
		return nil, err
	}
	t.samples = newFeed(e, e.training(), c.Samples, false)
	t.unseen = newFeed(e, e.validation(), c.ValidationSamples, true)
	unseen := t.unseen.batch.Len()
	u = e.lossUnroll()
	u.Batch = validationBatch(unseen)
	if t.validation, err = t.compile(u); err != nil {
		t.training.Close()
		return nil, err
	}
	t.learnables = t.training.Learnables(t.training.Machine)
	for range t.validation.Outputs {
		t.outputs = append(t.outputs, mat.NewDense(unseen, t.Parameters.Outputs(), nil))
	}
	if e.Config.Network.Noise > 0 {
		t.noise = t.Parameters.NoiseScales()
	}
	if c.ReadoutNoise > 0 {
		t.readout = newReadoutNoise(c.ReadoutNoise, t.Parameters.Tensor(graph.ReadoutWeights))
	}
	return t, nil
}

func (t *Trainer) compile(u graph.Unroll) (*compiled, error) {
	engine, err := EngineNamed(t.Experiment.Config.Training.Engine)
	if err != nil {
		return nil, err
	}
	rnn, err := graph.Build(t.Parameters, u)
	if err != nil {
		return nil, err
	}
	wanted := append(G.Nodes{rnn.Loss}, rnn.Gradients...)
	if !u.Gradients {
		wanted = append(wanted, rnn.Outputs...)
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

// Step returns how many steps of the epoch under way are done.
func (t *Trainer) Step() int { return t.step }

// Run trains until all epochs are done, and reports every finished epoch to the recorder and to saved,
// which may be nil.
//
// Errors: [DivergenceError]; [ErrInterrupted] when the context ends, after the current step;
// the error of saved.
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

// runEpoch trains for the rest of the current epoch and validates; the first call only
// validates the initial network.
func (t *Trainer) runEpoch(ctx context.Context) error {
	c := t.Experiment.Config
	epoch := t.Epoch() + 1
	rate := t.Optimiser.LearningRate()
	metrics := EpochMetrics{Epoch: epoch, LearningRate: rate}
	if epoch > 0 {
		var noise *rand.Rand
		if c.Network.InputNoise > 0 {
			noise = c.Stream(streamInputNoise, epoch)
		}
		if err := t.samples.draw(c.Stream(streamTraining, epoch), noise); err != nil {
			return err
		}
		if c.Training.LabelNoise > 0 {
			t.samples.mislabel(c.Training.LabelNoise, c.Stream(streamLabelNoise, epoch))
		}
		steps := c.Training.Samples / c.Training.Batch
		for t.step < steps {
			if ctx.Err() != nil {
				return ErrInterrupted
			}
			if t.step == 0 { // only now, so that a run stopped before this step resumes with it
				t.annealing.step(epoch)
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
	t.step, t.lossSum = 0, 0 // only now, so that a run stopped during validation resumes there
	if epoch > 0 {
		t.Optimiser.SetLearningRate(t.Plateau.Step(metrics.ValidationLoss, rate))
	}
	t.History = append(t.History, metrics)
	return nil
}

// trainStep takes one step on batch i of the epoch's samples and returns the loss before it.
func (t *Trainer) trainStep(i int) (float64, error) {
	loss, skipped, err := t.gradients(i)
	if err != nil || skipped {
		return loss, err
	}
	if limit := t.Experiment.Config.Training.ClipNorm; limit > 0 {
		if err := clip(t.learnables, limit); err != nil {
			return loss, err
		}
	}
	return loss, t.Optimiser.Step(t.learnables)
}

// gradients computes loss and gradients on batch i of the epoch's samples. If the loss is zero and such steps are skipped, it
// computes no gradients.
func (t *Trainer) gradients(i int) (loss float64, skipped bool, err error) {
	c := t.Experiment.Config.Training
	t.samples.put(t.training.RNN, i*c.Batch)
	t.fillNoise(i)
	t.fillDropout(i)
	skip := c.SkipZeroLoss && len(t.training.Unroll.Penalties) == 0
	staged, ok := t.training.Machine.(graph.Staged)
	run := t.training.RunAll
	if ok && skip {
		run = func() error { return staged.RunTo(t.training.Loss) }
	}
	if t.readout != nil {
		t.readout.add(t.stepStream(streamReadoutNoise, i))
		defer t.readout.remove()
	}
	if err := run(); err != nil {
		return 0, false, err
	}
	loss, err = graph.ReadScalar(t.training, t.training.Loss)
	if err != nil || loss <= 0 && skip {
		return loss, true, err
	}
	if ok && skip {
		err = staged.Resume()
	}
	return loss, false, err
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

// validate fills in loss and accuracy on fresh samples, without noise and penalties. A masked loss is the mean of the
// losses of the batches.
func (t *Trainer) validate(ctx context.Context, metrics *EpochMetrics) error {
	if err := t.unseen.draw(t.Experiment.Config.Stream(streamValidation, metrics.Epoch), nil); err != nil {
		return err
	}
	batch, samples := t.validation.Unroll.Batch, t.unseen.batch.Len()
	loss := 0.0
	for first := 0; first < samples; first += batch {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		t.unseen.put(t.validation.RNN, first)
		if err := t.validation.RunAll(); err != nil {
			return err
		}
		part, err := graph.ReadScalar(t.validation, t.validation.Loss)
		if err != nil {
			return err
		}
		loss += part
		for i, node := range t.validation.Outputs {
			outputs, err := graph.Read(t.validation, node) // B x C
			if err != nil {
				return err
			}
			copy(t.outputs[i].RawMatrix().Data[first*t.Parameters.Outputs():], outputs)
		}
	}
	metrics.ValidationLoss = loss/float64(samples/batch) + 0 // a perfect network's loss is -0
	if math.IsNaN(metrics.ValidationLoss) || math.IsInf(metrics.ValidationLoss, 0) {
		return &DivergenceError{Which: ValidationLoss, Epoch: metrics.Epoch, Loss: metrics.ValidationLoss}
	}
	var err error
	metrics.Accuracy, err = t.unseen.score(t.outputs)
	return err
}
