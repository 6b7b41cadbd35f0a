package train_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestListsRoundTrip: settings with several values, and those that kinds declare themselves, round-trip through a file, the
// command line, run.json and differences, whichever way they were written.
func TestListsRoundTrip(t *testing.T) {
	forms := map[string]string{
		"sequences": `{task: {kind: flip_flop, flip_flop: {bits: 2, steps: 20}}, network: {cell: gru}, training: {loss: mse, frozen: [c_n, b_r],
			penalties: {activity: {strength: 0.1, times: [3, 7]}}}}`,
		"texts": `{task: {kind: flip_flop, flip_flop: {bits: "2", steps: 20}}, network: {cell: gru}, training: {loss: mse, frozen: "c_n, b_r",
			penalties: {activity: {strength: 0.1, times: "3,7"}}}}`,
		"dotted": `{task.kind: flip_flop, task.flip_flop.bits: 2, task.flip_flop.steps: 20, network.cell: gru, training.loss: mse,
			training.frozen: "[c_n,b_r]", training.penalties.activity.strength: 0.1, training.penalties.activity.times: [3, 7]}`,
	}
	var first *train.Config
	for name, text := range forms {
		c := train.DefaultConfig()
		if err := c.ApplyYAML([]byte(text)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if first == nil {
			first = &c
		}
		yaml, err := c.YAML()
		if err != nil {
			t.Fatal(err)
		}
		record, err := json.Marshal(c.Tree())
		if err != nil {
			t.Fatal(err)
		}
		for form, text := range map[string][]byte{"YAML": yaml, "run.json": record} {
			again := train.DefaultConfig()
			if err := again.ApplyYAML(text); err != nil {
				t.Fatalf("%s: %s: %v", name, form, err)
			}
			if again != *first || again.Fingerprint() != first.Fingerprint() || len(again.Differences(*first)) > 0 {
				t.Errorf("%s: %s gives %+v, want %+v", name, form, again, *first)
			}
		}
	}
	other := *first
	if err := other.Set("training.frozen", "c_n"); err != nil {
		t.Fatal(err)
	}
	if err := other.Set("task.flip_flop.bits", 3); err != nil { // its default
		t.Fatal(err)
	}
	differences := other.Differences(*first)
	if len(differences) != 2 || !strings.HasPrefix(differences[0], "task.flip_flop.bits: 2, here 3") || !strings.HasPrefix(differences[1], "training.frozen: c_n,b_r, here c_n") {
		t.Errorf("differences %q", differences)
	}
	if other.Fingerprint() == first.Fingerprint() {
		t.Error("the fingerprint ignores them")
	}
}

// TestOptionsOfOtherKinds: options are refused where they would have no effect, and unknown ones are named with a suggestion.
func TestOptionsOfOtherKinds(t *testing.T) {
	for text, want := range map[string]string{
		`{task.flip_flop.bits: 2}`:                                                           "task.kind = clusters: must be flip_flop",
		`{task.kind: flip_flop, task.flip_flop.bits: 0}`:                                     "task.flip_flop.bits = 0",
		`{task.kind: flip_flop, task.flip_flop.bits: many}`:                                  "task.flip_flop.bits = many",
		`{task.kind: flip_flop, task.flip_flop.bit: 2}`:                                      `did you mean "task.flip_flop.bits"`,
		`{task.kind: flipflop}`:                                                              "task.kind = flipflop",
		`{task.kind: flip_flop, training.readouts: [3]}`:                                     "training.readouts",
		`{training.readouts: [10, 5]}`:                                                       "training.readouts",
		`{training.penalties.activity.strength: 1, training.penalties.activity.times: [99]}`: "training.penalties.activity.times",
		`{network.cell: low_rank, network.excitatory: 0.8}`:                                  "network.excitatory",
		`{network.cell: transformer}`:                                                        "network.cell",
	} {
		c := train.DefaultConfig()
		err := c.ApplyYAML([]byte(text))
		err = errors.Join(err, c.Validate())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	c := train.DefaultConfig()
	c.Training.Frozen = "R,Q"
	var field *data.FieldError
	if _, err := train.NewExperiment(context.Background(), c); !errors.As(err, &field) || field.Field != "training.frozen" {
		t.Errorf("an unknown frozen parameter: %v", err)
	}
}

// TestFrozenParametersStay: frozen parameters do not change, and the others do.
func TestFrozenParametersStay(t *testing.T) {
	c := train.DefaultConfig()
	c.Network.Units, c.Task.Dimension, c.Task.Clusters, c.Training.Epochs, c.Training.Samples, c.Training.Frozen = 10, 10, 4, 2, 40, "R,b2"
	experiment, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := train.NewTrainer(experiment)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	if err := trainer.Run(t.Context(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	for _, parameter := range trainer.Parameters.All() {
		same := slices.Equal(graph.Values(parameter.Tensor), graph.Values(experiment.Initial.Tensor(parameter.Name)))
		if want := parameter.Name == "R" || parameter.Name == "b2"; same != want {
			t.Errorf("%s stayed as it was: %t", parameter.Name, same)
		}
	}
}
