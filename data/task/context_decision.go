package task

import (
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// ContextDecision shows two noisy streams of evidence, motion and colour, and asks for the sign of the one that the context
// cues; the other one is to be ignored. A trial is a lead with the context alone, the stimulus, a delay, and the decision period,
// when the choice is read out. Inputs are motion and colour,
//
//	c + noise,
//
// each with its own signed coherence c while the stimulus lasts, and two context cues, for motion and for colour, one of which is
// 1 throughout the trial, the other 0. Absolute coherences are drawn uniformly from Coherences, signs and contexts by a fair coin. The
// noise is normal with the standard deviation Noise, fresh at each step, so that an ideal observer is right with probability
// Phi(|c| sqrt(Stimulus)/Noise).
//
// Variables: context, motion and colour (signed coherences), and choice. A condition is a context with both coherences. Choices are compared
// within a context: by motion they are steep where motion counts and flat where colour does.
//
// Score: the fraction of correct choices at the end. Chance: 0.5.
//
// Source: Mante, Sussillo, Shenoy, Newsome, Nature 503 (2013) 78; coherences of motion of its monkey A.
// Differs: trained with cross-entropy on two outputs instead of one output of +1 or -1.
type ContextDecision struct {
	Coherences data.List `yaml:"coherences" help:"coherences in per cent, ascending" range:"1 to 50 numbers above 0, at most 100"`
	Noise      float64   `yaml:"noise" help:"standard deviation of each stream at each step" range:"0 or more"`
	Lead       int       `yaml:"lead" help:"steps of the context alone" range:"0 to 1000"`
	Stimulus   int       `yaml:"stimulus" help:"steps of the stimulus" range:"1 to 1000"`
	Delay      int       `yaml:"delay" help:"steps between stimulus and decision" range:"0 to 1000"`
	Decision   int       `yaml:"decision" help:"steps at which the choice is asked" range:"1 to 1000"`
}

// NewContextDecision returns the task with trials of 3 + 20 + 0 + 3 steps.
func NewContextDecision() data.Task {
	return &ContextDecision{Coherences: "5,15,50", Noise: 0.2, Lead: 3, Stimulus: 20, Decision: 3}
}

func (c *ContextDecision) Name() string { return "context_decision" }

func (c *ContextDecision) Validate() error {
	var faults data.Faults
	_, err := coherences(c.Coherences, false)
	faults.Add(err)
	checkNoise(&faults, "noise", c.Noise)
	checkDuration(&faults, "lead", c.Lead, 0)
	checkDuration(&faults, "stimulus", c.Stimulus, 1)
	checkDuration(&faults, "delay", c.Delay, 0)
	checkDuration(&faults, "decision", c.Decision, 1)
	return faults.Join()
}

func (c *ContextDecision) parts() []period { return periods(c.Lead, c.Stimulus, c.Delay, c.Decision) }

func (c *ContextDecision) Plan() data.Plan {
	parts := c.parts()
	return data.Plan{
		Inputs: 4, Outputs: 2, Steps: parts[3].end, Readouts: parts[3].times(), Classes: true,
		Chance: 0.5, Score: "choices right",
		InputNames: []string{"motion", "colour", "context motion", "context colour"}, OutputNames: []string{"left", "right"},
		Marks: marks([]string{"", "stimulus", "delay", "decision"}, parts), Context: "context",
	}
}

func (c *ContextDecision) Fill(dst *data.Batch, rng *rand.Rand) {
	shares, _ := coherences(c.Coherences, false) // Validate has read them
	kinds := 2 * len(shares)
	contexts := dst.Variable("context", 2, "motion", "colour")
	streams := [][]int{dst.Variable("motion", kinds, signedNames(shares)...), dst.Variable("colour", kinds, signedNames(shares)...)}
	choices := dst.Variable("choice", 2, "left", "right")
	stimulus := c.parts()[1]
	for sample := range dst.Len() {
		context := rng.IntN(2)
		var directions [2]int
		var values [2]float64
		for i, stream := range streams {
			directions[i] = rng.IntN(2)
			coherence := signed(directions[i], rng.IntN(len(shares)), shares)
			stream[sample], values[i] = coherence.kind, coherence.value
		}
		for t, inputs := range dst.Inputs {
			row := inputs.RawRowView(sample)
			row[2+context] = 1
			if stimulus.has(t) {
				row[0] = values[0] + c.Noise*rng.NormFloat64()
				row[1] = values[1] + c.Noise*rng.NormFloat64()
			}
		}
		contexts[sample], choices[sample] = context, directions[context]
		dst.Labels[sample] = directions[context]
		dst.Clusters[sample] = (context*kinds+streams[0][sample])*kinds + streams[1][sample]
	}
}

// Score returns the fraction of correct choices at the last time.
func (c *ContextDecision) Score(outputs []*mat.Dense, b *data.Batch) float64 {
	return data.ChoicesRight(outputs, b.Labels)
}
