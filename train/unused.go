package train

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/graph"
)

// Idle is a key, or a whole section, that a run does not use.
type Idle struct {
	Key string
	Why string // the setting that makes it so, like "network.cell is vanilla"
}

// Idle lists the keys, or whole sections, that a run does not use, sorted: the settings of drawn clusters where none are drawn,
// of files of points where none is read, of times that the task fixes, of cells, optimisers and schedules of other names, and
// those of drawing and training weights where the network was trained elsewhere. Runs that differ only in such keys give the
// same network, and a reader of run.json should not take them for facts of the run.
func (c Config) Idle(imported bool) []Idle {
	var idle []Idle
	unless := func(used bool, why string, names ...string) {
		if !used {
			for _, name := range names {
				idle = append(idle, Idle{name, why})
			}
		}
	}
	if imported {
		unless(false, "the network was trained elsewhere", "network.coupling", "network.mixing", "network.exact_radius", "network.readout_scale",
			"training.anneal", "training.optimiser", "training.schedule")
		unless(c.Network.Cell != graph.FeedForward, "the network was trained elsewhere", "network.feed_forward.start")
	}
	kind := "task.kind is " + c.Task.EffectiveKind()
	fields("task.", reflect.ValueOf(c.Task.ClusterConfig), func(key string, _ reflect.Value, _ reflect.StructTag) { unless(c.Task.drawsClusters(), kind, key) }, nil)
	unless(c.Task.Points != "", "task.points is empty", "task.headerless", "task.label_column", "task.standardise")
	unless(c.Task.OwnFile() != "", "task.points and task.sequences are empty", "task.shares")
	unless(!c.Task.isThroughTime(), kind, "training.readouts", "measures.steps", "training.evaluation_step")
	unless(c.Training.Readouts == "", fmt.Sprintf("training.readouts is %s", c.Training.Readouts), "training.evaluation_step")
	unless(c.Training.Anneal.Epochs > 0, "training.anneal.epochs is 0", "training.anneal.coupling")
	unless(c.Measures.Splits > 0, "measures.splits is 0", "measures.held_out")
	for _, name := range graph.PenaltyNames() {
		var of PenaltyConfig
		key := "training.penalties." + name
		err := c.Training.Penalties.Into(name, &of)
		unless(err != nil || of.Strength != 0, key+".strength is 0", key+".times")
		if penalty, err := graph.PenaltyNamed(name); err == nil {
			if selective, ok := penalty.(graph.Selective); ok {
				for _, ignored := range selective.Ignores() {
					unless(false, "the penalty "+name+" does not depend on it", key+"."+ignored)
				}
			}
		}
	}
	for _, key := range c.Network.Unused() {
		unless(false, "network.cell is "+c.Network.Cell, "network."+key)
	}
	if !imported {
		for key, users := range optimiserKeys {
			unless(slices.Contains(users, c.Training.Optimiser.Name), "training.optimiser.name is "+c.Training.Optimiser.Name, "training.optimiser."+key)
		}
		unless(c.Training.Schedule.Name != "constant", "training.schedule.name is constant", "training.schedule.factor", "training.schedule.patience",
			"training.schedule.threshold", "training.schedule.threshold_mode", "training.schedule.minimum")
	}
	slices.SortStableFunc(idle, func(a, b Idle) int { return strings.Compare(a.Key, b.Key) })
	idle = slices.CompactFunc(idle, func(a, b Idle) bool { return a.Key == b.Key }) // the first reason stays
	return slices.DeleteFunc(slices.Clone(idle), func(of Idle) bool {               // a section covers its keys
		return slices.ContainsFunc(idle, func(section Idle) bool { return strings.HasPrefix(of.Key, section.Key+".") })
	})
}

// Unused lists the keys of [Config.Idle].
func (c Config) Unused(imported bool) []string {
	var keys []string
	for _, idle := range c.Idle(imported) {
		keys = append(keys, idle.Key)
	}
	return keys
}

// WhyUnused returns why a run does not use a key, and an empty string if it does, see [Config.Idle].
func (c Config) WhyUnused(imported bool) func(key string) string {
	idle := c.Idle(imported)
	return func(key string) string {
		for _, of := range idle {
			if key == of.Key || strings.HasPrefix(key, of.Key+".") {
				return of.Why
			}
		}
		return ""
	}
}

// Using returns a function that reports whether a run uses a key, see [Config.Idle].
func (c Config) Using(imported bool) func(key string) bool {
	why := c.WhyUnused(imported)
	return func(key string) bool { return why(key) == "" }
}

// optimiserKeys says which optimisers use a setting that not all of them use.
var optimiserKeys = map[string][]string{
	"alpha": {"rmsprop", "gorgonia"}, "epsilon": {"rmsprop", "adam", "gorgonia"}, "momentum": {"rmsprop", "sgd"},
	"beta1": {"adam"}, "beta2": {"adam"}, "weight_decay": {"rmsprop", "sgd", "adam"},
}
