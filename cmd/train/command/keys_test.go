package command

import (
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
)

// TestKeys: every key is listed with its default and its meaning, or those of some sections, in lines that fit a screen; completion
// offers the same text.
func TestKeys(t *testing.T) {
	all, _, status := runProgram("keys")
	if status != 0 {
		t.Fatalf("exit status %d", status)
	}
	described := train.DefaultConfig().Describe()
	for _, d := range described {
		if !strings.Contains(all, "\n"+d.Key+" = ") && !strings.HasPrefix(all, d.Key+" = ") {
			t.Errorf("%s is not listed", d.Key)
		}
		if first, _, _ := strings.Cut(d.Help, " "); !strings.Contains(all, "    "+first) {
			t.Errorf("the meaning of %s is not listed", d.Key)
		}
	}
	for line := range strings.Lines(all) {
		if strings.HasPrefix(line, " ") && len(line) > 101 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
	some, _, _ := runProgram("keys", "training.schedule", "seed")
	if got, want := strings.Count(some, " = "), 7; got != want {
		t.Errorf("%d keys, want %d:\n%s", got, want, some)
	}
	if want := "training.schedule.name = plateau  (plateau, constant)\n    plateau lowers the learning rate"; !strings.Contains(some, want) {
		t.Errorf("%q lacks %q", some, want)
	}
	if _, message, status := runProgram("keys", "network.leek"); status != 2 || !strings.Contains(message, `did you mean "network.leak"?`) {
		t.Errorf("exit status %d: %s", status, message)
	}
	offered, _, _ := runProgram("__complete", "run", "--set", "network.leak=")
	if !strings.Contains(offered, "network.leak=0.2") {
		t.Errorf("completion offers %q", offered)
	}
	if offered, _, _ := runProgram("__complete", "run", "--set", "network.leak"); !strings.Contains(offered, "network.leak=\talpha = dt/tau; at 1 a unit keeps nothing of its last state (now 0.2)\n") {
		t.Errorf("completion offers %q", offered)
	}
	if offered, _, _ := runProgram("__complete", "keys", "training.sch"); !strings.Contains(offered, "training.schedule\n") {
		t.Errorf("completion offers %q", offered)
	}
}
