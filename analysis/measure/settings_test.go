package measure_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// fingerprint trains and measures a configuration and returns all results.
func fingerprint(t *testing.T, c train.Config) string {
	t.Helper()
	experiment, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := train.NewTrainer(experiment)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	if err := trainer.Run(context.Background(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	m, err := measure.Network(t.Context(), experiment, trainer.Parameters, nil, trainer.History, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var weights [][]float64
	for _, parameter := range trainer.Parameters.All() {
		weights = append(weights, graph.Values(parameter.Tensor))
	}
	return fmt.Sprint(string(text), weights)
}

// change is a value of a key that must change the results, on a base where the key is in use.
type change struct {
	value any
	base  map[string]any
}

var adam = map[string]any{"training.optimiser.name": "adam"}

// A schedule that acts within four epochs: no loss counts as an improvement.
var eager = map[string]any{"training.schedule.patience": 0, "training.schedule.threshold": 10.0}

// Bases on which keys of other cells and of penalties are in use.
var (
	leaky     = map[string]any{"network.cell": "leaky"}
	penalised = map[string]any{
		"training.penalties.weights.strength": 0.1, "training.penalties.activity.strength": 0.1, "training.penalties.dimensionality.strength": 0.1,
		"training.penalties.expansion.strength": 0.1,
	}
)

var changes = map[string]change{
	"seed":                     {value: 1},
	"realisation":              {value: 1},
	"task.dimension":           {value: 5},
	"task.clusters":            {value: 14},
	"task.classes":             {value: 3},
	"task.noise":               {value: 0.03},
	"task.half_side":           {value: 1.5},
	"network.units":            {value: 13},
	"network.activation":       {value: "relu"},
	"network.precision":        {value: "float64"},
	"network.coupling":         {value: 21},
	"network.mixing":           {value: 0.02},
	"network.exact_radius":     {value: true},
	"network.readout_scale":    {value: 0.4},
	"network.cell":             {value: "gru"},
	"network.input":            {value: "trained"},
	"network.embedding":        {value: "one_to_one"},
	"network.leak":             {value: 0.3, base: leaky},
	"network.leak_spread":      {value: 4.0, base: leaky},
	"network.rank":             {value: 3, base: map[string]any{"network.cell": "low_rank"}},
	"network.excitatory":       {value: 0.8},
	"network.density":          {value: 0.5},
	"network.self_connections": {value: false},
	"network.noise":            {value: 0.1},
	"network.input_noise":      {value: 0.1},
	"network.dropout":          {value: 0.1},
	"training.readouts":        {value: "2,3"},
	"training.frozen":          {value: "b1"},
	"training.clip_norm":       {value: 0.01},
	"training.label_noise":     {value: 0.2},
	"training.readout_noise":   {value: 0.1},

	"training.penalties.weights.strength":        {value: 0.1},
	"training.penalties.activity.strength":       {value: 0.1},
	"training.penalties.activity.times":          {value: "1", base: penalised},
	"training.penalties.dimensionality.strength": {value: 0.1},
	"training.penalties.dimensionality.times":    {value: "1", base: penalised},
	"training.penalties.expansion.strength":      {value: 0.1},
	"training.penalties.expansion.times":         {value: "1", base: penalised},

	"training.anneal.coupling": {value: 5.0, base: map[string]any{"training.anneal.epochs": 2}},
	"training.anneal.epochs":   {value: 2},

	"training.loss":                    {value: "mse"},
	"training.evaluation_step":         {value: 4},
	"training.batch":                   {value: 20},
	"training.samples":                 {value: 60},
	"training.epochs":                  {value: 5},
	"training.validation_samples":      {value: 31},
	"training.optimiser.name":          {value: "adam"},
	"training.optimiser.learning_rate": {value: 2e-3},
	"training.optimiser.alpha":         {value: 0.99},
	"training.optimiser.epsilon":       {value: 1e-3},
	"training.optimiser.momentum":      {value: 0.5},
	"training.optimiser.beta1":         {value: 0.8, base: adam},
	"training.optimiser.beta2":         {value: 0.9, base: adam},
	"training.optimiser.weight_decay":  {value: 0.1},
	"training.schedule.name":           {value: "constant", base: eager},
	"training.schedule.factor":         {value: 0.1, base: eager},
	"training.schedule.patience":       {value: 2, base: eager},
	"training.schedule.threshold":      {value: 0.0, base: eager},
	"training.schedule.threshold_mode": {value: "rel", base: map[string]any{
		"training.schedule.patience": 0, "training.schedule.threshold": 0.025,
	}},
	"training.schedule.minimum": {value: 9e-4, base: eager},
	"measures.samples":          {value: 48},
	"measures.steps":            {value: 5},
	"measures.held_out":         {value: 0.4},
	"measures.splits":           {value: 4},
	"measures.further":          {value: "dimension_twonn"},
}

// elsewhere names the keys that must not change the numbers, and where they are tested.
var elsewhere = map[string]string{
	"task.kind":      "TestTasks in package train",
	"task.points":    "TestRealData",
	"task.sequences": "TestOwnSequences in package train",
	// It affects the dynamics only.
	"measures.input": "TestFixedPointsUnderInput",
	// Weights are the same at all times.
	"training.penalties.weights.times": "TestUnused in package train",
	"task.headerless":                  "TestRealData",
	"task.label_column":                "TestPointsSettings in package train",
	"task.standardise":                 "TestPointsSettings in package train",
	"task.shares.training":             "TestShares in package train",
	"task.shares.validation":           "TestShares in package train",
	"task.shares.measures":             "TestShares in package train",
	"task.max_tries":                   "TestMaxTriesBoundsTheSearch in package train",
	"training.checkpoint.every":        "TestCheckpointSettings in package run",
	"training.checkpoint.keep":         "TestCheckpointSettings in package run",
	"training.checkpoint.snapshots":    "TestSnapshots in package run",
	"training.engine":                  "TestEnginesAgree in package train",
	"training.skip_zero_loss":          "TestSkipZeroLoss in package train",
}

// TestEverySettingMatters changes every key of the configuration in turn.
func TestEverySettingMatters(t *testing.T) {
	for _, setting := range small.Config().Settings() {
		if _, ok := elsewhere[setting.Key]; ok {
			continue
		}
		change, ok := changes[setting.Key]
		if !ok {
			t.Errorf("no test shows that %s matters", setting.Key)
			continue
		}
		t.Run(setting.Key, func(t *testing.T) {
			t.Parallel()
			base := small.Config()
			for key, value := range change.base {
				if err := base.Set(key, value); err != nil {
					t.Fatal(err)
				}
			}
			changed := base
			if err := changed.Set(setting.Key, change.value); err != nil {
				t.Fatal(err)
			}
			if fingerprint(t, base) == fingerprint(t, changed) {
				t.Errorf("%s = %v changed nothing", setting.Key, change.value)
			}
		})
	}
}

// TestRealData trains on handwritten digits (the UCI optical digits as shipped with scikit-learn) and
// measures them like the paper's clusters.
func TestRealData(t *testing.T) {
	c := train.DefaultConfig()
	c.Task.Points = filepath.Join("..", "..", "data", "testdata", "digits.csv.gz")
	if _, err := train.NewExperiment(t.Context(), c); err == nil {
		t.Error("a file without a header was read as one with a header")
	}
	c.Task.Headerless = true
	c.Network.Units = 80
	c.Training.EvaluationStep, c.Training.Epochs, c.Training.ValidationSamples = 4, 4, 300
	c.Measures.Samples, c.Measures.Steps, c.Measures.Splits = 200, 6, 2
	experiment, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if experiment.Training.Dimension() != 64 || experiment.Training.ClassCount() != 10 {
		t.Fatalf("%d inputs and %d classes, want 64 and 10", experiment.Training.Dimension(), experiment.Training.ClassCount())
	}
	if err := measure.Check(experiment); err != nil {
		t.Fatal(err)
	}
	trainer, err := train.NewTrainer(experiment)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	if err := trainer.Run(context.Background(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	last := trainer.History[c.Training.Epochs]
	if last.Accuracy < 0.8 {
		t.Errorf("accuracy %g after %d epochs, want 0.8 or more", last.Accuracy, last.Epoch)
	}
	m, err := measure.Network(t.Context(), experiment, trainer.Parameters, nil, trainer.History, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.After.ED) != 7 || m.After.ED[4] < 2 || m.After.ED[4] > 64 {
		t.Errorf("effective dimensionality %v", m.After.ED)
	}
	// Each digit is one cluster, so samples are held out, and nine in ten are classified correctly: scikit-learn's LogisticRegression
	// reaches 0.90 to 0.95 on the digits themselves with so few samples.
	if !m.After.HeldOutSamples || len(m.After.LRHeldOut) != 7 || m.After.LRHeldOut[0] < 0.8 {
		t.Errorf("accuracy on held-out samples %v", m.After.LRHeldOut)
	}
	for _, v := range (&measure.Table{Networks: []*measure.Measurements{m}}).Values() {
		if v.Measure == "lr_heldout" {
			t.Fatal("accuracy on held-out samples is called lr_heldout")
		}
	}
}

// TestCollapsedNetworkIsAResult: a learning rate far too high drives all states to one point.
func TestCollapsedNetworkIsAResult(t *testing.T) {
	c := small.Config()
	c.Task.Dimension, c.Task.Clusters, c.Measures.HeldOut = 10, 4, 0.25
	c.Training.Optimiser.LearningRate, c.Training.Epochs = 1, 20
	experiment, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := train.NewTrainer(experiment)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	if err := trainer.Run(context.Background(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	m, err := measure.Network(t.Context(), experiment, trainer.Parameters, nil, trainer.History, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last := m.After.ED[c.Measures.Steps]; last != 0 || len(m.Warnings) == 0 {
		t.Errorf("effective dimensionality %g with warnings %v, want 0 and a warning", last, m.Warnings)
	}
}
