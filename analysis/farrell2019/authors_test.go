package farrell2019_test

import (
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
)

// TestAuthors reads single numbers back, as they stand in the tables.
func TestAuthors(t *testing.T) {
	a, err := farrell2019.ReadAuthors()
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][2]float64{
		"ED":                       {a.Median("", 200, 20, "ed", "before", 1), 45.1933},
		"ED with 120 clusters":     {a.Median(farrell2019.VariantClusters, 2, 20, "ed", "before", 1), 2.19924},
		"accuracy":                 {a.Accuracy("", 2, 250), 0.998196},
		"accuracy at half a rate":  {a.Accuracy(farrell2019.VariantHalfTheRate, 2, 250), 1},
		"accuracy of linear units": {a.Accuracy(farrell2019.VariantLinear, 200, 250), 1},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: got %v, want %v", name, got[0], got[1])
		}
	}
	if curve := a.Curve("", 2, 250, "ed", "after", 30); len(curve) != 31 {
		t.Errorf("%d values", len(curve))
	}
	if !math.IsNaN(a.Accuracy("unknown", 2, 250)) || a.Curve("", 3, 250, "ed", "after", 30) != nil {
		t.Error("what is unknown has a value")
	}
}
