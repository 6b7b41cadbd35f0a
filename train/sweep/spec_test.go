package sweep_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// presets knows one name.
func presets(name string) (train.Config, error) {
	if name != "small" {
		return train.Config{}, fmt.Errorf("there is no preset %q; choose small", name)
	}
	c := train.DefaultConfig()
	c.Task.Dimension, c.Network.Units = 4, 8
	return c, nil
}

const full = `
base:
  preset: small
  training: {epochs: 2}
grid:
  network.coupling: [20, 250]
  realisation: [0, 1, 2]
list:
  - {task.clusters: 12, task.noise: 0.01}
  - {task.clusters: 20}
random:
  count: 2
  training.optimiser.learning_rate: {log_uniform: [1e-4, 1e-2]}
  network.activation: {choice: [tanh, relu]}
`

func TestDecode(t *testing.T) {
	plan, err := sweep.Decode([]byte(full), presets)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Runs) != 2*3*2*2 {
		t.Fatalf("%d runs, want 24", len(plan.Runs))
	}
	wanted := []string{"network.coupling", "realisation", "task.clusters", "task.noise", "training.optimiser.learning_rate", "network.activation"}
	if !slices.Equal(plan.Keys, wanted) {
		t.Errorf("keys %v, want %v", plan.Keys, wanted)
	}
	first, second, third, last := plan.Runs[0].Config, plan.Runs[1].Config, plan.Runs[2].Config, plan.Runs[23].Config
	if first.Network.Units != 8 || first.Training.Epochs != 2 || first.Network.Coupling != 20 || first.Task.Noise != 0.01 {
		t.Errorf("the first run is %+v", first)
	}
	if second.Training.Optimiser.LearningRate == first.Training.Optimiser.LearningRate || second.Task.Clusters != 12 {
		t.Error("the draws should change fastest")
	}
	if third.Training.Optimiser.LearningRate != first.Training.Optimiser.LearningRate || third.Task.Clusters != 20 {
		t.Error("the list should change next, over the same draws")
	}
	if last.Network.Coupling != 250 || last.Realisation != 2 {
		t.Errorf("the last run is %+v", last)
	}
	for _, run := range plan.Runs {
		if rate := run.Config.Training.Optimiser.LearningRate; rate < 1e-4 || rate > 1e-2 {
			t.Errorf("rate %g drawn outside [1e-4, 1e-2]", rate)
		}
		if run.ID != run.Config.Fingerprint() {
			t.Errorf("identity %s, want the fingerprint", run.ID)
		}
	}
}

// TestDrawsStay: more draws, and draws of another key, leave those that were there.
func TestDrawsStay(t *testing.T) {
	rates := func(text string) (rates []float64) {
		plan, err := sweep.Decode([]byte(text), presets)
		if err != nil {
			t.Fatal(err)
		}
		for _, run := range plan.Runs {
			rates = append(rates, run.Config.Training.Optimiser.LearningRate)
		}
		return rates
	}
	few := rates("random: {count: 3, training.optimiser.learning_rate: {uniform: [0.1, 0.2]}}")
	many := rates("random: {count: 9, network.coupling: {integers: [1, 900]}, training.optimiser.learning_rate: {uniform: [0.1, 0.2]}}")
	if !slices.Equal(few, many[:3]) {
		t.Errorf("%v, later %v", few, many)
	}
	other := rates("random: {count: 3, seed: 1, training.optimiser.learning_rate: {uniform: [0.1, 0.2]}}")
	if slices.Equal(few, other) {
		t.Error("the seed changes nothing")
	}
}

func TestEqualRunsAreOne(t *testing.T) {
	plan, err := sweep.Decode([]byte("grid: {realisation: [0, 1, 0]}"), presets)
	if err != nil || len(plan.Runs) != 2 {
		t.Errorf("%d runs, error %v; want 2", len(plan.Runs), err)
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"- 1", "not a YAML mapping"},
		{"grit: {seed: [1]}", `there is no part "grit"; choose base, grid, list or random`},
		{"base: {preset: big}", `base: there is no preset "big"; choose small`},
		{"base: {network: {unit: 3}}", `there is no key "network.unit"; did you mean "network.units"`},
		{"grid: {network.couplin: [1]}", `there is no key "network.couplin"; did you mean "network.coupling"`},
		{"grid: {network.coupling: 20}", "grid: network.coupling = 20: must be a list of one value or more, like [1, 2]"},
		{"grid: {network.coupling: [[1, 2]]}", "grid: network.coupling = [1, 2]: must be one value"},
		{"grid: {network.units: [many]}", `network.units = many: must be a whole number`},
		{"grid: {network.units: [300, 0]}", "network.units = 0"},
		{"grid: {seed: [1]}\nlist: [{seed: 2}]", "list: seed is in grid too; keep one"},
		{"grid: {network.activation: tanh}", "grid: network.activation = tanh: must be a list"},
		{"grid: {network.activation: }", "grid: network.activation = null: must be a list"},
		{"list: []", "list = []: must be a list of one value or more"},
		{"list: [3]", "list, entry 1 = 3: must be a mapping of keys"},
		{"random: {seed: {integers: [1, 2]}}", "random: seed = "},
		{"random: {network.coupling: {uniform: [1, 2]}}", "random: lacks count"},
		{"random: {count: 0}", "random: count = 0: must be a whole number, 1 to 20000"},
		{"random: {count: 2, network.coupling: {uniform: [2, 1]}}", ": must be [low, high]"},
		{"random: {count: 2, network.coupling: {uniform: [1, .inf]}}", ": must be [low, high]"},
		{"random: {count: 2, network.coupling: {log_uniform: [0, 1]}}", "log_uniform = [0, 1]: must be [low, high], both above 0"},
		{"random: {count: 2, network.units: {integers: [1.5, 3]}}", "integers = [1.5, 3]: must be two whole numbers"},
		{"random: {count: 2, network.coupling: {normal: [1, 2]}}", "no such distribution; choose uniform"},
		{"random: {count: 2, network.coupling: 3}", "network.coupling = 3: must be a mapping"},
		{"grid: {seed: [" + strings.Repeat("1,", 150) + "1], realisation: [" + strings.Repeat("1,", 150) + "1]}", "more than 20000 runs"},
		{strings.Repeat("#", 1<<20) + "\n", "bytes long"},
	} {
		_, err := sweep.Decode([]byte(test.text), presets)
		var spec *sweep.SpecError
		if !errors.As(err, &spec) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.60s: %v, want %q", test.text, err, test.want)
		}
	}
}

