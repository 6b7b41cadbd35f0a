package train_test

import (
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
)

// TestAmbiguousYAMLIsRefused: where a reader could take one of two, or a number for another, the text is refused with its
// line; what only looks unusual is read.
func TestAmbiguousYAMLIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"network.units: 30\n---\nnetwork.units: 40\n":                       "line 3: a second document begins",
		"network.units: 30\n...\nnetwork.units: 40\n":                       "line 3: a second document begins",
		"# only a comment\n---\n# and another\n---\nseed: 1":                "line 5: a second document begins",
		"training.epochs: 010":                                              "line 1: 010 is octal to some readers of YAML and decimal to others; write it without the leading zero, or as 0o10",
		"training:\n  epochs: -007":                                         "line 2: -007 is octal",
		"network: {units: 30}\nnetwork.units: 40":                           "network.units is given twice, nested and dotted",
		"network.units: 30\nnetwork.units: 40":                              `mapping key "network.units" already defined`,
		"training.optimiser: {name: sgd}\ntraining: {optimiser.name: adam}": "training.optimiser.name is given twice",
		"network: {units: 30, <<: {units: 40}}":                             "line 1: merge keys",
		"\xff\xfes\x00e\x00e\x00d\x00":                                      "not a text in UTF-8",
		"seed: 1\x00":                                                       "not a text in UTF-8",
	} {
		c := train.DefaultConfig()
		err := c.ApplyYAML([]byte(text))
		switch {
		case err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n"):
			t.Errorf("%q: %v, want %q", text, err, want)
		case c != train.DefaultConfig():
			t.Errorf("%q: the configuration was changed", text)
		}
	}
}

// TestUnusualYAMLIsRead: marks of documents around one document, a byte-order mark, octal and hexadecimal numbers.
func TestUnusualYAMLIsRead(t *testing.T) {
	for text, want := range map[string]int{
		"\xef\xbb\xbftraining.epochs: 7\n":         7,
		"\xef\xbb\xbf---\ntraining: {epochs: 7}\n": 7,
		"---\ntraining.epochs: 7\n...\n":           7,
		"training.epochs: 7\n---\n":                7,
		"%YAML 1.2\n---\ntraining.epochs: 7\n":     7,
		"training.epochs: 0o10":                    8,
		"training.epochs: 0x10":                    16,
		"training.epochs: 0":                       0,
		"training:\r\n  epochs: 7\r\n":             7,
	} {
		c := train.DefaultConfig()
		if err := c.ApplyYAML([]byte(text)); err != nil || c.Training.Epochs != want {
			t.Errorf("%q: %d epochs, want %d: %v", text, c.Training.Epochs, want, err)
		}
	}
}

// TestValuesThatMeanNothingOrTwoThings: an empty value, a section that is none, and numbers that other programs read
// otherwise are refused in files and on the command line alike, with what to write.
func TestValuesThatMeanNothingOrTwoThings(t *testing.T) {
	for _, test := range []struct {
		setting train.Setting
		want    string
	}{
		{train.Setting{"seed", nil}, "seed = null: must be a whole number, 0 or more; leave the key out to keep its value"},
		{train.Setting{"task.standardise", nil}, "task.standardise = null: must be true or false; leave the key out"},
		{train.Setting{"network.coupling", nil}, "network.coupling = null: must be a number; leave the key out"},
		{train.Setting{"task", nil}, "task = null: must be a section with keys in it; leave it out to keep its values, or write task.NAME"},
		{train.Setting{"training.optimiser", "sgd"}, "training.optimiser = sgd: must be a section with keys in it"},
		{train.Setting{"training.epochs", "010"}, "training.epochs = 010: must be a whole number without a leading zero"},
		{train.Setting{"seed", "007"}, "seed = 007: must be a whole number, 0 or more without a leading zero"},
		{train.Setting{"network.coupling", "-020"}, "network.coupling = -020: must be a number without a leading zero"},
		{train.Setting{"network.coupling", "0x1p4"}, "network.coupling = 0x1p4: must be a number"},
		{train.Setting{"training.epochs", "1_000"}, "training.epochs = 1_000: must be a whole number"},
	} {
		c := train.DefaultConfig()
		if err := c.Set(test.setting.Key, test.setting.Value); err == nil || !strings.Contains(err.Error(), test.want) || c != train.DefaultConfig() {
			t.Errorf("%v: %v, want %q", test.setting, err, test.want)
		}
	}
	c := train.DefaultConfig()
	if err := c.ApplyYAML([]byte("seed: ~\n")); err == nil || !strings.Contains(err.Error(), "seed = null: must be") {
		t.Errorf("seed: ~ gives %v", err)
	}
	if err := c.ApplyYAML([]byte("task:\n")); err == nil || !strings.Contains(err.Error(), "task = null: must be a section") {
		t.Errorf("an empty section gives %v", err)
	}
	for text, want := range map[string]float64{"0": 0, "0.5": 0.5, "00.5": 0.5, "-0": 0, "1e3": 1000, "+20": 20} {
		if err := c.Set("network.coupling", text); err != nil || c.Network.Coupling != want {
			t.Errorf("%q: %v, %v", text, c.Network.Coupling, err)
		}
	}
}

// TestDimensionFollowsUnits: the dimension follows the units where it was equal to them and no other is asked for.
func TestDimensionFollowsUnits(t *testing.T) {
	for name, test := range map[string]struct {
		dimension int // before
		settings  []train.Setting
		want      int
	}{
		"smaller":             {200, []train.Setting{{"network.units", 100}}, 100},
		"larger":              {200, []train.Setting{{"network.units", "300"}}, 300},
		"named as well":       {200, []train.Setting{{"task.dimension", 200}, {"network.units", 300}}, 200},
		"named afterwards":    {200, []train.Setting{{"network.units", 300}, {"task.dimension", 50}}, 50},
		"low-dimensional":     {2, []train.Setting{{"network.units", 100}}, 2},
		"units are not named": {200, []train.Setting{{"seed", 3}}, 200},
		"own points":          {200, []train.Setting{{"task.points", "mine.csv"}, {"network.units", 100}}, 200},
	} {
		c := train.DefaultConfig()
		c.Task.Dimension = test.dimension
		if err := c.Apply(test.settings...); err != nil || c.Task.Dimension != test.want {
			t.Errorf("%s: d = %d, want %d: %v", name, c.Task.Dimension, test.want, err)
		}
	}
	c := train.DefaultConfig()
	if err := c.Apply(train.Setting{Key: "seed", Value: 5}, train.Setting{Key: "sead", Value: 6}); err == nil || c != train.DefaultConfig() {
		t.Errorf("a fault left %+v: %v", c, err)
	}
}
