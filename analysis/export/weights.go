package export

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Weights returns a finished run's weights.safetensors, byte by byte unless there is something to add: recurrent weights
// are the effective ones, under signs and masks. For the user's own points it
// has the metadata class_names, and where these are standardised the arrays mean and scale (D, float64).
func Weights(ctx context.Context, folder run.Folder) ([]byte, error) {
	c, err := folder.Config()
	if err != nil {
		return nil, err
	}
	trained, err := folder.Weights()
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(folder.WeightsFile())
	if err != nil || c.Task.Points == "" && !c.Network.Constrained() {
		return content, err
	}
	e, err := folder.Experiment(ctx)
	if err != nil {
		return nil, err
	}
	file, err := safetensors.Decode(content)
	if err != nil {
		return nil, fmt.Errorf("export: %s: %w", folder.WeightsFile(), err)
	}
	if file.Metadata == nil {
		file.Metadata = map[string]string{}
	}
	for _, parameter := range trained.All() {
		if parameter.Role == graph.RecurrentRole {
			t := constant(trained, parameter.Name)
			file.Tensors[parameter.Name] = safetensors.Tensor{Shape: t.Shape, Float32: t.Float32, Float64: t.Float64}
		}
	}
	if err := describePoints(file, e); err != nil {
		return nil, err
	}
	return safetensors.Append(nil, file)
}

// describePoints adds to a file of weights what it takes to use them on the user's own points: the scaling, if they are
// standardised, and what the classes are called. It leaves the file of a run on drawn clusters as it is.
func describePoints(file *safetensors.File, e *train.Experiment) error {
	if e.Scaling != nil {
		file.Tensors["mean"], file.Tensors["scale"] = train.ScalingTensors(*e.Scaling)
	}
	return addNames(file.Metadata, "class_names", classNames(e))
}

// addNames adds names to the metadata of a file, as a JSON list; nothing where there are none.
func addNames(metadata map[string]string, key string, names []string) error {
	if names == nil {
		return nil
	}
	text, err := json.Marshal(names)
	metadata[key] = string(text)
	return err
}

// classNames returns what the file of the user's own points calls the classes (C), nil for drawn clusters.
func classNames(e *train.Experiment) []string {
	if e.Own == nil {
		return nil
	}
	points := e.MeasuringPoints()
	names := make([]string, points.Classes)
	for label := range names {
		names[label] = points.ClassName(label)
	}
	return names
}

// clusterNames returns what the file of the user's own points calls the clusters (K), nil for drawn ones.
func clusterNames(e *train.Experiment) []string {
	if e.Own == nil {
		return nil
	}
	points := e.MeasuringPoints()
	names := make([]string, e.Measuring.ClusterCount())
	for cluster := range names {
		names[cluster] = points.ClusterName(cluster)
	}
	return names
}
