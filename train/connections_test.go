package train_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
)

// TestSparseNetworksAreDoubted: where a unit has less than one connection on average, the warning counts those of the matrix.
func TestSparseNetworksAreDoubted(t *testing.T) {
	for _, dale := range []string{"0", "0.8"} {
		c := small.Set(t, train.DefaultConfig(), "task.dimension", "4", "network.units", "10", "network.density", "0.01", "network.excitatory", dale)
		e := small.Experiment(t, c)
		between, without := 0, 0
		for i, weights := 0, e.Initial.Effective("R"); i < 10; i++ {
			inputs := 0
			for j := range 10 {
				if i != j && weights[i*10+j] != 0 {
					inputs++
				}
			}
			between += inputs
			if inputs == 0 {
				without++
			}
		}
		counted := fmt.Sprintf("%d connection", between)
		doubt := e.DoubtConnections()
		if doubt == nil || !strings.Contains(doubt.Error(), counted) || !strings.Contains(doubt.Error(), fmt.Sprintf("of 90, and %d units get input from no other unit; raise network.density to 0.1 or more", without)) {
			t.Errorf("excitatory %s: %v; want %s and %d units", dale, doubt, counted, without)
		}
	}
	for _, density := range []string{"0.1", "1"} {
		c := small.Set(t, train.DefaultConfig(), "task.dimension", "4", "network.units", "10", "network.density", density)
		if doubt := small.Experiment(t, c).DoubtConnections(); doubt != nil {
			t.Errorf("density %s: %v", density, doubt)
		}
	}
}
