package train

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/task"
	"github.com/unfurl-rnn/unfurl/graph"
)

// Kinds of task that are not drawn as trials through time: samples of classes, shown once, and the user's sequences.
const (
	ClustersKind  = "clusters"
	PointsKind    = "points"
	SequencesKind = "sequences"
)

// taskKinds are the constructors of the tasks through time, with default settings, by kind.
var taskKinds = map[string]func() data.Task{
	"flip_flop": task.NewFlipFlop, "decision": task.NewDecision, "context_decision": task.NewContextDecision,
	"delayed_match": task.NewDelayedMatch, "working_memory": task.NewWorkingMemory, "sine": task.NewSine,
}

// RegisterTask registers a kind of task through time. Call it before any configuration is read, from one goroutine. create
// returns a pointer to a new struct with the default settings. It panics if the name is taken or cannot be part of a key.
func RegisterTask(create func() data.Task) {
	name := create().Name()
	if _, taken := taskKinds[name]; taken || name == "" || strings.ContainsAny(name, ". =") || slices.Contains([]string{ClustersKind, PointsKind, SequencesKind, "shares"}, name) {
		panic(fmt.Sprintf("train: the task %q has a name that is taken or cannot be part of a key", name))
	}
	taskKinds[name] = create
}

// TaskKinds lists the kinds of task, those through time last and sorted.
func TaskKinds() []string {
	return append([]string{ClustersKind, PointsKind, SequencesKind}, slices.Sorted(maps.Keys(taskKinds))...)
}

// throughTime returns the task of the configuration that draws trials through time, nil for clusters, points and sequences.
//
// Errors: those of the task's Validate, under their keys.
func (t Task) throughTime() (data.Task, error) {
	create, ok := taskKinds[t.Kind]
	if !ok {
		return nil, nil
	}
	task := create()
	if err := t.Own.Into(t.Kind, task); err != nil {
		return nil, data.Within("task."+t.Kind, err)
	}
	if err := task.Validate(); err != nil {
		return task, data.Within("task."+t.Kind, err)
	}
	return task, data.CheckPlan(task)
}

// isThroughTime reports whether trials last several steps, rather than showing each sample once.
func (t Task) isThroughTime() bool { _, ok := taskKinds[t.Kind]; return ok || t.isSequences() }

// isSequences reports whether samples are the user's own sequences.
func (t Task) isSequences() bool { return t.Sequences != "" || t.Kind == SequencesKind }

// EffectiveKind is the kind that follows from all fields.
func (t Task) EffectiveKind() string {
	switch {
	case t.isSequences():
		return SequencesKind
	case t.Points != "":
		return PointsKind
	}
	return t.Kind
}

// OwnFile is the path of the user's own points or sequences; empty where samples are drawn.
func (t Task) OwnFile() string { return cmp.Or(t.Points, t.Sequences) }

// drawsClusters reports whether samples come from random clusters.
func (t Task) drawsClusters() bool { return t.Points == "" && !t.isThroughTime() }

// validateKind returns the faults of the kind of task and of its settings.
func (t Task) validateKind() error {
	var faults data.Faults
	faults.CheckOneOf("task.kind", t.Kind, TaskKinds()...)
	faults.Check(t.Kind != PointsKind || t.Points != "", "task.points", t.Points, "the path of a file, where task.kind is points")
	faults.Check(!t.isThroughTime() || t.Points == "", "task.points", t.Points, "empty where task.kind is "+t.Kind)
	faults.Check(t.Kind != SequencesKind || t.Sequences != "", "task.sequences", t.Sequences, "the path of a file, where task.kind is sequences")
	faults.Check(t.Sequences == "" || t.Kind == SequencesKind || t.Kind == ClustersKind, "task.sequences", t.Sequences, "empty where task.kind is "+t.Kind)
	for _, kind := range t.Own.Kinds() {
		faults.Check(kind == t.Kind, "task.kind", t.Kind, fmt.Sprintf("%s where settings of task.%s are given", kind, kind))
	}
	_, err := t.throughTime()
	faults.Add(err)
	return faults.Join()
}

