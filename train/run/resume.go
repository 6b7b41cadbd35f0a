package run

import (
	"errors"
	"fmt"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// mustReach returns the error of a run that would end before the epoch it has already reached.
func mustReach(c train.Config, epoch, step int) error {
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
	return fmt.Sprintf("run: %s was started with another configuration (%s); use the same one or a new folder; --resume may change only %s",
		e.Folder, strings.Join(e.Differences, "; "), strings.Join(train.ResumableKeys, ", "))
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
	return fmt.Sprintf("run: %s continues with another program or machine (%s), so its last digits may differ from those of an uninterrupted run; run.json names both",
		e.Folder, strings.Join(e.Differences, "; "))
}
