package train

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/unfurl-rnn/unfurl/data/tensorboard"
)

// EventRecorder is a Recorder that also writes every epoch into a TensorBoard event file: loss/training,
// loss/validation, accuracy and learning_rate, under the epoch as step. An epoch can be seen as soon as
// it is done. A failing write does not disturb the training; [EventRecorder.Close] tells of it.
type EventRecorder struct {
	next    Recorder
	file    *os.File
	writer  *tensorboard.Writer
	started bool // the first epoch of this run is written
	err     error
}

// NewEventRecorder makes a new event file in the folder, which it makes too, and returns a recorder that
// passes every epoch on to next.
//
// Errors: [OutputError].
func NewEventRecorder(folder string, next Recorder) (*EventRecorder, error) {
	if err := MakeFolder(folder); err != nil {
		return nil, err
	}
	now := time.Now()
	path := filepath.Join(folder, tensorboard.FileName(now, "unfurl"))
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, explain(path, err)
	}
	writer, err := tensorboard.NewWriter(file, now)
	if err != nil {
		file.Close()
		return nil, explain(path, err)
	}
	return &EventRecorder{next: next, file: file, writer: writer}, nil
}

// Epoch writes the metrics and passes them on. Before the first epoch it voids what earlier files hold
// from that epoch on, because a resumed run trains it again.
func (r *EventRecorder) Epoch(metrics EpochMetrics) {
	now, step := time.Now(), int64(metrics.Epoch)
	if !r.started {
		r.started = true
		r.err = errors.Join(r.err, r.writer.Restart(now, step))
	}
	scalars := []tensorboard.Scalar{
		{Tag: "loss/validation", Value: metrics.ValidationLoss}, {Tag: "accuracy", Value: metrics.Accuracy},
		{Tag: "learning_rate", Value: metrics.LearningRate},
	}
	if metrics.Epoch > 0 { // the network before training has taken no step
		scalars = append(scalars, tensorboard.Scalar{Tag: "loss/training", Value: metrics.TrainingLoss})
	}
	if r.err == nil {
		r.err = r.writer.Write(now, step, scalars)
	}
	r.next.Epoch(metrics)
}

// Close ends the file.
//
// Errors: the first of a write, as an [OutputError] where the disk is full.
func (r *EventRecorder) Close() error {
	if err := errors.Join(r.err, r.file.Close()); err != nil {
		return explain(r.file.Name(), err)
	}
	return nil
}
