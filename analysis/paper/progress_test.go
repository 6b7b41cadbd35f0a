package paper_test

import (
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestProgressOfMeasures: every step is told with a share that never falls, and the last call is the end.
func TestProgressOfMeasures(t *testing.T) {
	folder := exportedRun(t, func(*train.Config) {})
	seen, last := map[string]bool{}, 0.0
	var final string
	if _, err := paper.MeasureFolder(t.Context(), folder, func(step string, share float64) {
		if share < last || share > 1 {
			t.Errorf("%q begins at share %v after %v", step, share, last)
		}
		if step == "" && share < 1 {
			t.Errorf("an empty step at share %v", share)
		}
		seen[step], last, final = true, share, step
	}); err != nil {
		t.Fatal(err)
	}
	if last != 1 || final != "" {
		t.Errorf("the last call is %q at %v, want an empty step at 1", final, last)
	}
	for _, step := range []string{"held-out accuracy before training", "fixed points after training", "random expansions"} {
		if !seen[step] {
			t.Errorf("no word of %q among %v", step, seen)
		}
	}
}
