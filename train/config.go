package train

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
)

// Config is everything that a run depends on. Two runs of one Config give the same bytes.
type Config struct {
	// Seed is the root of all random streams.
	Seed uint64 `yaml:"seed"`
	// Realisation tells repetitions under one seed apart, 0 or more. Networks of one realisation share
	// clusters, embedding and the random numbers of their weights, whatever their coupling.
	Realisation int `yaml:"realisation"`

	Task     Task         `yaml:"task"`
	Network  graph.Config `yaml:"network"`
	Training Training     `yaml:"training"`
	Measures Measures     `yaml:"measures"`
}

// Task says what networks are shown and asked: drawn clusters, the user's own points or sequences, or a task through time.
type Task struct {
	// Kind is clusters, points, sequences, or a task through time, see [TaskKinds]. Clusters with Points given are points, with
	// Sequences given sequences.
	Kind string `yaml:"kind"`
	// Points is the path of an .npz, .csv or .tsv file with the user's own points; empty draws clusters as
	// the other fields say.
	Points string `yaml:"points"`
	// Sequences is the path of an .npz file with the user's own sequences, see [data.ReadSequences]; shares holds for them too.
	// They enter as they are, and say themselves when they are asked: evaluation_step becomes their last time.
	Sequences string `yaml:"sequences"`
	// Headerless and LabelColumn say how a .csv file without a header is laid out.
	data.ReadOptions `yaml:",inline"`
	// Standardise gives every input of the user's points mean 0 and variance 1, as measured on the
	// training part; the network expects inputs of order 1.
	Standardise bool `yaml:"standardise"`
	// Shares is how the user's points or sequences are shared out.
	Shares             Shares `yaml:"shares"`
	data.ClusterConfig `yaml:",inline"`
	// Own are the settings of a task through time, under its name.
	Own data.Options `yaml:",options"`
}

// Training says how the network is trained.
type Training struct {
	// Loss is cross_entropy or mse; a task that asks for values and not for classes needs mse.
	Loss graph.LossName `yaml:"loss"`
	// EvaluationStep is t_eval, the step whose state the readout takes, 1 or more: at 0 no recurrent weight has acted yet.
	// A task through time says itself when it asks.
	EvaluationStep int `yaml:"evaluation_step"`
	// Readouts are the times whose states the loss takes, each alike; empty for EvaluationStep alone. The last is t_eval.
	Readouts data.List `yaml:"readouts"`
	// Batch is the number of samples in one step, at least 1.
	Batch int `yaml:"batch"`
	// Samples is the number of fresh samples in one epoch, a multiple of Batch.
	Samples int `yaml:"samples"`
	// Epochs is the number of epochs, 0 or more.
	Epochs int `yaml:"epochs"`
	// ValidationSamples is the number of fresh samples on which loss and accuracy are measured after
	// every epoch, at least 1; of the user's own points, at most all of their share, each once.
	ValidationSamples int `yaml:"validation_samples"`

	// SkipZeroLoss leaves the weights as they are at a step whose loss rounds to zero. The gradient is
	// then tiny but seldom zero, and RMSProp, which divides by its size, would move on at full rate.
	SkipZeroLoss bool `yaml:"skip_zero_loss"`

	// Frozen names parameters that keep their initial values, such as R,b1.
	Frozen data.List `yaml:"frozen"`
	// ClipNorm scales gradients whose norm, of all parameters together, is above it down to it, at least 0; 0 leaves them.
	//
	// Differs: torch.nn.utils.clip_grad_norm_ adds 1e-6 to the norm.
	ClipNorm float64 `yaml:"clip_norm"`
	// Penalties are strengths and times of penalties beside the loss, see [PenaltyConfig].
	Penalties data.Options `yaml:"penalties,options"`

	Optimiser  OptimiserConfig  `yaml:"optimiser"`
	Schedule   ScheduleConfig   `yaml:"schedule"`
	Checkpoint CheckpointConfig `yaml:"checkpoint"`
	// Engine runs the graph: machine, or tape for Gorgonia's own TapeMachine.
	Engine string `yaml:"engine"`
}

// CheckpointConfig says which states of the training a run folder keeps. It changes no number.
type CheckpointConfig struct {
	// Every is the number of epochs between checkpoints, at least 1.
	Every int `yaml:"every"`
	// Keep is how many of the newest checkpoints stay, at least 2: if the last is damaged, the one
	// before it is used.
	Keep int `yaml:"keep"`
	// Snapshots says whether the weights after epochs 1, 2, 5, 10, 20, 50, 100, ... stay too, so that the
	// way through training can be measured.
	Snapshots bool `yaml:"snapshots"`
}

