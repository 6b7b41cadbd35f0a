package measure

import (
	"fmt"
	"strings"
	"testing"
)

// TestEffort: networks of the paper's size are followed as before; larger ones less, and a warning gives all numbers.
func TestEffort(t *testing.T) {
	for _, test := range []struct {
		units int
		want  effort
	}{
		{2, effort{24, 3, 200, 12, 2000, 100}},
		{200, effort{24, 3, 200, 12, 2000, 100}},
		{300, effort{24, 3, 200, 12, 2000, 100}},
		{400, effort{10, 0, 200, 5, 1500, 56}},
		{1000, effort{4, 0, 200, 2, 600, 20}},
		{3000, effort{4, 0, 60, 2, 500, 20}},
	} {
		got, warning := effortOf(test.units)
		if got != test.want {
			t.Errorf("%d units: %+v; want %+v", test.units, got, test.want)
		}
		if (warning != nil) != (test.units > wholeEffort) {
			t.Fatalf("%d units: warning %v", test.units, warning)
		}
		if warning == nil {
			continue
		}
		for _, part := range []string{
			fmt.Sprintf("from %d states (24 ", got.starts), fmt.Sprintf("without restarts in at most %d steps (200)", got.iterations), fmt.Sprintf("of %d trajectories (12)", got.samples),
			fmt.Sprintf("of %d steps (2000)", got.steps), fmt.Sprintf("%d states are followed", got.followed),
		} {
			if !strings.Contains(warning.Error(), part) {
				t.Errorf("%d units: the warning does not say %q: %v", test.units, part, warning)
			}
		}
	}
}
