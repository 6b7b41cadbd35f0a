package train

import (
	"errors"
	"fmt"
)

// The losses that a [DivergenceError] reports.
const (
	TrainingLoss   = "training loss"
	ValidationLoss = "validation loss"
)

// DivergenceError says that a loss, or the sum of an epoch's losses, became NaN or infinite. Neither JSON nor the tables
// can hold such a number, so no epoch with one is ever recorded.
type DivergenceError struct {
	Which string  // [TrainingLoss] or [ValidationLoss]
	Epoch int     // 1 for the first; 0 for the validation before training
	Step  int     // 1 for the first of the epoch; 0 for a validation, which follows the epoch's last step
	Loss  float64 // what it was
}

// Error names the loss, the step and the keys to change.
func (e *DivergenceError) Error() string {
	if e.Epoch == 0 {
		return fmt.Sprintf("train: the %s is %g before training (epoch 0); lower network.coupling or training.evaluation_step, "+
			"choose network.activation = tanh, or scale the inputs down", e.Which, e.Loss)
	}
	when := fmt.Sprintf("at epoch %d, step %d", e.Epoch, e.Step)
	if e.Step == 0 {
		when = fmt.Sprintf("after epoch %d", e.Epoch)
	}
	return fmt.Sprintf("train: the %s is %g %s; lower training.optimiser.learning_rate, network.coupling or training.evaluation_step", e.Which, e.Loss, when)
}

// ErrInterrupted says that training stopped at a step because it was asked to. Its state can be saved and
// resumed.
var ErrInterrupted = errors.New("train: interrupted")