// PenaltyConfig is how a penalty enters the objective, under training.penalties.NAME.
type PenaltyConfig struct {
	Strength float64   `yaml:"strength" help:"factor of the penalty in the objective; 0 leaves it out" range:"any finite number"`
	Times    data.List `yaml:"times" help:"times whose states the penalty sees, like 5,10; empty for all" range:"ascending times"`
}

// penalties returns the penalties of strength other than 0.
//
// Errors: [data.FieldError] for a time outside the trial.
func (c Config) penalties() ([]graph.Weighted, error) {
	var faults data.Faults
	var chosen []graph.Weighted
	for _, name := range graph.PenaltyNames() {
		var of PenaltyConfig
		key := "training.penalties." + name
		if err := c.Training.Penalties.Into(name, &of); err != nil {
			return nil, data.Within(key, err)
		}
		times, err := of.Times.Ints()
		faults.Check(err == nil && c.areTimes(times), key+".times", of.Times, fmt.Sprintf("times from 0 to %d, ascending", c.lastTime()))
		faults.Check(!math.IsNaN(of.Strength) && !math.IsInf(of.Strength, 0), key+".strength", of.Strength, "a finite number")
		if of.Strength == 0 {
			continue
		}
		penalty, err := graph.PenaltyNamed(name)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, graph.Weighted{Penalty: penalty, Strength: of.Strength, Times: times})
	}
	return chosen, faults.Join()
}

func (c Config) validatePenalties() error {
	_, err := c.penalties()
	return err
}

// areTimes reports whether times ascend within a trial.
func (c Config) areTimes(times []int) bool {
	last := c.lastTime()
	for i, t := range times {
		if t < 0 || t > last && !c.Task.isSequences() || i > 0 && t <= times[i-1] {
			return false
		}
	}
	return true
}

// lastTime is the last time of the training graph.
func (c Config) lastTime() int {
	if trial := c.Trial(); trial != nil {
		return trial.Steps - 1
	}
	last := c.Training.EvaluationStep
	if times, err := c.Training.Readouts.Ints(); err == nil && len(times) > 0 {
		last = times[len(times)-1]
	}
	return last
}

// EvaluationTime is t_eval, the last readout time.
func (c Config) EvaluationTime() int {
	if trial := c.Trial(); trial != nil {
		asked := trial.Asked()
		return asked[len(asked)-1]
	}
	return c.lastTime()
}

// RecordedSteps is the last time of a recording: Measures.Steps, or the end of the trial of a task through time, or of the
// longest of the user's sequences once they are read.
func (c Config) RecordedSteps() int {
	if trial := c.Trial(); trial != nil {
		return trial.Steps - 1
	}
	if c.Task.isSequences() {
		return c.Training.EvaluationStep
	}
	return c.Measures.Steps
}

// Trial returns the plan of a task through time, nil for samples that are shown once and for the user's sequences, whose
// plan is in their file, see [Experiment.Plan].
func (c Config) Trial() *data.Plan {
	task, err := c.Task.throughTime()
	if err != nil || task == nil {
		return nil
	}
	plan := task.Plan()
	return &plan
}

// validateTimes returns the faults of the readout times.
func (c Config) validateTimes() error {
	var faults data.Faults
	times, err := c.Training.Readouts.Ints()
	faults.Check(err == nil && c.areTimes(times), "training.readouts", c.Training.Readouts, "times from 0 on, ascending")
	faults.Check(len(times) == 0 || !c.Task.isThroughTime(), "training.readouts", c.Training.Readouts, "empty where the task says itself when it asks")
	faults.Check(len(times) == 0 || times[len(times)-1] >= 1, "training.readouts", c.Training.Readouts, "1 or more at the end; at 0 no recurrent weight has acted")
	return faults.Join()
}

// validateLoss returns the fault of a loss that does not suit the task: the cross-entropy takes outputs as logits of classes,
// and is unbounded below where targets are values.
func (c Config) validateLoss() error {
	if c.Task.drawsClusters() && c.Task.Classes >= 2 {
		return c.checkClasses(c.Task.Classes)
	}
	task, err := c.Task.throughTime()
	if err != nil || task == nil {
		return nil // faults of the task are reported elsewhere
	}
	return c.checkLoss(task.Plan())
}

