package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
)

// configurationFlags are the flags of every command that takes a configuration: a preset, then a file,
// then single keys, each over the one before.
type configurationFlags struct {
	preset string
	file   string
	set    []string
}

func (f *configurationFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.preset, "preset", "fig2-eoc", "named configuration to start from; `train presets` lists them")
	cmd.Flags().StringVarP(&f.file, "config", "c", "", "YAML file whose keys replace those of the preset")
	cmd.Flags().StringArrayVar(&f.set, "set", nil, "replace one key, e.g. --set network.coupling=100; may be repeated")
}

// read returns the configuration that the flags describe, validated.
func (f *configurationFlags) read() (train.Config, error) {
	preset, err := paper.PresetNamed(f.preset)
	if err != nil {
		return train.Config{}, usageError{err}
	}
	c := preset.Config
	if f.file != "" {
		text, err := os.ReadFile(f.file)
		if err != nil {
			return c, usageError{err}
		}
		if err := c.ApplyYAML(text); err != nil {
			return c, usageError{fmt.Errorf("%s: %w", f.file, err)}
		}
	}
	for _, assignment := range f.set {
		key, value, found := strings.Cut(assignment, "=")
		if !found {
			return c, usageError{fmt.Errorf("--set %s lacks a value; write --set %s=VALUE", assignment, assignment)}
		}
		if err := c.Set(key, value); err != nil {
			return c, usageError{err}
		}
	}
	if err := c.Validate(); err != nil {
		return c, usageError{err}
	}
	return c, nil
}
