package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
)

// TestMislabelShare: with C classes, a share p of random labels changes p (C - 1) / C of them, the same ones and more as p grows.
func TestMislabelShare(t *testing.T) {
	c := DefaultConfig()
	c.Task.Dimension, c.Task.Clusters, c.Task.Classes, c.Network.Units = 4, 12, 3, 8
	e, err := NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	f := newFeed(e, e.training(), 30000, false)
	var before map[int]int
	for _, share := range []float64{0, 0.1, 0.5, 1} {
		if err := f.draw(data.Stream(0, 0, "samples", 1), nil); err != nil {
			t.Fatal(err)
		}
		right := append([]int(nil), f.batch.Labels...)
		f.mislabel(share, rand.New(rand.NewPCG(1, 2)))
		changed := map[int]int{}
		for i, label := range f.batch.Labels {
			if label != right[i] {
				changed[i] = label
			}
		}
		if want := share * 2 / 3; math.Abs(float64(len(changed))/30000-want) > 0.01 {
			t.Errorf("share %g changes %d of 30000 labels, want %g of them", share, len(changed), want)
		}
		for i, label := range before {
			if changed[i] != label {
				t.Fatalf("share %g does not change label %d as a smaller one did", share, i)
			}
		}
		before = changed
	}
}
