package paper

import (
	"strings"
	"testing"
)

// TestEffort: networks of the paper's size are followed as before; larger ones less, which a warning says.
func TestEffort(t *testing.T) {
	for _, test := range []struct{ units, starts, restarts, samples int }{
		{2, 24, 3, 12}, {200, 24, 3, 12}, {300, 24, 3, 12}, {400, 10, 0, 5}, {1000, 4, 0, 2}, {3000, 4, 0, 2},
	} {
		starts, restarts, samples, warning := effort(test.units)
		if starts != test.starts || restarts != test.restarts || samples != test.samples {
			t.Errorf("%d units: %d starts, %d restarts, %d samples; want %+v", test.units, starts, restarts, samples, test)
		}
		if (warning != nil) != (test.units > wholeEffort) || warning != nil && !strings.Contains(warning.Error(), "without restarts") {
			t.Errorf("%d units: warning %v", test.units, warning)
		}
	}
}
