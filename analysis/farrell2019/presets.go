package farrell2019

import (
	"fmt"
	"strings"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// Presets returns the paper's networks: figure 2 (200 inputs) and figure 3 (2 inputs), each at the edge
// of chaos and strongly chaotic, with cross-entropy and with the mean squared error.
//
// Source: Farrell et al. (2019), section 2; the authors' code: 40 epochs for 200 inputs, 80 for 2, and in that of 2022 for the
// mean squared error learning rate 5e-3, 100 epochs and the target 0.7.
func Presets() []train.Preset {
	var presets []train.Preset
	for _, loss := range []graph.LossName{graph.CrossEntropy, graph.MeanSquaredError} {
		for _, figure := range []int{2, 3} {
			for _, coupling := range []float64{graph.EdgeOfChaos, graph.StronglyChaotic} {
				presets = append(presets, preset(figure, coupling, loss))
			}
		}
	}
	return presets
}

// figureDimension returns the number of inputs D in a figure of the paper.
func figureDimension(figure int) int {
	if figure == 3 {
		return 2
	}
	return 200
}

// Configuration returns the paper's configuration for a figure, 2 or 3, with a coupling strength and a loss.
func Configuration(figure int, coupling float64, loss graph.LossName) train.Config {
	c := train.DefaultConfig()
	c.Task.Dimension = figureDimension(figure)
	c.Network.Coupling = coupling
	c.Training.Loss = loss
	c.Training.Epochs = map[int]int{2: 40, 3: 80}[figure]
	if loss == graph.MeanSquaredError {
		c.Training.Optimiser.LearningRate, c.Training.Epochs = 5e-3, 100
	}
	return c
}

func preset(figure int, coupling float64, loss graph.LossName) train.Preset {
	c := Configuration(figure, coupling, loss)
	name, words := "eoc", "edge of chaos"
	if coupling == graph.StronglyChaotic {
		name, words = "sc", "strongly chaotic"
	}
	p := train.Preset{
		Name:        fmt.Sprintf("fig%d-%s", figure, name),
		Description: fmt.Sprintf("figure %d: %d inputs, %s (g = %g), cross-entropy", figure, c.Task.Dimension, words, coupling),
	}
	if loss == graph.MeanSquaredError {
		p.Name += "-mse"
		p.Description = strings.Replace(p.Description, "cross-entropy", "mean squared error", 1)
	}
	p.Config = c
	return p
}

// PresetNamed returns the preset with the given name.
func PresetNamed(name string) (train.Preset, error) {
	presets := Presets()
	names := make([]string, len(presets))
	for i, p := range presets {
		if names[i] = p.Name; p.Name == name {
			return p, nil
		}
	}
	return train.Preset{}, train.UnknownPreset(name, names)
}
