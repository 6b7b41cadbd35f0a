package train_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/mat"
)

// firstPulse is a task: two pulses of +1 or -1, one after the other; at the end, what was the first? Chance is 0.5.
type firstPulse struct {
	Delay int `yaml:"delay" help:"steps between the pulses, and from the second to the answer" range:"1 or more"` // task.first_pulse.delay
}

func (p *firstPulse) Name() string { return "first_pulse" }

func (p *firstPulse) Validate() error {
	var faults data.Faults
	faults.Check(p.Delay >= 1, "delay", p.Delay, "1 or more")
	return faults.Join()
}

func (p *firstPulse) Plan() data.Plan {
	return data.Plan{
		Inputs: 1, Outputs: 2, Steps: 2*p.Delay + 1, Readouts: []int{2 * p.Delay}, Classes: true, Chance: 0.5, Score: "choices right",
		Marks: []data.Mark{{Name: "second pulse", Time: p.Delay}},
	}
}

func (p *firstPulse) Fill(b *data.Batch, rng *rand.Rand) {
	second := b.Variable("second pulse", 2, "-1", "+1") // analyze decodes it through time
	for sample := range b.Len() {
		one, two := rng.IntN(2), rng.IntN(2)
		b.Inputs[0].Set(sample, 0, float64(2*one-1))
		b.Inputs[p.Delay].Set(sample, 0, float64(2*two-1))
		second[sample] = two
		b.Labels[sample], b.Clusters[sample] = one, 2*one+two
	}
}

func (p *firstPulse) Score(outputs []*mat.Dense, b *data.Batch) float64 {
	return data.ChoicesRight(outputs, b.Labels)
}

// Register your own task before a configuration names it; every command then accepts `task.kind: first_pulse`.
func ExampleRegisterTask() {
	train.RegisterTask(func() data.Task { return &firstPulse{Delay: 3} })
	c := train.DefaultConfig()
	err := c.ApplyYAML([]byte(`{task: {kind: first_pulse, first_pulse: {delay: 4}}, network: {cell: gru, units: 16}}`))
	if err != nil {
		panic(err)
	}
	experiment, err := train.NewExperiment(context.Background(), c)
	if err != nil {
		panic(err)
	}
	fmt.Println(experiment.Plan().Steps, "times,", experiment.MeasuringBatch().Variables[0].Name)
	// Output: 9 times, second pulse
}
