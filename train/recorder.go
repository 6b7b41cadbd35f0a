package train

// EpochMetrics holds the measurements of a network after an epoch; epoch 0 is the network before training.
type EpochMetrics struct {
	Epoch int `json:"epoch"`
	// TrainingLoss is the mean over the steps of the epoch, each before its update; 0 at epoch 0.
	TrainingLoss float64 `json:"training_loss"`
	// ValidationLoss is the loss on fresh samples after the epoch.
	ValidationLoss float64 `json:"validation_loss"`
	// Accuracy is the fraction of fresh samples whose largest output is at their label, in [0, 1].
	Accuracy float64 `json:"accuracy"`
	// LearningRate is the rate that the epoch's steps used.
	LearningRate float64 `json:"learning_rate"`
}

// Recorder receives the metrics of each epoch of a run. Its methods are called from the goroutine that trains.
type Recorder interface {
	// Epoch is called after every epoch, epoch 0 included, in order.
	Epoch(EpochMetrics)
}

// Silent is a Recorder that ignores what it receives.
type Silent struct{}

// Epoch does nothing.
func (Silent) Epoch(EpochMetrics) {}

// Warner is a Recorder that also receives warnings about a resumed run before training continues: checkpoints that
// were skipped, another build or machine.
type Warner interface {
	Warning(error)
}

// Resumer is a Recorder that also receives the number of epochs that a resumed run has already finished. Epoch is then
// called for the later ones only, and not at all if there are none.
type Resumer interface {
	Resumed(epochs int)
}
