package task

import (
	"fmt"
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// DelayedMatch asks whether a test stimulus matches the sample that was shown before a delay. A trial is a fixation, the
// sample, the delay, the test, and the decision period, when the answer is read out. Inputs are the fixation cue, 1 until it
// goes off for the decision, and a channel for each of Stimuli stimuli, 1 while its stimulus is shown, with normal noise of
// the standard deviation Noise at every step. The delay is drawn uniformly from ShortestDelay to Delay: with a shorter delay
// the sample comes later, so that the test comes at the same time in all trials.
//
// Half of the trials match; in the others the test is one of the other stimuli with equal probability.
//
// Variables: sample, test and match. A condition is a pair of sample and test.
//
// Score: the fraction of correct answers at the end. Chance: 0.5.
//
// Source: Miller, Erickson, Desimone, J. Neurosci. 16 (1996) 5154. Differs: there several tests follow until one matches.
type DelayedMatch struct {
	Stimuli       int     `yaml:"stimuli" help:"number of stimuli" range:"2 to 20"`
	Noise         float64 `yaml:"noise" help:"standard deviation in each channel at each step" range:"0 or more"`
	Fixation      int     `yaml:"fixation" help:"steps before the sample, if the delay is the longest" range:"0 to 1000"`
	Sample        int     `yaml:"sample" help:"steps of the sample" range:"1 to 1000"`
	Delay         int     `yaml:"delay" help:"longest delay, in steps between sample and test" range:"0 to 1000"`
	ShortestDelay int     `yaml:"shortest_delay" help:"shortest delay, at most delay" range:"0 to 1000"`
	Test          int     `yaml:"test" help:"steps of the test" range:"1 to 1000"`
	Decision      int     `yaml:"decision" help:"steps at which the answer is asked" range:"1 to 1000"`
}

// NewDelayedMatch returns the task of 4 stimuli with trials of 2 + 4 + 12 + 4 + 3 steps.
func NewDelayedMatch() data.Task {
	return &DelayedMatch{Stimuli: 4, Noise: 0.1, Fixation: 2, Sample: 4, Delay: 12, ShortestDelay: 12, Test: 4, Decision: 3}
}

func (d *DelayedMatch) Name() string { return "delayed_match" }

func (d *DelayedMatch) Validate() error {
	var faults data.Faults
	faults.Check(d.Stimuli >= 2 && d.Stimuli <= 20, "stimuli", d.Stimuli, "from 2 to 20")
	checkNoise(&faults, "noise", d.Noise)
	checkDuration(&faults, "fixation", d.Fixation, 0)
	checkDuration(&faults, "sample", d.Sample, 1)
	checkDelays(&faults, d.ShortestDelay, d.Delay)
	checkDuration(&faults, "test", d.Test, 1)
	checkDuration(&faults, "decision", d.Decision, 1)
	return faults.Join()
}

// parts are fixation, sample, delay, test and decision of a trial with the longest delay.
func (d *DelayedMatch) parts() []period {
	return periods(d.Fixation, d.Sample, d.Delay, d.Test, d.Decision)
}

func (d *DelayedMatch) Plan() data.Plan {
	parts := d.parts()
	names := []string{"", "sample", "delay", "test", "decision"}
	if d.ShortestDelay < d.Delay {
		names[1], names[2] = "", "" // they differ from trial to trial
	}
	p := data.Plan{
		Inputs: 1 + d.Stimuli, Outputs: 2, Steps: parts[4].end, Readouts: parts[4].times(), Classes: true,
		Chance: 0.5, Score: "answers right",
		InputNames: []string{"fixation"}, OutputNames: []string{"no match", "match"},
		Marks: marks(names, parts),
	}
	for i := range d.Stimuli {
		p.InputNames = append(p.InputNames, fmt.Sprintf("stimulus %d", i+1))
	}
	return p
}

func (d *DelayedMatch) Fill(dst *data.Batch, rng *rand.Rand) {
	stimuli := make([]string, d.Stimuli)
	for i := range stimuli {
		stimuli[i] = fmt.Sprint(i + 1)
	}
	samples, tests := dst.Variable("sample", d.Stimuli, stimuli...), dst.Variable("test", d.Stimuli, stimuli...)
	matches := dst.Variable("match", 2, "no match", "match")
	parts := d.parts()
	for i := range dst.Len() {
		match, first := rng.IntN(2), rng.IntN(d.Stimuli)
		second := first
		if match == 0 {
			second = (first + 1 + rng.IntN(d.Stimuli-1)) % d.Stimuli
		}
		shown := parts[1].drawnBefore(d.ShortestDelay, d.Delay, rng)
		for t, inputs := range dst.Inputs {
			row := inputs.RawRowView(i)
			if t < parts[4].start {
				row[0] = 1
			}
			for channel := range d.Stimuli {
				row[1+channel] = d.Noise * rng.NormFloat64()
			}
			if shown.has(t) {
				row[1+first]++
			}
			if parts[3].has(t) {
				row[1+second]++
			}
		}
		samples[i], tests[i], matches[i] = first, second, match
		dst.Labels[i], dst.Clusters[i] = match, first*d.Stimuli+second
	}
}

// Score returns the fraction of correct answers at the last time.
func (d *DelayedMatch) Score(outputs []*mat.Dense, b *data.Batch) float64 {
	return data.ChoicesRight(outputs, b.Labels)
}
