package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// configurationFlags are the flags of every command that takes a configuration: a preset, then a file,
// then single keys, each overriding the one before.
type configurationFlags struct {
	preset string
	file   string
	set    []string
}

func (f *configurationFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.preset, "preset", "fig2-eoc", "named configuration `NAME` to start from; train presets lists them")
	cmd.Flags().StringVarP(&f.file, "config", "c", "", "YAML file whose keys replace those of the preset")
	cmd.Flags().StringArrayVar(&f.set, "set", nil, "replace one key, as in `KEY=VALUE`, e.g. network.coupling=100; may be repeated; train keys lists all keys")
}

// read returns the configuration that the flags describe, validated. The implied settings override the preset, and the
// user's settings override them.
func (f *configurationFlags) read(ctx context.Context, p *program, implied ...train.Setting) (train.Config, error) {
	preset, err := presetNamed(f.preset)
	if err != nil {
		return train.Config{}, usageError{err}
	}
	return f.over(ctx, p, preset.Config, f.preset, implied...)
}

// readRun returns the configuration of a run. If it is resumed and the command line names no preset and no file, the
// single keys override the configuration in its folder.
func (f *configurationFlags) readRun(p *program, cmd *cobra.Command, folder run.Folder, resume bool) (train.Config, error) {
	if !resume || cmd.Flags().Changed("preset") || cmd.Flags().Changed("config") {
		return f.read(cmd.Context(), p)
	}
	base, err := folder.Config()
	if err != nil {
		return base, err
	}
	return f.over(cmd.Context(), p, base, folder.Path)
}

// over returns the configuration of the given name with the flags applied, validated.
func (f *configurationFlags) over(ctx context.Context, p *program, base train.Config, name string, implied ...train.Setting) (train.Config, error) {
	c := base
	named, err := f.settings(ctx, c)
	if errors.Is(err, train.ErrInterrupted) {
		return c, err
	}
	if err != nil {
		return c, usageError{err}
	}
	if err := c.Apply(slices.Concat(implied, named)...); err != nil {
		return c, usageError{err}
	}
	if err := c.Validate(); err != nil {
		return c, usageError{err}
	}
	f.warnOfUnused(p, c)
	names := func(key string) bool {
		return slices.ContainsFunc(slices.Concat(implied, named), func(s train.Setting) bool { return s.Key == key })
	}
	if c.Task.Points == "" && c.Task.Dimension != base.Task.Dimension && !names("task.dimension") {
		p.log.Infof("task.dimension is %d, like network.units: the inputs of %s have as many dimensions as it has units", c.Task.Dimension, name)
	}
	return c, nil
}

// warnOfUnused names the single keys of the command line that have no effect on the run, and why.
func (f *configurationFlags) warnOfUnused(p *program, c train.Config) {
	why := c.WhyUnused(false)
	var idle []string
	for _, assignment := range f.set {
		key, _, _ := strings.Cut(assignment, "=")
		if because := why(key); because != "" {
			if text := fmt.Sprintf("%s (%s)", key, because); !slices.Contains(idle, text) {
				idle = append(idle, text)
			}
		}
	}
	if len(idle) > 0 {
		p.log.Warnf("no effect on %s: %s", measure.Name(c), strings.Join(idle, ", "))
	}
}

// settings returns the settings of the file, then those of the single keys.
func (f *configurationFlags) settings(ctx context.Context, base train.Config) ([]train.Setting, error) {
	var settings []train.Setting
	if f.file != "" {
		text, err := readLimited(ctx, f.file)
		if err != nil {
			return nil, err
		}
		settings, err = train.ReadSettings(text)
		if err == nil {
			err = base.Apply(settings...) // to name the file in an error
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.file, err)
		}
	}
	for _, assignment := range f.set {
		key, value, found := strings.Cut(assignment, "=")
		if !found {
			return nil, fmt.Errorf("--set %s lacks a value; write --set %s=VALUE", assignment, assignment)
		}
		settings = append(settings, train.Setting{Key: key, Value: value})
	}
	return settings, nil
}

// readLimited reads a file of settings. A device or a pipe may never end, and a pipe that nobody writes to never begins:
// readLimited gives up when the context ends.
func readLimited(ctx context.Context, path string) ([]byte, error) {
	return abandonable(ctx, func() ([]byte, error) { return readSettings(path) })
}

func readSettings(path string) ([]byte, error) {
	const most = 1 << 20
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && len(text) > most {
		err = fmt.Errorf("%s is longer than %d bytes; is it a file of settings?", path, most)
	}
	return text, err
}
