package run

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/tensorboard"
	"github.com/unfurl-rnn/unfurl/train"
)

// EventRecorder is a Recorder that also writes every epoch into a TensorBoard event file: loss/training,
// loss/validation, accuracy and learning_rate, under the epoch as step. An epoch can be seen as soon as
// it is done. A failing write does not disturb the training; [EventRecorder.Close] returns its error.
type EventRecorder struct {
	folder string
	undo   func() // removes the folder if this recorder made it and nothing is in it
	next   train.Recorder
	file   *os.File // nil until the first epoch
	writer *tensorboard.Writer
	err    error
}

// NewEventRecorder makes the folder and returns a recorder that passes every epoch on to next. Its file
// is made at the first epoch, so that a run which does not start leaves none; Close then removes the folder too.
//
// Errors: [files.OutputError].
func NewEventRecorder(folder string, next train.Recorder) (*EventRecorder, error) {
	undo, err := files.MakeFolderUndo(folder)
	if err != nil {
		return nil, err
	}
	return &EventRecorder{folder: folder, undo: undo, next: next}, nil
}

// open starts the file of a run that continues at a step. It voids what earlier files hold from that step
// on, because a resumed run trains these epochs again.
func (r *EventRecorder) open(now time.Time, step int64) error {
	path := filepath.Join(r.folder, tensorboard.FileName(now, "unfurl"))
	var err error
	if r.file, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644); err != nil {
		return files.Explain(path, err)
	}
	if r.writer, err = tensorboard.NewWriter(r.file, now); err != nil {
		return err
	}
	return r.writer.Restart(now, step)
}

// Epoch writes the metrics and passes them on.
func (r *EventRecorder) Epoch(metrics train.EpochMetrics) {
	now, step := time.Now(), int64(metrics.Epoch)
	if r.file == nil && r.err == nil {
		r.err = r.open(now, step)
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

// Resumed passes the number of finished epochs on to a recorder that is a [train.Resumer].
func (r *EventRecorder) Resumed(epochs int) {
	if next, ok := r.next.(train.Resumer); ok {
		next.Resumed(epochs)
	}
}

// Warning passes a warning on to a recorder that is a [train.Warner].
func (r *EventRecorder) Warning(warning error) {
	if next, ok := r.next.(train.Warner); ok {
		next.Warning(warning)
	}
}

// Close ends the file.
//
// Errors: the first write error, as an [files.OutputError] where the disk is full.
func (r *EventRecorder) Close() error {
	err := r.err
	if r.file == nil {
		r.undo()
	} else {
		err = errors.Join(err, r.file.Close())
	}
	if err != nil {
		return files.Explain(r.folder, err)
	}
	return nil
}
