package train

import (
	"errors"
	"fmt"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
)

// ResumableKeys are the keys that a resumed run may change: how long it trains, which states it keeps, and what is
// measured afterwards. All others determine the epochs that are already trained.
var ResumableKeys = []string{"training.epochs", "training.checkpoint.*", "measures.*"}

// resumedAs returns the configuration of a run with the values of [ResumableKeys] from another one.
func (c Config) resumedAs(other Config) Config {
	c.Training.Epochs, c.Training.Checkpoint, c.Measures = other.Training.Epochs, other.Training.Checkpoint, other.Measures
	return c
}

// mustReach returns the error of a run that would end before the epoch it has already reached.
func (c Config) mustReach(epoch, step int) error {
	trained := max(0, epoch)
	if step > 0 {
		trained++ // that is in progress
	}
	if c.Training.Epochs >= trained {
		return nil
	}
	return &data.FieldError{Field: "training.epochs", Value: c.Training.Epochs, Allowed: fmt.Sprintf("%d or more, which the run in the folder has reached", trained)}
}

// ConfigChangedError says that a run would be resumed under another configuration.
type ConfigChangedError struct {
	Folder      string
	Differences []string // "key: value in the folder, here value"
}

func (e *ConfigChangedError) Error() string {
	return fmt.Sprintf("train: %s was started with another configuration (%s); use the same one or a new folder; --resume may change only %s",
		e.Folder, strings.Join(e.Differences, "; "), strings.Join(ResumableKeys, ", "))
}

// ErrNoCheckpoint says that a finished run cannot be continued.
var ErrNoCheckpoint = errors.New("the run is finished and has no checkpoint to continue from (a sweep removes them); train a new run in another folder")

// OtherMachineError warns that a run continues with another build or on another machine than it started with. Its
// numbers then differ from those of an uninterrupted run: other kernels round differently.
type OtherMachineError struct {
	Folder      string
	Differences []string // "kernels: avx512, now avx2"
}

func (e *OtherMachineError) Error() string {
	return fmt.Sprintf("train: %s continues with another program or machine (%s), so its last digits may differ from those of an uninterrupted run; run.json names both",
		e.Folder, strings.Join(e.Differences, "; "))
}
