package train

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/graph"
)

// Config is everything that a run depends on. Two runs of one Config give the same bytes. What its fields, and those of the
// structs in it, mean and which values they take is in their tags help and range, see [Config.Describe].
type Config struct {
	Seed        uint64 `yaml:"seed" help:"root of all random streams" range:"0 or more"`
	Realisation int    `yaml:"realisation" help:"repetition under one seed; networks of one realisation share clusters, embedding and the random numbers of their weights, whatever their coupling" range:"0 or more"`

	Task     Task         `yaml:"task"`
	Network  graph.Config `yaml:"network"`
	Training Training     `yaml:"training"`
	Measures Measures     `yaml:"measures"`
}

// Task says what networks see and what they are asked: drawn clusters, the user's own points or sequences, or a task through time.
type Task struct {
	// Kind is clusters, points, sequences, or a task through time, see [TaskKinds]. Clusters with Points given are points, with
	// Sequences given sequences.
	Kind   string `yaml:"kind" help:"clusters, your own points or sequences, or a task through time"`
	Points string `yaml:"points" help:"file with your own points (.npz, .csv or .tsv); empty draws clusters" range:"a path"`
	// Sequences is the path of an .npz file with the user's own sequences, see [files.ReadSequences]; shares holds for them too.
	// They are not standardised, and the file says when outputs are asked for: evaluation_step becomes their last time.
	Sequences string `yaml:"sequences" help:"file with your own sequences (.npz)" range:"a path"`
	// Headerless and LabelColumn describe a table without a header.
	files.ReadOptions `yaml:",inline"`
	Standardise       bool `yaml:"standardise" help:"give every input of your own points mean 0 and variance 1 over the training part, as the network expects inputs of order 1"`
	// Shares is how the user's points or sequences are partitioned.
	Shares             Shares `yaml:"shares"`
	data.ClusterConfig `yaml:",inline"`
	// Own are the settings of a task through time, under its name.
	Own data.Options `yaml:",options"`
}

// Training says how the network is trained.
type Training struct {
	Loss              graph.LossName `yaml:"loss" help:"what training minimises; a task that asks for values rather than classes needs mse; mse_scalar has one output for two classes"`
	EvaluationStep    int            `yaml:"evaluation_step" help:"t_eval, the step whose state the readout takes; at 0 no recurrent weight would have acted" range:"1 or more"`
	Readouts          data.List      `yaml:"readouts" help:"times whose states the loss takes, each with the same weight, like 2,5,10; the last is t_eval; empty for evaluation_step alone" range:"ascending times"`
	Batch             int            `yaml:"batch" help:"samples in one training step" range:"1 or more"`
	Samples           int            `yaml:"samples" help:"fresh samples in one epoch, a multiple of training.batch" range:"1 or more"`
	Epochs            int            `yaml:"epochs" help:"number of epochs" range:"0 or more"`
	ValidationSamples int            `yaml:"validation_samples" help:"fresh samples on which loss and accuracy are measured after every epoch; for your own points at most their share, each once" range:"1 or more"`

	// SkipZeroLoss leaves the weights as they are at a step whose loss rounds to zero. The gradient is
	// then tiny but seldom zero, and RMSProp, which divides by its size, would move on at full rate.
	SkipZeroLoss bool `yaml:"skip_zero_loss" help:"leave the weights as they are at a step whose loss rounds to zero"`

	Frozen data.List `yaml:"frozen" help:"parameters that keep their initial values, like R,b1" range:"names of parameters"`
	// ClipNorm limits the joint norm of all gradients, at least 0; 0 turns clipping off.
	//
	// Differs: torch.nn.utils.clip_grad_norm_ adds 1e-6 to the norm.
	ClipNorm float64 `yaml:"clip_norm" help:"scale gradients down to this norm, taken over all parameters, where theirs is larger; 0 turns clipping off" range:"0 or more"`
	// LabelNoise and ReadoutNoise make the gradient noisier, in training only: validation and measures see neither.
	LabelNoise   float64 `yaml:"label_noise" help:"share of the training samples whose label is drawn at random among all classes, in every epoch anew" range:"0 to 1"`
	ReadoutNoise float64 `yaml:"readout_noise" help:"standard deviation of the noise on the readout weights W under which a step of training computes its gradient, drawn anew at every step" range:"0 or more"`
	// Penalties are strengths and times of the penalties added to the loss, see [PenaltyConfig].
	Penalties data.Options `yaml:"penalties,options"`

	Anneal     AnnealConfig     `yaml:"anneal"`
	Optimiser  OptimiserConfig  `yaml:"optimiser"`
	Schedule   ScheduleConfig   `yaml:"schedule"`
	Checkpoint CheckpointConfig `yaml:"checkpoint"`
	Engine     string           `yaml:"engine" help:"what runs the graph: machine, or tape for Gorgonia's own TapeMachine"`
}