// checkClasses returns the fault of a loss that cannot tell the classes of clusters or points apart.
func (c Config) checkClasses(classes int) error {
	_, err := graph.OutputsFor(c.Training.Loss, classes)
	var unknown *graph.UnknownError
	if err == nil || errors.As(err, &unknown) { // Validate reports unknown ones
		return nil
	}
	return &data.FieldError{Field: "training.loss", Value: c.Training.Loss, Allowed: fmt.Sprintf("a loss of %d classes, such as %s: %s has one output for 2 classes",
		classes, graph.MeanSquaredError, c.Training.Loss)}
}

// checkLoss is validateLoss for a known plan.
func (c Config) checkLoss(plan data.Plan) error {
	if loss, err := graph.LossNamed(c.Training.Loss); err == nil {
		if _, own := loss.(graph.OwnOutputs); own {
			return &data.FieldError{Field: "training.loss", Value: c.Training.Loss, Allowed: fmt.Sprintf("a loss of the task's outputs, such as %s, where task.kind is %s",
				graph.MeanSquaredError, c.Task.EffectiveKind())}
		}
	}
	if plan.Classes || c.Training.Loss != graph.CrossEntropy {
		return nil
	}
	return &data.FieldError{Field: "training.loss", Value: c.Training.Loss,
		Allowed: fmt.Sprintf("a loss of values, such as %s, where task.kind is %s, which asks for no classes", graph.MeanSquaredError, c.Task.EffectiveKind())}
}

// validateOwn returns the faults of the settings that a cell declares itself: those of its options' Validate, if they have
// one, and settings of another cell than the network's.
func (c Config) validateOwn() error {
	var faults data.Faults
	for _, kind := range c.Network.Own.Kinds() {
		faults.Check(kind == c.Network.Cell, "network.cell", c.Network.Cell, fmt.Sprintf("%s where settings of network.%s are given", kind, kind))
	}
	for _, place := range c.optionPlaces("network.") {
		if !place.active {
			continue
		}
		options := place.defaults()
		key := "network." + place.kind
		faults.Add(data.Within(key, c.Network.Own.Into(place.kind, options)))
		if checked, ok := options.(interface{ Validate() error }); ok {
			faults.Add(data.Within(key, checked.Validate()))
		}
	}
	return faults.Join()
}

// validateLayers returns the faults of a network of layers in place of time: states that it does not have, and inputs after the first.
func (c Config) validateLayers() error {
	layers, layered, err := c.Network.Layers()
	if !layered || err != nil { // validateOwn reports the fault
		return nil
	}
	var faults data.Faults
	key := "network." + c.Network.Cell + ".layers"
	if c.Task.isThroughTime() {
		faults.Check(false, "network.cell", c.Network.Cell, fmt.Sprintf("a recurrent network where task.kind is %s: layers take inputs that are shown once", c.Task.EffectiveKind()))
		return faults.Join()
	}
	asked := "training.evaluation_step"
	if c.Training.Readouts != "" {
		asked = "training.readouts"
	}
	faults.Check(c.lastTime() <= layers, asked, c.lastTime(), fmt.Sprintf("at most %s (%d)", key, layers))
	faults.Check(c.Measures.Steps <= layers, "measures.steps", c.Measures.Steps, fmt.Sprintf("at most %s (%d)", key, layers))
	return faults.Join()
}

// optionPlace is a kind with settings of its own.
type optionPlace struct {
	kind     string
	active   bool       // whether the configuration is of this kind
	defaults func() any // a pointer to a new struct
}

// optionPlaces returns the kinds whose settings stand under a prefix.
func (c Config) optionPlaces(prefix string) []optionPlace {
	var places []optionPlace
	switch prefix {
	case "task.":
		for _, kind := range slices.Sorted(maps.Keys(taskKinds)) {
			places = append(places, optionPlace{kind, kind == c.Task.Kind, func() any { return taskKinds[kind]() }})
		}
	case "network.":
		for _, name := range graph.CellNames() {
			if cell, err := graph.CellNamed(name); err == nil {
				if own, ok := cell.(graph.OwnOptions); ok {
					places = append(places, optionPlace{name, name == c.Network.Cell, own.Options})
				}
			}
		}
	case "training.penalties.":
		for _, name := range graph.PenaltyNames() {
			places = append(places, optionPlace{name, true, func() any { return &PenaltyConfig{} }})
		}
	}
	return places
}
