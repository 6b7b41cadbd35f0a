package export

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Weights returns a finished run's weights.safetensors with the metadata cell, and activation and leak if the cell has them.
// Recurrent weights are the effective ones, with signs and masks applied. For the user's own points and sequences it has the
// metadata class_names, and for standardised points the arrays mean and scale (D, float64).
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
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
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
			file.Tensors[parameter.Name] = constant(trained, parameter.Name)
		}
	}
	describeNetwork(file.Metadata, c.Network)
	if c.Task.OwnFile() != "" {
		e, err := folder.Experiment(ctx)
		if err != nil {
			return nil, err
		}
		if err := describePoints(file, e); err != nil {
			return nil, err
		}
	}
	return safetensors.Append(nil, file)
}

// describeNetwork adds to metadata what the states depend on besides the arrays: the cell, and its activation and network.leak if
// it has them.
func describeNetwork(metadata map[string]string, c graph.Config) {
	metadata["cell"] = c.Cell
	unused := c.Unused()
	if !slices.Contains(unused, "activation") {
		metadata["activation"] = string(c.Activation)
	}
	if !slices.Contains(unused, "leak") {
		metadata["leak"] = fmt.Sprint(c.Leak)
	}
}

// describePoints adds to a file of weights what is needed to use them on the user's own points and sequences: the scaling, if they
// are standardised, and the class names. It does not change the file of a run on generated clusters.
func describePoints(file *safetensors.File, e *train.Experiment) error {
	if e.Scaling != nil {
		file.Tensors["mean"], file.Tensors["scale"] = train.ScalingTensors(*e.Scaling)
	}
	return addNames(file.Metadata, "class_names", outputNames(e))
}

// addNames adds names to the metadata of a file as a JSON list, nothing if there are none.
func addNames(metadata map[string]string, key string, names []string) error {
	if names == nil {
		return nil
	}
	text, err := json.Marshal(names)
	metadata[key] = string(text)
	return err
}

// outputNames returns the names in the user's file of the classes whose logits the network outputs (C); nil if the outputs are
// values, or classes without a file.
func outputNames(e *train.Experiment) []string {
	if !e.Plan().Classes {
		return nil
	}
	return classNames(e)
}

// classNames returns the class names in the file of the user's own points or sequences (C); nil without a file or without labels in it.
func classNames(e *train.Experiment) []string {
	switch {
	case e.Own != nil:
		return namesOf(len(e.Own.Classes), (&data.Points{Origin: &e.Own.Origin}).ClassName)
	case e.Sequences != nil && e.Sequences.Classes > 1:
		return namesOf(e.Sequences.Classes, (&data.Points{Origin: &e.Sequences.Origin}).ClassName)
	}
	return nil
}

// clusterNames returns the names of clusters or conditions in the file of the user's own points or sequences (K); nil without a file.
func clusterNames(e *train.Experiment) []string {
	switch {
	case e.Own != nil:
		return namesOf(e.Measuring.ClusterCount(), (&data.Points{Origin: &e.Own.Origin}).ClusterName)
	case e.Sequences != nil:
		return namesOf(e.Sequences.Conditions, (&data.Points{Origin: &e.Sequences.Origin}).ClusterName)
	}
	return nil
}

// namesOf returns the names of 0 .. count-1.
func namesOf(count int, name func(int) string) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = name(i)
	}
	return names
}
