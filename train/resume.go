package train

import (
	"errors"
	"fmt"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
)

// ResumableKeys are the keys that a resumed run may change: how long it trains, what it keeps on the way, and what is
// measured of it afterwards. Everything else decides what the epochs that are trained already have made.
var ResumableKeys = []string{"training.epochs", "training.checkpoint.*", "measures.*"}

// resumedAs returns the configuration of a run with what [ResumableKeys] name as they are in another one.
func (c Config) resumedAs(other Config) Config {
	c.Training.Epochs, c.Training.Checkpoint, c.Measures = other.Training.Epochs, other.Training.Checkpoint, other.Measures
	return c
}

// mustReach returns the error of a run that is to end before where it already is.
func (c Config) mustReach(epoch, step int) error {
	trained := max(0, epoch)
	if step > 0 {
		trained++ // that is under way
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

// ErrNoCheckpoint says that a finished run cannot go on.
var ErrNoCheckpoint = errors.New("the run is finished and there is no checkpoint to go on from (a sweep removes them); train a new run in another folder")

// OtherMachineError warns that a run continues with another build or on another machine than it began with. Its
// numbers are then not those of a run in one piece: other kernels round differently.
type OtherMachineError struct {
	Folder      string
	Differences []string // "kernels: avx512, now avx2"
}

func (e *OtherMachineError) Error() string {
	return fmt.Sprintf("train: %s goes on with another program or machine (%s), so its last digits may differ from those of a run in one piece; run.json names both",
		e.Folder, strings.Join(e.Differences, "; "))
}
