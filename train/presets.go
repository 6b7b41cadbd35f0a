package train

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

// presetFiles are the presets of tasks through time, one file each: a one-line comment that describes it, with the score that
// seeds 0 to 4 reach and the seconds that it takes on one core, then what it changes in [DefaultConfig].
//
//go:embed presets/*.yaml
var presetFiles embed.FS

// Preset is a named configuration.
type Preset struct {
	Name        string // task and cell
	Description string // one line
	Config      Config
}

// Presets returns the presets of tasks through time, sorted by name. The paper's networks are presets of package farrell2019.
func Presets() []Preset {
	var presets []Preset
	for _, name := range PresetNames() {
		preset, err := PresetNamed(name)
		if err != nil {
			panic(err) // the files are part of the program, and TestPresets reads them
		}
		presets = append(presets, preset)
	}
	return presets
}

// PresetNames lists the names of [Presets].
func PresetNames() []string {
	entries, err := presetFiles.ReadDir("presets")
	if err != nil {
		panic(err)
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), ".yaml")
	}
	return names
}

// PresetNamed returns the preset of a name.
//
// Errors: a name that is not among [PresetNames].
func PresetNamed(name string) (Preset, error) {
	if !slices.Contains(PresetNames(), name) {
		return Preset{}, UnknownPreset(name, PresetNames())
	}
	text, err := presetFiles.ReadFile("presets/" + name + ".yaml")
	if err != nil {
		return Preset{}, err
	}
	preset := Preset{Name: name, Description: strings.TrimPrefix(firstLine(string(text)), "# "), Config: DefaultConfig()}
	if err := preset.Config.ApplyYAML(text); err != nil {
		return preset, fmt.Errorf("preset %s: %w", name, err)
	}
	return preset, nil
}

// UnknownPreset returns the error of an unknown name.
func UnknownPreset(name string, known []string) error {
	return fmt.Errorf("there is no preset %q; choose one of %s", name, strings.Join(known, ", "))
}
