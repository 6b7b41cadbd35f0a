package sweep_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// TestIdleKeys: a key that runs vary without using it is named, with the reason and how many runs repeat others.
func TestIdleKeys(t *testing.T) {
	for _, test := range []struct {
		text string
		want []sweep.IdleError
	}{
		{"grid: {network.leak: [0.1, 0.2, 0.5]}", []sweep.IdleError{{"network.leak", "network.cell is vanilla", 3, 3}}},
		{"grid: {network.cell: [vanilla, gru, leaky], network.leak: [0.1, 0.2]}",
			[]sweep.IdleError{{"network.leak", "network.cell is vanilla, or network.cell is gru", 4, 6}}},
		{"list: [{network.cell: vanilla}, {network.cell: leaky, network.leak: 0.1}, {network.cell: leaky, network.leak: 0.3}]", nil},
		{"random: {count: 4, training.optimiser.beta1: {uniform: [0.8, 0.9]}, training.optimiser.alpha: {uniform: [0.8, 0.9]}}",
			[]sweep.IdleError{{"training.optimiser.beta1", "training.optimiser.name is rmsprop", 4, 4}}},
		{"base: {task.kind: flip_flop, training.loss: mse}\ngrid: {task.clusters: [10, 20], network.units: [20, 30]}",
			[]sweep.IdleError{{"task.clusters", "task.kind is flip_flop", 4, 4}}},
		{"base: {measures.splits: 0}\ngrid: {measures.held_out: [0.2], seed: [0, 1]}", nil}, // one value
		{full, nil},
	} {
		plan, err := sweep.Decode([]byte(test.text), presets)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		var got []sweep.IdleError
		for _, warning := range plan.Warnings() {
			var idle *sweep.IdleError
			if !errors.As(warning, &idle) {
				t.Errorf("%s: %v", test.text, warning)
				continue
			}
			got = append(got, *idle)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %+v, want %+v", test.text, got, test.want)
		}
	}
}

// TestMergedCombinationsAreCounted: combinations of one configuration are one run, and a warning says so.
func TestMergedCombinationsAreCounted(t *testing.T) {
	for text, want := range map[string]string{
		"grid: {realisation: [0, 1, 0]}":               "1 of 3 combinations",
		"grid: {training.checkpoint.every: [1, 2, 3]}": "2 of 3 combinations",
		"grid: {realisation: [0, 1]}":                  "",
	} {
		plan, err := sweep.Decode([]byte(text), presets)
		if err != nil {
			t.Fatal(err)
		}
		warnings := plan.Warnings()
		if want == "" && len(warnings) > 0 || want != "" && (len(warnings) != 1 || !strings.Contains(warnings[0].Error(), want)) {
			t.Errorf("%s: %v, want %q", text, warnings, want)
		}
	}
}
