package command

import (
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/train"
)

// presets returns all named configurations: the paper's networks, then tasks through time.
func presets() []train.Preset { return slices.Concat(farrell2019.Presets(), train.Presets()) }

// presetNamed returns the configuration of a name.
//
// Errors: an unknown name; the error lists all names.
func presetNamed(name string) (train.Preset, error) {
	var names []string
	for _, preset := range presets() {
		if preset.Name == name {
			return preset, nil
		}
		names = append(names, preset.Name)
	}
	return train.Preset{}, train.UnknownPreset(name, names)
}
