package train_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// laughs is the text that stands for 9^8 values by aliases of aliases.
func laughs() string {
	text := "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for i := range 8 {
		alias := fmt.Sprintf("*a%d", i)
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.Join([]string{alias, alias, alias, alias, alias, alias, alias, alias, alias}, ","))
	}
	return text
}

// TestHostileConfigurationsAllocateLittle: a short text cannot expand into a large value, and no text ends the process.
func TestHostileConfigurationsAllocateLittle(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"aliases":              {laughs(), "line 1: anchors and aliases are not read"},
		"an alias of itself":   {"seed: &a [*a]", "anchors and aliases are not read"},
		"brackets":             {"seed: " + strings.Repeat("[", 60_000), "nested deeper than 32"},
		"braces":               {strings.Repeat("{a: ", 15_000), "nested deeper than 32"},
		"entries":              {strings.Repeat("- ", 30_000), "nested deeper than 32"},
		"keys of keys":         {strings.Repeat("? ", 30_000), "nested deeper than 32"},
		"tags":                 {"seed: " + strings.Repeat("!a ", 20_000), "nested deeper than 32"},
		"few brackets":         {"seed: " + strings.Repeat("[", 4000), "config: "},
		"blocks within blocks": {blocks(340), "config: "},
		"too long":             {"# " + strings.Repeat("x", 70_000), "70002 bytes long; allowed: 65536"},
		"many keys":            {manyKeys(4000), "there is no key"},
	} {
		c := train.DefaultConfig()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := c.ApplyYAML([]byte(test.text))
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
		if spent := after.TotalAlloc - before.TotalAlloc; spent > 128<<20 { // the decoded YAML takes several hundred bytes for each byte of text
			t.Errorf("%s: %d bytes allocated for a text of %d", name, spent, len(test.text))
		}
		if c != train.DefaultConfig() {
			t.Errorf("%s: the configuration was changed", name)
		}
	}
}

// TestImpossibleSizes: a number with a few zeros too many is a fault of the configuration and does not end the program.
func TestImpossibleSizes(t *testing.T) {
	for _, key := range []string{
		"network.units", "task.clusters", "task.classes", "training.batch", "training.samples", "training.evaluation_step",
		"training.validation_samples", "training.epochs", "measures.samples", "measures.steps", "measures.splits",
	} {
		for _, value := range []string{"1000000000000", "9000000000000000000"} {
			c := train.DefaultConfig()
			if err := c.Set(key, value); err != nil {
				t.Fatal(err)
			}
			if _, err := train.NewExperiment(t.Context(), c); err == nil || !strings.Contains(err.Error(), key) || !strings.Contains(err.Error(), "must be") {
				t.Errorf("%s = %s: %v", key, value, err)
			}
		}
	}
}

// blocks is a mapping of mappings, each indented by one more space.
func blocks(depth int) string {
	var text strings.Builder
	for i := range depth {
		text.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return text.String()
}

func manyKeys(count int) string {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, "key%d: 1\n", i)
	}
	return text.String()
}

// trainedRun makes a run and returns its newest checkpoint.
func trainedRun(t testing.TB, c train.Config) (checkpoint string) {
	t.Helper()
	e, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	folder := run.Folder{Path: t.TempDir()}
	trainer, _, err := folder.Run(t.Context(), e, false, train.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	trainer.Close()
	return run.Checkpoints(folder.Checkpoints())[0]
}

// FuzzApplyYAML: any text is a valid change of a configuration or one line that says why not; what is read can be written
// and read again.
func FuzzApplyYAML(f *testing.F) {
	text, err := train.DefaultConfig().YAML()
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{string(text), `{"network": {"units": 7}, "seed": 3}`, "network.units: 1", "training: {optimiser: {name: adam}}", "seed: -1", laughs(), "- 1", "a: [[[[", "seed: 0x10", "task: {noise: .nan}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c := train.DefaultConfig()
		if err := c.ApplyYAML(text); err != nil {
			if strings.Contains(err.Error(), "\n") || c != train.DefaultConfig() {
				t.Fatalf("error %q, configuration %+v", err, c)
			}
			return
		}
		if c.Validate() != nil {
			return
		}
		back := train.DefaultConfig()
		written, err := c.YAML()
		if err != nil {
			t.Fatal(err)
		}
		if err := back.ApplyYAML(written); err != nil || back != c {
			t.Fatalf("written as %s it reads as %+v: %v", written, back, err)
		}
	})
}

// FuzzSet: any value of any key is accepted or refused in one line, and an accepted value can be shown.
func FuzzSet(f *testing.F) {
	for _, seed := range [][2]string{
		{"network.units", "20"}, {"network.unit", "20"}, {"seed", "-1"}, {"training.optimiser.learning_rate", "1e999"}, {"training.loss", "mse"},
		{"task.standardise", "maybe"}, {"", ""}, {"task.points", "a\x00b"}, {"network", "1"}, {"training.epochs", "9223372036854775808"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		c := train.DefaultConfig()
		if err := c.Set(key, value); err != nil {
			if strings.Contains(err.Error(), "\n") || c != train.DefaultConfig() {
				t.Fatalf("error %q, configuration %+v", err, c)
			}
			return
		}
		if len(c.Fingerprint()) != 16 {
			t.Fatal("no fingerprint")
		}
		_ = c.Validate() // says what is wrong; it must not fail itself
	})
}

// FuzzRestore: a checkpoint with any bytes changed is refused with the reason, or is the sound one. Its checksum is
// corrected where the fuzzer asks for it, so that the code behind it is reached too.
func FuzzRestore(f *testing.F) {
	c := small.Config()
	c.Training.Epochs = 1
	path := trainedRun(f, c)
	sound, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	e, err := train.NewExperiment(f.Context(), c)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sound, false)
	f.Add(sound, true)
	f.Add([]byte(strings.Replace(string(sound), `\"step\":0`, `\"step\":9`, 1)), true)
	f.Add([]byte(strings.Replace(string(sound), `\"units\":16`, `\"units\":17`, 1)), true)
	f.Add(sound[:len(sound)/2], true)
	f.Add([]byte{}, false)
	trainer, err := train.NewTrainer(e)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { trainer.Close() })
	f.Fuzz(func(t *testing.T, content []byte, mend bool) {
		if mend {
			content = train.Reseal(content)
		}
		file := filepath.Join(t.TempDir(), "checkpoint.safetensors")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		err := trainer.Restore(file)
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Fatalf("error of several lines: %q", err)
		}
		if err == nil {
			_ = trainer.Epoch()
			if err := trainer.Save(file); err != nil {
				t.Fatalf("restored what cannot be saved: %v", err)
			}
		}
	})
}
