package train

import (
	"errors"
	"fmt"
)

// DivergenceError says that the loss became NaN or infinite.
type DivergenceError struct {
	Epoch int // 1 for the first
	Step  int // 1 for the first of the epoch
	Loss  float64
}

func (e *DivergenceError) Error() string {
	return fmt.Sprintf("train: the loss is %g at epoch %d, step %d; lower training.optimiser.learning_rate or network.coupling", e.Loss, e.Epoch, e.Step)
}

// ErrInterrupted says that training stopped at a step because it was asked to. What was reached can be
// saved and resumed.
var ErrInterrupted = errors.New("train: interrupted")
