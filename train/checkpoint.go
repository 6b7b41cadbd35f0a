package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
)

// CheckpointError says why a checkpoint cannot be used.
type CheckpointError struct {
	Path   string
	Reason string
}

func (e *CheckpointError) Error() string {
	return fmt.Sprintf("train: checkpoint %s: %s", e.Path, e.Reason)
}

const (
	checkpointFormat = "1"
	checksumKey      = "sha256"
	optimiserPrefix  = "optimiser/"
)

// progress is the part of a checkpoint that is not an array. Random streams have no position of their
// own: epoch and step say which samples come next.
type progress struct {
	Step         int            `json:"step"`
	LossSum      float64        `json:"loss_sum"`
	LearningRate float64        `json:"learning_rate"`
	Best         *float64       `json:"best"` // null before the first loss
	Plateau      Plateau        `json:"plateau"`
	History      []EpochMetrics `json:"history"`
}

// Save writes a checkpoint: a safetensors file with the parameters under their names and the optimiser's under
// "optimiser/", and in its metadata the configuration, the progress and a checksum of the whole file.
//
// Errors: [ErrNoState], and what writing meets; no partial file is left.
func (t *Trainer) Save(path string) error {
	state, err := t.Optimiser.State()
	if err != nil {
		return err
	}
	file := &safetensors.File{Metadata: map[string]string{}, Tensors: map[string]array.Array{}}
	for _, parameter := range t.Parameters.All() {
		file.Tensors[parameter.Name] = toSafetensor(parameter.Tensor)
	}
	for key, array := range state {
		file.Tensors[optimiserPrefix+key] = array
	}
	now := progress{
		Step: t.step, LossSum: t.lossSum, LearningRate: t.Optimiser.LearningRate(),
		Plateau: *t.Plateau, History: t.History,
	}
	if !math.IsInf(t.Plateau.Best, 1) {
		now.Best = &t.Plateau.Best
	}
	text, err := json.Marshal(now)
	if err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	config, err := json.Marshal(t.Experiment.Config.Tree())
	if err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	file.Metadata["format"] = checkpointFormat
	file.Metadata["progress"] = string(text)
	file.Metadata["config"] = string(config)
	sealed, err := seal(file)
	if err != nil {
		return err
	}
	return files.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(sealed)
		return err
	})
}

// seal encodes a file with the checksum of its bytes, taken with zeros in the checksum's place.
func seal(file *safetensors.File) ([]byte, error) {
	blank := strings.Repeat("0", 2*sha256.Size)
	file.Metadata[checksumKey] = blank
	encoded, err := safetensors.Append(nil, file)
	if err != nil {
		return nil, fmt.Errorf("train: checkpoint: %w", err)
	}
	sum := sha256.Sum256(encoded)
	place := bytes.Index(encoded, []byte(blank))
	hex.Encode(encoded[place:], sum[:])
	return encoded, nil
}

// unseal decodes a file and compares its checksum.
func unseal(path string) (*safetensors.File, error) {
	encoded, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	file, err := safetensors.Decode(encoded)
	if err != nil {
		return nil, &CheckpointError{path, err.Error()}
	}
	claimed := file.Metadata[checksumKey]
	place := bytes.Index(encoded, []byte(claimed))
	if len(claimed) != 2*sha256.Size || place < 0 {
		return nil, &CheckpointError{path, "it carries no checksum"}
	}
	copy(encoded[place:], strings.Repeat("0", len(claimed)))
	if sum := sha256.Sum256(encoded); hex.EncodeToString(sum[:]) != claimed {
		return nil, &CheckpointError{path, "its checksum does not match: the file is damaged"}
	}
	if file.Metadata["format"] != checkpointFormat {
		return nil, &CheckpointError{path, fmt.Sprintf("format %q, this program reads %q", file.Metadata["format"], checkpointFormat)}
	}
	return file, nil
}

// Restore sets the trainer to a checkpoint's state; it continues as if it had never stopped.
//
// Errors: [CheckpointError] for a damaged file or one of another configuration.
func (t *Trainer) Restore(path string) error {
	file, err := unseal(path)
	if err != nil {
		return err
	}
	var now progress
	if err := json.Unmarshal([]byte(file.Metadata["progress"]), &now); err != nil {
		return &CheckpointError{path, "its progress cannot be read: " + err.Error()}
	}
	config := DefaultConfig()
	if err := config.ApplyYAML([]byte(file.Metadata["config"])); err != nil { // JSON is YAML
		return &CheckpointError{path, err.Error()}
	}
	if differences := t.Experiment.Config.Differences(config.ResumedAs(t.Experiment.Config)); len(differences) > 0 {
		return &CheckpointError{path, "it was made with another configuration (" + strings.Join(differences, "; ") + ")"}
	}
	state := map[string]array.Array{}
	for key, array := range file.Tensors {
		if slot, ok := strings.CutPrefix(key, optimiserPrefix); ok {
			state[slot] = array
		}
	}
	for _, parameter := range t.Parameters.All() {
		saved := file.Tensors[parameter.Name]
		if !slices.Equal(saved.Shape, parameter.Shape) || (saved.Float64 != nil) != (t.Parameters.Precision() == graph.Float64) {
			return &CheckpointError{path, parameter.Name + " has another shape or type than the network"}
		}
	}
	if err := t.Optimiser.Restore(state); err != nil {
		return &CheckpointError{path, err.Error()}
	}
	for _, parameter := range t.Parameters.All() {
		saved := file.Tensors[parameter.Name]
		switch values := parameter.Tensor.Data().(type) {
		case []float32:
			copy(values, saved.Float32)
		case []float64:
			copy(values, saved.Float64)
		}
	}
	t.Optimiser.SetLearningRate(now.LearningRate)
	t.step, t.lossSum, t.History = now.Step, now.LossSum, now.History
	t.Plateau.BadEpochs, t.Plateau.Best = now.Plateau.BadEpochs, math.Inf(1)
	if now.Best != nil {
		t.Plateau.Best = *now.Best
	}
	return nil
}
