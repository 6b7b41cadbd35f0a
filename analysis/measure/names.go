package measure

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// Name returns the name of a network in messages: its [Title] and whatever else differs from the paper.
func Name(c train.Config) string {
	name := Title(c)
	usual := train.DefaultConfig()
	if c.Network.Activation != usual.Network.Activation && c.Using(false)("network.activation") {
		name += ", " + string(c.Network.Activation)
	}
	if c.Training.Loss != usual.Training.Loss {
		name += ", " + string(c.Training.Loss)
	}
	return name
}

// Title names a network for display: by dimension and coupling as in the paper, by the user's file of points and coupling, else by
// its task and cell. The dimension of points is in their file, not in the configuration.
func Title(c train.Config) string {
	if isPlain(c) && c.Task.Points != "" {
		return fmt.Sprintf("%s, g = %g", filepath.Base(c.Task.Points), c.Network.Coupling)
	}
	if isPlain(c) {
		return fmt.Sprintf("d = %d, g = %g", c.Task.Dimension, c.Network.Coupling)
	}
	return c.Task.EffectiveKind() + ", " + c.Network.Cell
}

// isPlain reports whether a network is of the paper's kind, named by dimension and coupling.
func isPlain(c train.Config) bool { return !hasTrials(c) && c.Network.Cell == graph.Vanilla }

// hasTrials reports whether samples are trials or sequences, not points that are shown once.
func hasTrials(c train.Config) bool {
	return c.Trial() != nil || c.Task.EffectiveKind() == train.SequencesKind
}

// label names a group by its task and cell, unless all groups are plain, and by the keys that differ between groups; a
// single plain group by its dimension and coupling.
func (g *Group) label(differing []string, plain bool) string {
	var words []string
	if !plain {
		c := g.Networks[0].Config
		words = []string{c.Task.EffectiveKind(), c.Network.Cell}
		differing = slices.DeleteFunc(slices.Clone(differing), func(key string) bool { return key == keyKind || key == keyCell })
	} else if len(differing) == 0 {
		differing = []string{keyDimension, KeyCoupling}
	}
	for _, key := range differing {
		value := g.Value(key)
		switch {
		case value == "":
			// of no meaning for this group
		case key == keyDimension:
			words = append(words, fmt.Sprintf("$d$ = %d", g.Dimension))
		case key == KeyCoupling:
			words = append(words, fmt.Sprintf("$g$ = %g", g.Coupling))
		case key == keyImported && value == "true":
			words = append(words, "imported")
		case key == keyImported:
			words = append(words, "trained here")
		default:
			words = append(words, shortKey(key, differing)+" = "+value)
		}
	}
	return strings.Join(words, ", ")
}

// shortKey returns the last part of a key where that distinguishes it from the others, else the whole key.
func shortKey(key string, among []string) string {
	last := func(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }
	for _, other := range among {
		if other != key && last(other) == last(key) {
			return key
		}
	}
	return last(key)
}
