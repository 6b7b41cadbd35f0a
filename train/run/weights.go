package run

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// writeParameters writes parameters under their names, as weights.safetensors and snapshots hold them.
func writeParameters(path string, p *graph.Parameters) error {
	encoded, err := train.EncodeParameters(p)
	if err != nil {
		return err
	}
	return files.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(encoded)
		return err
	})
}

// Weights returns the trained parameters of a finished run.
func (f Folder) Weights() (*graph.Parameters, error) {
	if _, err := os.Stat(f.WeightsFile()); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("run: %s holds no weights: its run has not finished%s; continue it with `train run --resume`", f.Path, f.standing())
	}
	c, err := f.Config()
	if err != nil {
		return nil, err
	}
	return c.ReadParameters(f.WeightsFile())
}
