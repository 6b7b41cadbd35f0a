package farrell2019_test

import (
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
)

// TestVariants: every sweep file is read, has a title, both networks and five realisations of each setting, the paper's own among
// them, and all files together at most 60 settings.
func TestVariants(t *testing.T) {
	settings, names := map[string]bool{}, map[string]bool{}
	for _, v := range farrell2019.Variants() {
		plan, err := v.Plan()
		if err != nil {
			t.Fatal(err)
		}
		if v.Title == "" || v.Title[0] == '#' || names[v.Name] {
			t.Errorf("%s: title %q", v.Name, v.Title)
		}
		names[v.Name] = true
		counts, paper := map[string]int{}, false
		for _, run := range plan.Runs {
			c := run.Config
			if v.Label(plan, run) == "" {
				t.Errorf("%s: a run without a label", v.Name)
			}
			c.Realisation = 0
			counts[c.Fingerprint()]++
			settings[c.Fingerprint()] = true
			for _, figure := range []int{2, 3} {
				own := farrell2019.Configuration(figure, c.Network.Coupling, c.Training.Loss)
				own.Measures.Splits, own.Measures.Steps = 0, 15
				paper = paper || own.Fingerprint() == c.Fingerprint()
			}
		}
		for id, count := range counts {
			if count != 5 {
				t.Errorf("%s: %d realisations of %s, want 5", v.Name, count, id)
			}
		}
		if !paper {
			t.Errorf("%s: the paper's setting is missing", v.Name)
		}
	}
	if len(names) != 10 || len(settings) > 60 {
		t.Errorf("%d files with %d settings, want 10 with at most 60", len(names), len(settings))
	}
}
