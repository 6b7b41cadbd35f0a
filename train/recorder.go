package train

// EpochMetrics is what is known of a network after an epoch; epoch 0 is the network before training.
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

// Recorder hears of a run's progress. Its methods are called from the goroutine that trains.
type Recorder interface {
	// Epoch is called after every epoch, epoch 0 included, in order.
	Epoch(EpochMetrics)
}

// Silent is a Recorder that hears nothing.
type Silent struct{}

// Epoch does nothing.
func (Silent) Epoch(EpochMetrics) {}

// Warner is a Recorder that is told of doubts about a resumed run before its training goes on: checkpoints that had to
// be passed over, another build or machine.
type Warner interface {
	Warning(error)
}

// Resumer is a Recorder that is told where a resumed run goes on: how many epochs its newest sound checkpoint has
// behind it. It hears of the epochs after those only; of none if nothing is left to do.
type Resumer interface {
	Resumed(epochs int)
}