// Measures says on what the representation is measured, before and after training.
type Measures struct {
	// Samples is the number S of fresh samples, at least 2. Of the user's own points it is the most that are
	// measured: each is measured once.
	Samples int `yaml:"samples"`
	// Steps is the last time of a recording: states are measured from t = 0 to it. At least 0.
	Steps int `yaml:"steps"`
	// HeldOut is the fraction of clusters that the logistic regression does not see, in (0, 1).
	HeldOut float64 `yaml:"held_out"`
	// Splits is the number of random choices of held-out clusters, 0 or more; 0 leaves the measure out.
	Splits int `yaml:"splits"`
	// Input is a constant input under which fixed points and dynamics are measured, a number for each of the D inputs of the
	// task; empty for none.
	Input data.List `yaml:"input"`
}

// DefaultConfig returns the paper's network of high-dimensional inputs at the edge of chaos: d = 200,
// g = 20, cross-entropy read at t = 10, 40 epochs of 800 samples in batches of 10, RMSProp.
//
// Source: Farrell et al. (2019), section 2; what it does not say (batch, samples, epochs, rate, momentum 0, steps of zero loss
// that are skipped) is as in the authors' code (model_trainer.py).
func DefaultConfig() Config {
	return Config{
		Task:    Task{Kind: ClustersKind, ReadOptions: data.DefaultReadOptions(), Standardise: true, Shares: DefaultShares(), ClusterConfig: data.DefaultClusterConfig()},
		Network: graph.DefaultConfig(),
		Training: Training{
			Loss: graph.CrossEntropy, EvaluationStep: 10, Batch: 10, Samples: 800, Epochs: 40,
			ValidationSamples: 1000, SkipZeroLoss: true, Optimiser: DefaultOptimiserConfig(), Schedule: DefaultScheduleConfig(),
			Checkpoint: CheckpointConfig{Every: 10, Keep: 2, Snapshots: true}, Engine: "machine",
		},
		Measures: Measures{Samples: 600, Steps: 30, HeldOut: 0.2, Splits: 5},
	}
}

// Validate joins a [*data.FieldError] for every field that is out of its range, under its dotted key.
func (c Config) Validate() error {
	var faults data.Faults
	check := faults.Check
	check(c.Realisation >= 0, "realisation", c.Realisation, "0 or more")
	if c.Task.drawsClusters() {
		faults.Add(data.Within("task", c.Task.ClusterConfig.Validate()))
		check(c.Task.Dimension <= c.Network.Units || c.Network.Units < 1 || !c.embeds(), "task.dimension", c.Task.Dimension,
			fmt.Sprintf("at most network.units (%d), or the embedding cannot keep the inputs apart", c.Network.Units))
	}
	faults.Add(c.Task.validateKind())
	faults.Add(data.Within("task", c.Task.Shares.Validate()))
	faults.Add(data.Within("network", c.Network.Validate()))
	check(c.Network.Units != 1, "network.units", c.Network.Units, "2 or more, so that there are two principal components to draw")
	check(c.Network.Coupling != 0 || c.Network.Mixing != 1, "network.coupling", c.Network.Coupling,
		"above 0 where network.mixing is 1, or all recurrent weights are 0 and stay so")

	t := c.Training
	faults.CheckOneOf("training.loss", string(t.Loss), graph.LossNames()...)
	check(t.EvaluationStep >= 1, "training.evaluation_step", t.EvaluationStep, "1 or more; at 0 no recurrent weight has acted, and none can be trained")
	faults.Add(c.validateLoss())
	faults.Add(c.validateOwn())
	faults.Add(c.validateTimes())
	faults.Add(c.validatePenalties())
	check(t.ClipNorm >= 0 && !math.IsInf(t.ClipNorm, 1), "training.clip_norm", t.ClipNorm, "a finite number, 0 or more; 0 clips nothing")
	check(t.Batch >= 1, "training.batch", t.Batch, "1 or more")
	check(t.Samples >= 1 && (t.Batch < 1 || t.Samples%t.Batch == 0), "training.samples", t.Samples,
		fmt.Sprintf("a multiple of training.batch (%d)", t.Batch))
	check(t.Epochs >= 0, "training.epochs", t.Epochs, "0 or more")
	check(t.ValidationSamples >= 1, "training.validation_samples", t.ValidationSamples, "1 or more")
	check(t.Checkpoint.Every >= 1, "training.checkpoint.every", t.Checkpoint.Every, "1 or more")
	check(t.Checkpoint.Keep >= 2, "training.checkpoint.keep", t.Checkpoint.Keep, "2 or more")
	faults.CheckOneOf("training.engine", t.Engine, EngineNames()...)
	faults.Add(data.Within("training.optimiser", t.Optimiser.Validate()))
	faults.Add(data.Within("training.schedule", t.Schedule.Validate()))

	m := c.Measures
	check(m.Samples >= 2, "measures.samples", m.Samples, "2 or more")
	check(m.Steps >= 0, "measures.steps", m.Steps, "0 or more")
	check(m.HeldOut > 0 && m.HeldOut < 1, "measures.held_out", m.HeldOut, "above 0, below 1")
	check(m.Splits >= 0, "measures.splits", m.Splits, "0 or more")
	faults.Add(c.validateInput())
	faults.Add(c.validateSize())
	return faults.Join()
}
