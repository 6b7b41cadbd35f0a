package train

import (
	"reflect"
	"strings"
)

// unused lists the keys, or whole sections, that a run does not use: the settings of drawn clusters where none are drawn,
// and those of drawing and training weights where the network was trained elsewhere. A reader would take
// them for facts of the run.
func (c Config) unused(imported bool) []string {
	var keys []string
	if !c.Task.drawsClusters() {
		fields("task.", reflect.ValueOf(c.Task.ClusterConfig), func(key string, _ reflect.Value) { keys = append(keys, key) }, nil)
	}
	if imported {
		keys = append(keys, "network.coupling", "network.mixing", "network.exact_radius", "network.readout_scale",
			"training.optimiser", "training.schedule")
	}
	return keys
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
