package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
)

// metricsFile appends one line for every epoch.
type metricsFile struct {
	file *os.File
	size int64 // of all whole lines
	err  error
}

// append writes a whole line or nothing.
func (m *metricsFile) append(line []byte) error {
	written, err := m.file.Write(line)
	if err != nil {
		return errors.Join(err, m.file.Truncate(m.size))
	}
	m.size += int64(written)
	return nil
}

// openMetrics writes the epochs that a checkpoint contains, which drops the lines of epochs that will be
// trained again, and opens the file for those to come.
func (f Folder) openMetrics(known []train.EpochMetrics) (*metricsFile, error) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, metrics := range known {
		if err := encoder.Encode(metrics); err != nil {
			return nil, err
		}
	}
	err := files.WriteFile(f.MetricsFile(), func(w io.Writer) error {
		_, err := w.Write(lines.Bytes())
		return err
	})
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(f.MetricsFile(), os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, files.Explain(f.MetricsFile(), err)
	}
	return &metricsFile{file: file, size: int64(lines.Len())}, nil
}

func (m *metricsFile) Close() error { return m.file.Close() }

// metricsRecorder writes every epoch to the file and passes it on.
type metricsRecorder struct {
	file *metricsFile
	next train.Recorder
}

func (r metricsRecorder) Epoch(metrics train.EpochMetrics) {
	line, err := json.Marshal(metrics)
	if err == nil {
		err = r.file.append(append(line, '\n'))
	}
	r.file.err = errors.Join(r.file.err, err)
	r.next.Epoch(metrics)
}
