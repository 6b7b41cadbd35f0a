package farrell2019_test

import (
	"context"
	"fmt"
	"log"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/train"
)

// Train the paper's network at the edge of chaos for two epochs and see it compress.
func Example() {
	config := train.DefaultConfig()
	config.Training.Epochs = 2
	experiment, err := train.NewExperiment(context.Background(), config)
	if err != nil {
		log.Fatal(err)
	}
	trainer, err := train.NewTrainer(experiment)
	if err != nil {
		log.Fatal(err)
	}
	defer trainer.Close()
	if err := trainer.Run(context.Background(), train.Silent{}, nil); err != nil {
		log.Fatal(err)
	}
	trajectory, err := experiment.Record(trainer.Parameters)
	if err != nil {
		log.Fatal(err)
	}
	dimensionality, err := analysis.EffectiveDimensionalityThroughTime(context.Background(), trajectory)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f dimensions at t = 0, %.0f at t = 10\n", dimensionality.Values[0], dimensionality.Values[10])
	// Output: 46 dimensions at t = 0, 1 at t = 10
}

func ExamplePresetNamed() {
	preset, err := farrell2019.PresetNamed("fig3-sc")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(preset.Description)
	// Output: figure 3: 2 inputs, strongly chaotic (g = 250), cross-entropy
}