// FuzzDecode: a plan has valid, different runs or there is an error that says what is wrong.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{full, "grid: {seed: [1, 2]}", "random: {count: 2, network.units: {integers: [1, 3]}}", "list: [{a: 1}]", "base: {preset: x}", "&a [*a]"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		plan, err := sweep.Decode(text, presets)
		if err != nil {
			var spec *sweep.SpecError
			if !errors.As(err, &spec) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		seen := map[string]bool{}
		for _, run := range plan.Runs {
			if seen[run.ID] {
				t.Fatalf("%s stands twice in the plan", run.ID)
			}
			seen[run.ID] = true
			if err := run.Config.Validate(); err != nil {
				t.Fatal(err)
			}
		}
		if len(plan.Runs) == 0 {
			t.Fatal("a plan without runs")
		}
	})
}

// TestDimensionFollowsUnits: what `train run --set network.units=100` means in a configuration, a sweep means too. A
// dimension that the file names stays, and so does that of the user's own points.
func TestDimensionFollowsUnits(t *testing.T) {
	for _, test := range []struct {
		text       string
		dimensions []int
		keys       []string
	}{
		{"grid: {network.units: [50, 200], seed: [1]}", []int{50, 200}, []string{"network.units", "seed", "task.dimension"}},
		{"list: [{network.units: 100}, {network.units: 300, task.dimension: 20}]", []int{100, 20}, []string{"network.units", "task.dimension"}},
		{"random: {count: 1, network.units: {choice: [70]}}", []int{70}, []string{"network.units"}},
		{"base: {network.units: 100}\ngrid: {network.units: [50, 100]}", []int{50, 100}, []string{"network.units", "task.dimension"}},
		{"base: {preset: small}\ngrid: {network.units: [8, 16]}", []int{4, 4}, []string{"network.units"}},
		{"base: {task.dimension: 200}\ngrid: {network.units: [200, 300]}", []int{200, 200}, []string{"network.units"}},
		{"base: {task.points: mine.csv}\ngrid: {network.units: [50, 100]}", []int{200, 200}, []string{"network.units"}},
	} {
		plan, err := sweep.Decode([]byte(test.text), presets)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		var dimensions []int
		for _, run := range plan.Runs {
			dimensions = append(dimensions, run.Config.Task.Dimension)
		}
		if !slices.Equal(dimensions, test.dimensions) || !slices.Equal(plan.Keys, test.keys) {
			t.Errorf("%s: dimensions %v, keys %v; want %v, %v", test.text, dimensions, plan.Keys, test.dimensions, test.keys)
		}
	}
}

// TestEveryChoiceIsChecked: a value that fits no run is refused whether the seed draws it or not; one that fits some run is taken.
func TestEveryChoiceIsChecked(t *testing.T) {
	random := func(draws string) string {
		return "base: {preset: small}\nrandom:\n  count: 1\n  seed: %d\n  " + draws + "\n"
	}
	for draws, want := range map[string]string{
		"network.cell: {choice: [gru, foo]}":          "network.cell = foo",
		"network.activation: {choice: [tanh, tanhh]}": "network.activation = tanhh",
		"network.rank: {integers: [0, 3]}":            "network.rank = 0",
		"network.cell: {choice: [gru, lstm]}":         "",
	} {
		for seed := range 4 {
			_, err := sweep.Decode(fmt.Appendf(nil, random(draws), seed), presets)
			if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s, seed %d: %v", draws, seed, err)
			}
		}
	}
	fits := "base: {preset: small}\ngrid: {network.units: [8, 60]}\nrandom:\n  count: 1\n  seed: %d\n  task.dimension: {choice: [4, 30]}\n"
	drawn := map[bool]int{}
	for seed := range 8 {
		plan, err := sweep.Decode(fmt.Appendf(nil, fits, seed), presets)
		if drawn[err == nil]++; err == nil && plan.Runs[0].Config.Task.Dimension != 4 {
			t.Errorf("seed %d: dimension %d with 8 units", seed, plan.Runs[0].Config.Task.Dimension)
		}
	}
	if drawn[true] == 0 || drawn[false] == 0 {
		t.Errorf("of 8 seeds %d give a plan; want those that draw 4 alone", drawn[true])
	}
}
