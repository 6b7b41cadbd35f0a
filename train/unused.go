package train

import (
	"reflect"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/graph"
)

// Unused lists the keys, or whole sections, that a run does not use: the settings of drawn clusters where none are drawn, of
// files of points where none is read, of times where the task says them itself, of cells, optimisers and schedules of other
// names, and those of drawing and training weights where the network was trained elsewhere. A reader would take them for
// facts of the run, and networks that differ in them alone are the same.
func (c Config) Unused(imported bool) []string {
	var keys []string
	unless := func(used bool, names ...string) {
		if !used {
			keys = append(keys, names...)
		}
	}
	if !c.Task.drawsClusters() {
		fields("task.", reflect.ValueOf(c.Task.ClusterConfig), func(key string, _ reflect.Value) { keys = append(keys, key) }, nil)
	}
	unless(c.Task.Points != "", "task.headerless", "task.label_column", "task.standardise")
	unless(c.Task.OwnFile() != "", "task.shares")
	unless(!c.Task.isThroughTime(), "training.readouts", "measures.steps")
	unless(!c.Task.isThroughTime() && c.Training.Readouts == "", "training.evaluation_step")
	unless(c.Measures.Splits > 0, "measures.held_out")
	for _, name := range graph.PenaltyNames() {
		var of PenaltyConfig
		key := "training.penalties." + name
		err := c.Training.Penalties.Into(name, &of)
		unless(err != nil || of.Strength != 0, key+".times")
		if penalty, err := graph.PenaltyNamed(name); err == nil {
			if selective, ok := penalty.(graph.Selective); ok {
				for _, ignored := range selective.Ignores() {
					keys = append(keys, key+"."+ignored)
				}
			}
		}
	}
	for _, key := range c.Network.Unused() {
		keys = append(keys, "network."+key)
	}
	if imported {
		keys = append(keys, "network.coupling", "network.mixing", "network.exact_radius", "network.readout_scale", "training.optimiser", "training.schedule")
	} else {
		for key, users := range optimiserKeys {
			unless(slices.Contains(users, c.Training.Optimiser.Name), "training.optimiser."+key)
		}
		unless(c.Training.Schedule.Name != "constant", "training.schedule.factor", "training.schedule.patience",
			"training.schedule.threshold", "training.schedule.threshold_mode", "training.schedule.minimum")
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// optimiserKeys says which optimisers use a setting that not all of them use.
var optimiserKeys = map[string][]string{
	"alpha": {"rmsprop", "gorgonia"}, "epsilon": {"rmsprop", "adam", "gorgonia"}, "momentum": {"rmsprop", "sgd"},
	"beta1": {"adam"}, "beta2": {"adam"}, "weight_decay": {"rmsprop", "sgd", "adam"},
}

// Using returns a function that reports whether a run uses a key, see [Config.Unused].
func (c Config) Using(imported bool) func(key string) bool {
	unused := c.Unused(imported)
	return func(key string) bool {
		return !slices.ContainsFunc(unused, func(of string) bool { return key == of || strings.HasPrefix(key, of+".") })
	}
}

// setApart moves some keys, or whole sections, of a tree of settings into another one, nil if there are none. See
// [Config.Tree].
func setApart(tree map[string]any, keys []string) map[string]any {
	var apart map[string]any
	for _, key := range keys {
		if apart == nil {
			apart = map[string]any{}
		}
		from, to := tree, apart
		parts := strings.Split(key, ".")
		last := len(parts) - 1
		for _, part := range parts[:last] {
			from = from[part].(map[string]any) // the keys are of this configuration
			if to[part] == nil {
				to[part] = map[string]any{}
			}
			to = to[part].(map[string]any)
		}
		to[parts[last]] = from[parts[last]]
		delete(from, parts[last])
	}
	return apart
}
