package measure_test

import (
	"context"
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// A study asks one question of several networks: here, whether training lowers the dimension of the states at t_eval, at two
// strengths of coupling.
func Example_study() {
	ctx := context.Background()
	for _, coupling := range []float64{20, 250} {
		c := train.DefaultConfig()
		err := c.Apply(train.Setting{Key: "network.units", Value: 60}, train.Setting{Key: "network.coupling", Value: coupling},
			train.Setting{Key: "task.clusters", Value: 20}, train.Setting{Key: "training.epochs", Value: 10})
		if err != nil {
			panic(err)
		}
		experiment, err := train.NewExperiment(ctx, c)
		if err != nil {
			panic(err)
		}
		trainer, err := train.NewTrainer(experiment)
		if err != nil {
			panic(err)
		}
		if err := trainer.Run(ctx, train.Silent{}, nil); err != nil {
			panic(err)
		}
		dimension := func(network *graph.Parameters) float64 {
			trajectory, err := experiment.RecordContext(ctx, network)
			if err != nil {
				panic(err)
			}
			ed, err := analysis.EffectiveDimensionality(trajectory.H[c.EvaluationTime()])
			if err != nil {
				panic(err)
			}
			return ed
		}
		before, after := dimension(experiment.Initial), dimension(trainer.Parameters)
		fmt.Printf("g = %g: below a third of before: %t\n", coupling, after < before/3)
		trainer.Close()
	}
	// Output:
	// g = 20: below a third of before: true
	// g = 250: below a third of before: true
}