// CheckpointConfig says which states of the training a run folder keeps. It changes no result.
type CheckpointConfig struct {
	Every     int  `yaml:"every" help:"epochs between checkpoints" range:"1 or more"`
	Keep      int  `yaml:"keep" help:"number of newest checkpoints that are kept; if the last is damaged, the one before it is used" range:"2 or more"`
	Snapshots bool `yaml:"snapshots" help:"keep the weights after epochs 1, 2, 5, 10, 20, 50, ... too, so that measures can follow the training"`
}

// Measures says on which samples the representation is measured, before and after training.
type Measures struct {
	Samples int       `yaml:"samples" help:"samples on which the representation is measured; for your own points at most this many, each once" range:"2 or more"`
	Steps   int       `yaml:"steps" help:"last time of a recording: states are measured at t = 0 .. steps" range:"0 or more"`
	HeldOut float64   `yaml:"held_out" help:"share of clusters that the logistic regression does not see" range:"above 0, below 1"`
	Splits  int       `yaml:"splits" help:"number of random choices of held-out clusters; 0 leaves the measure out" range:"0 or more"`
	Input   data.List `yaml:"input" help:"constant input under which fixed points and dynamics are measured, a number for each input of the task, like 1,0,0; empty for none" range:"numbers"`
	// Further names series of measures that package measure registers.
	Further data.List `yaml:"further" help:"series of further measures that sweeps take too, like dimension_twonn,class_capacity; train analyze takes all but the costliest" range:"names of series"`
}

// DefaultConfig returns the paper's network of high-dimensional inputs at the edge of chaos: d = 200,
// g = 20, cross-entropy read at t = 10, 40 epochs of 800 samples in batches of 10, RMSProp.
//
// Source: Farrell et al. (2019), section 2; what it does not say (batch, samples, epochs, rate, momentum 0, steps of zero loss
// that are skipped) is as in the authors' code (model_trainer.py).
func DefaultConfig() Config {
	return Config{
		Task:    Task{Kind: ClustersKind, ReadOptions: files.DefaultReadOptions(), Standardise: true, Shares: DefaultShares(), ClusterConfig: data.DefaultClusterConfig()},
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
	faults.Add(c.validateLayers())
	faults.Add(c.validateTimes())
	faults.Add(c.validatePenalties())
	faults.Add(c.validateAnneal())
	check(t.ClipNorm >= 0 && !math.IsInf(t.ClipNorm, 1), "training.clip_norm", t.ClipNorm, "a finite number, 0 or more; 0 clips nothing")
	check(t.LabelNoise >= 0 && t.LabelNoise <= 1, "training.label_noise", t.LabelNoise, "0 to 1")
	check(t.LabelNoise == 0 || !c.Task.isThroughTime(), "training.label_noise", t.LabelNoise, "0 where task.kind is "+c.Task.EffectiveKind()+", which is not learnt from one label a sample")
	check(t.ReadoutNoise >= 0 && !math.IsInf(t.ReadoutNoise, 1), "training.readout_noise", t.ReadoutNoise, "a finite number, 0 or more")
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
