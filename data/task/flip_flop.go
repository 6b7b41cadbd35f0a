package task

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// FlipFlop asks for a memory of bits: each channel receives pulses of +1 or -1 at random times, and each output is to hold the
// sign of its channel's last pulse. The first pulse of every channel comes at t = 0.
//
// Variables of a sample are the bits at the end of the trial, and the label is the number that they form. Chance: half of
// the bits.
//
// Source: Sussillo, Barak, Neural Comput. 25 (2013) 626, section 4.2, with 3 bits.
type FlipFlop struct {
	Bits             int     `yaml:"bits" help:"number of bits, each with an input and an output" range:"1 to 8"`
	Steps            int     `yaml:"steps" help:"T, the steps of a trial" range:"2 to 1000"`
	PulseProbability float64 `yaml:"pulse_probability" help:"probability of a pulse in a channel at each time" range:"above 0, at most 1"`
}

// NewFlipFlop returns the task of three bits in trials of 50 steps.
func NewFlipFlop() data.Task { return &FlipFlop{Bits: 3, Steps: 50, PulseProbability: 0.1} }

func (f *FlipFlop) Name() string { return "flip_flop" }

func (f *FlipFlop) Validate() error {
	var faults data.Faults
	faults.Check(f.Bits >= 1 && f.Bits <= 8, "bits", f.Bits, "from 1 to 8")
	checkDuration(&faults, "steps", f.Steps, 2)
	faults.Check(f.PulseProbability > 0 && f.PulseProbability <= 1, "pulse_probability", f.PulseProbability, "above 0, at most 1")
	return faults.Join()
}

func (f *FlipFlop) Plan() data.Plan {
	p := data.Plan{Inputs: f.Bits, Outputs: f.Bits, Steps: f.Steps, Chance: 0.5, Score: "bits right"}
	for bit := range f.Bits {
		p.InputNames = append(p.InputNames, fmt.Sprintf("pulses %d", bit+1))
		p.OutputNames = append(p.OutputNames, fmt.Sprintf("bit %d", bit+1))
	}
	return p
}

func (f *FlipFlop) Fill(dst *data.Batch, rng *rand.Rand) {
	last := make([]float64, f.Bits)
	var bits [][]int
	for bit := range f.Bits {
		bits = append(bits, dst.Variable("bit "+strconv.Itoa(bit+1), 2, "-1", "+1"))
	}
	for sample := range dst.Len() {
		for t := range f.Steps {
			for bit := range last {
				if t == 0 || rng.Float64() < f.PulseProbability {
					last[bit] = float64(2*rng.IntN(2) - 1)
					dst.Inputs[t].Set(sample, bit, last[bit])
				}
				dst.Targets[t].Set(sample, bit, last[bit])
			}
		}
		state := 0
		for bit, sign := range last {
			bits[bit][sample] = int(sign+1) / 2
			state |= bits[bit][sample] << bit
		}
		dst.Labels[sample], dst.Clusters[sample] = state, state
	}
}

// Score returns the fraction of bits and times at which an output has the sign of its target.
func (f *FlipFlop) Score(outputs []*mat.Dense, b *data.Batch) float64 {
	right, all := 0, 0
	for t, output := range outputs {
		samples, channels := output.Dims()
		for i := range samples {
			for j := range channels {
				all++
				if (output.At(i, j) > 0) == (b.Targets[t].At(i, j) > 0) {
					right++
				}
			}
		}
	}
	return float64(right) / float64(all)
}
