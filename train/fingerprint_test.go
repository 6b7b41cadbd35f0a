package train_test

import (
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
)

// TestFingerprintStays: the names of the runs of sweeps do not change when a key is added. The values are those of
// commit 50ec06c, before task.shares. If one differs because of a new key, the key belongs in youngerKeys.
func TestFingerprintStays(t *testing.T) {
	c := train.DefaultConfig()
	if got, want := c.Fingerprint(), "9e968ea786ea0838"; got != want {
		t.Errorf("default configuration: %s, want %s", got, want)
	}
	c.Network.Coupling, c.Seed = 250, 7
	if got, want := c.Fingerprint(), "e738dfcf64f1c7dd"; got != want {
		t.Errorf("g = 250, seed 7: %s, want %s", got, want)
	}
	before := c.Fingerprint()
	c.Task.Shares.Training = 0.5
	if c.Fingerprint() == before {
		t.Error("task.shares.training = 0.5 leaves the fingerprint as it is")
	}
}
