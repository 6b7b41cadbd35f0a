package task

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// WorkingMemory asks for a direction on a ring that was shown before a delay. A trial is a fixation, the cue, the delay, and the
// response period, when cosine and sine of the direction are read out. Inputs are the fixation cue, 1 until it goes off for the
// response, and a ring of channels with the preferred directions 2 pi i/Channels, which the cue drives by
//
//	exp(-(4 d/pi)^2 / 2),  d being the angle between preferred and shown direction,
//
// with normal noise of the standard deviation Noise at every step. Directions are drawn uniformly from the whole ring, delays
// from ShortestDelay to Delay: with a shorter delay the cue comes later, so that the response comes at the same time in all trials.
//
// Variables: sector, the one of Sectors equal parts of the ring in which the direction lies, the first centred on 0 degrees. It
// is also the label and the condition.
//
// Score: the fraction of trials whose answer at the end, the angle of the two outputs, is at most Tolerance degrees away. Chance:
// Tolerance/180.
//
// Source: Funahashi, Bruce, Goldman-Rakic, J. Neurophysiol. 61 (1989) 331; Yang et al., Nat. Neurosci. 22 (2019) 297, the
// delayed response. Differs: Yang et al. have 32 channels half as wide, ask for a ring of outputs and count within 36 degrees.
type WorkingMemory struct {
	Channels      int     `yaml:"channels" help:"number of channels of the ring of inputs" range:"3 to 64"`
	Noise         float64 `yaml:"noise" help:"standard deviation in each channel at each step" range:"0 or more"`
	Sectors       int     `yaml:"sectors" help:"number of sectors of the variable that is decoded" range:"2 to 64"`
	Tolerance     float64 `yaml:"tolerance" help:"degrees by which a right answer may be off" range:"above 0, below 180"`
	Fixation      int     `yaml:"fixation" help:"steps before the cue, if the delay is the longest" range:"0 to 1000"`
	Cue           int     `yaml:"cue" help:"steps of the cue" range:"1 to 1000"`
	Delay         int     `yaml:"delay" help:"longest delay, in steps between cue and response" range:"0 to 1000"`
	ShortestDelay int     `yaml:"shortest_delay" help:"shortest delay, at most delay" range:"0 to 1000"`
	Response      int     `yaml:"response" help:"steps at which the direction is asked" range:"1 to 1000"`
}

// NewWorkingMemory returns the task with 8 channels, a tolerance of 20 degrees and trials of 2 + 4 + 15 + 4 steps.
func NewWorkingMemory() data.Task {
	return &WorkingMemory{Channels: 8, Noise: 0.1, Sectors: 8, Tolerance: 20, Fixation: 2, Cue: 4, Delay: 15, ShortestDelay: 15, Response: 4}
}

func (w *WorkingMemory) Name() string { return "working_memory" }

func (w *WorkingMemory) Validate() error {
	var faults data.Faults
	faults.Check(w.Channels >= 3 && w.Channels <= 64, "channels", w.Channels, "from 3 to 64")
	checkNoise(&faults, "noise", w.Noise)
	faults.Check(w.Sectors >= 2 && w.Sectors <= 64, "sectors", w.Sectors, "from 2 to 64")
	faults.Check(w.Tolerance > 0 && w.Tolerance < 180, "tolerance", w.Tolerance, "degrees above 0, below 180")
	checkDuration(&faults, "fixation", w.Fixation, 0)
	checkDuration(&faults, "cue", w.Cue, 1)
	checkDelays(&faults, w.ShortestDelay, w.Delay)
	checkDuration(&faults, "response", w.Response, 1)
	return faults.Join()
}

// parts are fixation, cue, delay and response of a trial with the longest delay.
func (w *WorkingMemory) parts() []period { return periods(w.Fixation, w.Cue, w.Delay, w.Response) }

func (w *WorkingMemory) Plan() data.Plan {
	parts := w.parts()
	names := []string{"", "cue", "delay", "response"}
	if w.ShortestDelay < w.Delay {
		names[1], names[2] = "", "" // they differ from trial to trial
	}
	p := data.Plan{
		Inputs: 1 + w.Channels, Outputs: 2, Steps: parts[3].end, Readouts: parts[3].times(),
		Chance: w.Tolerance / 180, Score: fmt.Sprintf("answers within %g degrees", w.Tolerance),
		InputNames: []string{"fixation"}, OutputNames: []string{"cosine", "sine"},
		Marks: marks(names, parts),
	}
	for i := range w.Channels {
		p.InputNames = append(p.InputNames, fmt.Sprintf("%.3g degrees", 360*float64(i)/float64(w.Channels)))
	}
	return p
}

func (w *WorkingMemory) Fill(dst *data.Batch, rng *rand.Rand) {
	names := make([]string, w.Sectors)
	for i := range names {
		names[i] = fmt.Sprintf("%.3g degrees", 360*float64(i)/float64(w.Sectors))
	}
	sectors := dst.Variable("sector", w.Sectors, names...)
	parts := w.parts()
	for sample := range dst.Len() {
		turn := rng.Float64()
		angle := 2 * math.Pi * turn
		shown := parts[1].drawnBefore(w.ShortestDelay, w.Delay, rng)
		for t, inputs := range dst.Inputs {
			row := inputs.RawRowView(sample)
			if t < parts[3].start {
				row[0] = 1
			}
			for channel := range w.Channels {
				row[1+channel] = w.Noise * rng.NormFloat64()
				if shown.has(t) {
					row[1+channel] += tuned(angle - 2*math.Pi*float64(channel)/float64(w.Channels))
				}
			}
		}
		for _, targets := range dst.Targets {
			targets.Set(sample, 0, math.Cos(angle))
			targets.Set(sample, 1, math.Sin(angle))
		}
		sector := int(math.Floor(turn*float64(w.Sectors)+0.5)) % w.Sectors
		sectors[sample], dst.Labels[sample], dst.Clusters[sample] = sector, sector, sector
	}
}

// tuned is the response of a channel to a direction at a given angle from its preferred one.
func tuned(angle float64) float64 {
	distance := math.Remainder(angle, 2*math.Pi)
	return math.Exp(-math.Pow(4*distance/math.Pi, 2) / 2)
}

// Score returns the fraction of answers at the last time that are within the tolerance. Outputs that are both zero are no answer.
func (w *WorkingMemory) Score(outputs []*mat.Dense, b *data.Batch) float64 {
	answers, targets := outputs[len(outputs)-1], b.Targets[len(b.Targets)-1]
	right := 0
	for sample := range b.Len() {
		x, y := answers.At(sample, 0), answers.At(sample, 1)
		wanted := math.Atan2(targets.At(sample, 1), targets.At(sample, 0))
		off := math.Abs(math.Remainder(math.Atan2(y, x)-wanted, 2*math.Pi))
		if (x != 0 || y != 0) && off <= w.Tolerance*math.Pi/180 {
			right++
		}
	}
	return float64(right) / float64(b.Len())
}
