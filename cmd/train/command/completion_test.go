package command

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019/claims"
	"github.com/unfurl-rnn/unfurl/train"
)

// runProgram runs a command line and returns what it prints, the last line of its messages and its status.
func runProgram(args ...string) (stdout, message string, status int) {
	var out, messages bytes.Buffer
	status = execute(context.Background(), args, &out, &messages)
	lines := strings.Split(strings.TrimSpace(messages.String()), "\n")
	return out.String(), lines[len(lines)-1], status
}

// offers returns what a shell is offered for the last, unfinished word, without the descriptions.
func offers(t *testing.T, args ...string) []string {
	t.Helper()
	stdout, message, status := runProgram(append([]string{"__complete"}, args...)...)
	if status != 0 {
		t.Fatalf("%q: exit status %d: %s", args, status, message)
	}
	var values []string
	for line := range strings.Lines(stdout) {
		value, _, described := strings.Cut(strings.TrimSpace(line), "\t")
		if described && strings.ContainsAny(value, `,;&|<>()$"' `) {
			t.Errorf("bash drops %q, which has a description and something to be quoted", line)
		}
		values = append(values, value)
	}
	return values[:len(values)-1] // the last line is the directive
}

func TestOffers(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"run", "--preset", "fig3"}, []string{"fig3-eoc", "fig3-sc", "fig3-eoc-mse", "fig3-sc-mse"}},
		{[]string{"presets", "--show", "fig2-eoc"}, []string{"fig2-eoc", "fig2-eoc-mse"}},
		{[]string{"run", "--set", "network.co"}, []string{"network.coupling="}},
		{[]string{"run", "--preset", "fig3-sc", "--set", "network.coupling="}, []string{"network.coupling=250"}},
		{[]string{"run", "--set", "network.activation="}, []string{"network.activation=tanh", "network.activation=linear", "network.activation=relu", "network.activation=softplus", "network.activation=sigmoid"}},
		{[]string{"run", "--set", "training.schedule.name="}, []string{"training.schedule.name=plateau", "training.schedule.name=constant"}},
		{[]string{"graph", "--set", "network.exact_radius="}, []string{"network.exact_radius=true", "network.exact_radius=false"}},
		{[]string{"claims", "--only", "C1,C19,C"}, nil},
		{[]string{"bench", "--engines", "machine,p"}, []string{"machine,products", "machine,pytorch"}},
		{[]string{"paper", "--engine", ""}, train.EngineNames()},
		{[]string{"completion", ""}, []string{"bash", "fish", "powershell", "zsh"}},
		{[]string{"paper", "--seed", ""}, nil},
		{[]string{"pap"}, []string{"paper"}},
	} {
		if c.args[0] == "claims" {
			for _, claim := range claims.DefaultOptions().Claims() {
				if strings.HasPrefix(claim.ID, "C") && claim.ID != "C1" && claim.ID != "C19" {
					c.want = append(c.want, "C1,C19,"+claim.ID)
				}
			}
		}
		if got := offers(t, c.args...); !slices.Equal(got, c.want) {
			t.Errorf("%q offers %q, want %q", c.args, got, c.want)
		}
	}
}

// TestEveryKeyIsOffered: all keys, and each with a value that it takes.
func TestEveryKeyIsOffered(t *testing.T) {
	config := train.DefaultConfig()
	keys := offers(t, "run", "--set", "")
	if want := len(config.Settings()); len(keys) != want {
		t.Errorf("%d keys are offered, want %d", len(keys), want)
	}
	for _, setting := range config.Settings() {
		for _, value := range allowedValues(config, setting) {
			changed := config
			if err := changed.Set(setting.Key, value); err != nil {
				t.Error(err)
			} else if err := changed.Validate(); err != nil && strings.Contains(err.Error(), `"`+value+`"`) {
				t.Error(err)
			}
		}
	}
}

// TestFormatsAreOffered: completion offers the formats that each command says it allows.
func TestFormatsAreOffered(t *testing.T) {
	for command, run := range map[string]string{"export": "nowhere", "graph": ""} {
		names := offers(t, command, "--format", "")
		args := append([]string{command, "--format", "?", "-o", filepath.Join(t.TempDir(), "x")}, strings.Fields(run)...)
		_, message, status := runProgram(args...)
		if _, allowed, found := strings.Cut(message, "must be one of "); status != 2 || !found || allowed != strings.Join(names, ", ") {
			t.Errorf("train %s: %q, while completion offers %q", command, message, names)
		}
	}
}

// TestEveryCommandHasHelp: --help with an example that starts with the program's name.
func TestEveryCommandHasHelp(t *testing.T) {
	root := newProgram(&bytes.Buffer{}, &bytes.Buffer{}).root()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		path := cmd.CommandPath()
		if cmd.Short == "" {
			t.Errorf("%s does not say what it does", path)
		}
		stdout, message, status := runProgram(append(strings.Fields(path)[1:], "--help")...)
		if status != 0 {
			t.Errorf("%s --help: exit status %d: %s", path, status, message)
		}
		if _, examples, _ := strings.Cut(stdout, "Examples:\n"); !strings.Contains(examples, path) {
			t.Errorf("%s --help shows no example of %s:\n%s", path, path, stdout)
		}
		for _, child := range cmd.Commands() {
			walk(child)
		}
	}
	walk(root)
}

// TestScriptsOfShells: each script is printed, and a shell that is installed reads it without complaint;
// bash also asks the program, through its script, for the presets.
func TestScriptsOfShells(t *testing.T) {
	for _, shell := range []string{"bash", "fish", "powershell", "zsh"} {
		script, message, status := runProgram("completion", shell)
		if status != 0 || !strings.Contains(script, "__complete") {
			t.Errorf("%s: exit status %d: %s", shell, status, message)
		}
		path, err := exec.LookPath(shell)
		if err != nil {
			continue
		}
		check := exec.Command(path, "-n")
		check.Stdin = strings.NewReader(script)
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("%s -n: %v: %s", shell, err, out)
		}
	}
	for _, args := range [][]string{{"completion"}, {"completion", "tcsh"}, {"man"}} {
		if _, message, status := runProgram(args...); status != 2 {
			t.Errorf("%q: exit status %d, want 2: %s", args, status, message)
		}
	}
}

// TestManualPages: a page for each command, with its sections, at a date that is asked for.
func TestManualPages(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1577836800")
	folder := filepath.Join(t.TempDir(), "man1")
	stdout, message, status := runProgram("man", folder)
	if status != 0 {
		t.Fatalf("exit status %d: %s", status, message)
	}
	commands := 1
	for range newProgram(&bytes.Buffer{}, &bytes.Buffer{}).root().Commands() {
		commands++
	}
	if pages := strings.Fields(stdout); len(pages) < commands {
		t.Errorf("%d pages for %d commands", len(pages), commands)
	}
	page, err := os.ReadFile(filepath.Join(folder, "train-bench.1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"TRAIN-BENCH" "1" "Jan 2020"`, ".SH SYNOPSIS", ".SH OPTIONS", ".SH EXAMPLE", ".SH SEE ALSO", "\n  machine   our compiled graph"} {
		if !strings.Contains(strings.ReplaceAll(string(page), `\-`, "-"), part) {
			t.Errorf("train-bench.1 lacks %q:\n%s", part, page)
		}
	}
	if _, message, status := runProgram("man", filepath.Join(folder, "train.1", "x")); status != 2 || !strings.Contains(message, "cannot write") {
		t.Errorf("a file as folder: exit status %d: %s", status, message)
	}
}
