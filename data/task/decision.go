package task

import (
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Decision asks which of two noisy streams of evidence is the stronger one, as monkeys are asked in which of two directions
// random dots move. A trial is a fixation, the stimulus, a delay without stimulus, and the decision period, when the choice is
// read out. Inputs are the fixation cue, 1 until it goes off as the signal to decide, and while the stimulus lasts
//
//	(1 - c)/2 + noise    and    (1 + c)/2 + noise
//
// for left and right, with the signed coherence c, whose sign is the class and whose absolute value is drawn uniformly from
// Coherences, and normal noise with the standard deviation Noise, fresh at each step. An ideal observer sums the difference of
// the streams and is right with probability Phi(|c| sqrt(Stimulus/2)/Noise).
//
// Variables: coherence (signed: its values go from the strongest for left through 0% to the strongest for right) and direction.
// The class of a trial of zero coherence is drawn at random. A condition is a signed coherence with its class, so that zero
// coherence has two.
//
// Score: the fraction of correct choices at the end, among the trials whose coherence is not zero. Chance: 0.5.
//
// Source: Britten, Shadlen, Newsome, Movshon, J. Neurosci. 12 (1992) 4745; coherences of Roitman, Shadlen, J. Neurosci. 22
// (2002) 9475; inputs of neurogym's PerceptualDecisionMaking; compare Wong, Wang, J. Neurosci. 26 (2006) 1314.
type Decision struct {
	Coherences data.List `yaml:"coherences" help:"coherences in per cent, ascending; 0 may be one of them" range:"1 to 50 numbers, 0 to 100"`
	Noise      float64   `yaml:"noise" help:"standard deviation of each stream at each step" range:"0 or more"`
	Fixation   int       `yaml:"fixation" help:"steps before the stimulus" range:"0 to 1000"`
	Stimulus   int       `yaml:"stimulus" help:"steps of the stimulus" range:"1 to 1000"`
	Delay      int       `yaml:"delay" help:"steps between stimulus and decision" range:"0 to 1000"`
	Decision   int       `yaml:"decision" help:"steps at which the choice is asked" range:"1 to 1000"`
}

// NewDecision returns the task with trials of 2 + 20 + 0 + 3 steps.
func NewDecision() data.Task {
	return &Decision{Coherences: "0,3.2,6.4,12.8,25.6,51.2", Noise: 0.2, Fixation: 2, Stimulus: 20, Decision: 3}
}

func (d *Decision) Name() string { return "decision" }

func (d *Decision) Validate() error {
	var faults data.Faults
	_, err := coherences(d.Coherences, true)
	faults.Add(err)
	checkNoise(&faults, "noise", d.Noise)
	checkDuration(&faults, "fixation", d.Fixation, 0)
	checkDuration(&faults, "stimulus", d.Stimulus, 1)
	checkDuration(&faults, "delay", d.Delay, 0)
	checkDuration(&faults, "decision", d.Decision, 1)
	return faults.Join()
}

func (d *Decision) parts() []period { return periods(d.Fixation, d.Stimulus, d.Delay, d.Decision) }

func (d *Decision) Plan() data.Plan {
	parts := d.parts()
	return data.Plan{
		Inputs: 3, Outputs: 2, Steps: parts[3].end, Readouts: parts[3].times(), Classes: true,
		Chance: 0.5, Score: "choices right",
		InputNames: []string{"fixation", "evidence left", "evidence right"}, OutputNames: []string{"left", "right"},
		Marks: marks([]string{"", "stimulus", "delay", "decision"}, parts),
	}
}

func (d *Decision) Fill(dst *data.Batch, rng *rand.Rand) {
	shares, _ := coherences(d.Coherences, true) // Validate has read them
	kinds := dst.Variable("coherence", 2*len(shares)-zeros(shares), signedNames(shares)...)
	directions := dst.Variable("direction", 2, "left", "right")
	parts := d.parts()
	for sample := range dst.Len() {
		direction, size := rng.IntN(2), rng.IntN(len(shares))
		coherence := signed(direction, size, shares)
		for t := range parts[3].start {
			row := dst.Inputs[t].RawRowView(sample)
			row[0] = 1
			if parts[1].has(t) {
				row[1] = (1-coherence.value)/2 + d.Noise*rng.NormFloat64()
				row[2] = (1+coherence.value)/2 + d.Noise*rng.NormFloat64()
			}
		}
		kinds[sample], directions[sample] = coherence.kind, direction
		dst.Labels[sample], dst.Clusters[sample] = direction, coherence.condition
	}
}

// Score returns the fraction of correct choices at the last time, among the trials with evidence; 0.5 if there are none.
func (d *Decision) Score(outputs []*mat.Dense, b *data.Batch) float64 {
	shares, _ := coherences(d.Coherences, true)
	var rows []int // with evidence
	for sample, condition := range b.Clusters {
		if n := len(shares); shares[0] > 0 || condition != n-1 && condition != n {
			rows = append(rows, sample)
		}
	}
	if rows == nil {
		return 0.5
	}
	last, right := outputs[len(outputs)-1], 0
	for _, row := range rows {
		if floats.MaxIdx(last.RawRowView(row)) == b.Labels[row] {
			right++
		}
	}
	return float64(right) / float64(len(rows))
}
