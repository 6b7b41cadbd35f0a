package run

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/unfurl-rnn/unfurl/train"
)

// History returns the metrics of the run in the folder.
//
// Errors: a file that cannot be read; missing epochs, in the middle or at the end of a finished run.
func (f Folder) History() ([]train.EpochMetrics, error) {
	text, err := os.ReadFile(f.MetricsFile())
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	var history []train.EpochMetrics
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var metrics train.EpochMetrics
		if err := json.Unmarshal(lines.Bytes(), &metrics); err != nil {
			return nil, fmt.Errorf("run: %s line %d: %w", f.MetricsFile(), len(history)+1, err)
		}
		if metrics.Epoch != len(history) {
			return nil, fmt.Errorf("run: %s line %d: epoch %d, wanted %d: lines have been lost or written twice; restore the file from a copy or train again",
				f.MetricsFile(), len(history)+1, metrics.Epoch, len(history))
		}
		history = append(history, metrics)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("run: %s: %w", f.MetricsFile(), err)
	}
	return history, f.checkLength(history)
}

// checkLength checks that a finished run has all its epochs. A network that was trained elsewhere has epoch 0 only.
func (f Folder) checkLength(history []train.EpochMetrics) error {
	var record struct {
		Config struct{ Training struct{ Epochs int } }
		State  string
	}
	text, err := os.ReadFile(f.RunFile())
	if err != nil || json.Unmarshal(text, &record) != nil || record.State != "done" || f.Imported() {
		return nil // callers that need the record report it
	}
	if epochs := record.Config.Training.Epochs; len(history) != epochs+1 {
		return fmt.Errorf("run: %s ends with epoch %d of %d, though the run is done; restore the file from a copy or train again",
			f.MetricsFile(), len(history)-1, epochs)
	}
	return nil
}
