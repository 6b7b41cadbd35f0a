package train

// ResumableKeys are the keys that a resumed run may change: how long it trains, which states it keeps, and what is
// measured afterwards. All others determine the epochs that are already trained.
var ResumableKeys = []string{"training.epochs", "training.checkpoint.*", "measures.*"}

// ResumedAs returns the configuration of a run with the values of [ResumableKeys] from another one.
func (c Config) ResumedAs(other Config) Config {
	c.Training.Epochs, c.Training.Checkpoint, c.Measures = other.Training.Epochs, other.Training.Checkpoint, other.Measures
	return c
}

// IsSnapshotEpoch reports whether an epoch is one of 1, 2, 5, 10, 20, 50, 100, ...: most changes happen early.
func IsSnapshotEpoch(epoch int) bool {
	for epoch > 0 && epoch%10 == 0 {
		epoch /= 10
	}
	return epoch == 1 || epoch == 2 || epoch == 5
}

// SnapshotEpochs lists the epochs whose weights a run has kept when it has reached a given epoch.
func (c Training) SnapshotEpochs(reached int) []int {
	var epochs []int
	for epoch := 1; c.Checkpoint.Snapshots && epoch <= reached && epoch < c.Epochs; epoch++ {
		if IsSnapshotEpoch(epoch) {
			epochs = append(epochs, epoch)
		}
	}
	return epochs
}
