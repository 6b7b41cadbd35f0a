package task

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Sine asks for a sine wave whose frequency is set by a static input. One of Frequencies evenly spaced frequencies f_k = Lowest
// .. Highest is drawn for each trial; the input is k/Frequencies + 0.25 at all times, k = 0 .. Frequencies-1, and the output at
// t is to be sin(2 pi f_k t). Only the onset of the input at t = 0 sets the phase.
//
// Variables: frequency, which is also the label and the condition.
//
// Score: 1 minus the squared error over that of an output of zero, at least 0, mean over the trials. Chance is the score of the
// mean of all waves, which resemble one another at first.
//
// Source: Sussillo, Barak, Neural Comput. 25 (2013) 626, with 51 frequencies and this input. Differs: fewer frequencies, and
// trials short enough for a graph.
type Sine struct {
	Frequencies int     `yaml:"frequencies" help:"number of frequencies" range:"2 to 100"`
	Lowest      float64 `yaml:"lowest" help:"lowest frequency, in periods per step" range:"above 0, at most 0.25"`
	Highest     float64 `yaml:"highest" help:"highest frequency, in periods per step, above lowest" range:"above 0, at most 0.25"`
	Steps       int     `yaml:"steps" help:"T, the steps of a trial" range:"3 to 1000"`
}

// NewSine returns the task of 10 frequencies, periods of 10 to 25 steps, in trials of 50 steps.
func NewSine() data.Task { return &Sine{Frequencies: 10, Lowest: 0.04, Highest: 0.1, Steps: 50} }

func (s *Sine) Name() string { return "sine" }

func (s *Sine) Validate() error {
	var faults data.Faults
	faults.Check(s.Frequencies >= 2 && s.Frequencies <= 100, "frequencies", s.Frequencies, "from 2 to 100")
	faults.Check(s.Lowest > 0 && s.Lowest <= 0.25, "lowest", s.Lowest, "periods in a step, above 0, below highest")
	faults.Check(s.Highest > s.Lowest && s.Highest <= 0.25, "highest", s.Highest, fmt.Sprintf("periods in a step, above lowest (%g), at most 0.25", s.Lowest))
	checkDuration(&faults, "steps", s.Steps, 3)
	return faults.Join()
}

// waves returns the waves, Steps values each.
func (s *Sine) waves() [][]float64 {
	waves := make([][]float64, s.Frequencies)
	for k := range waves {
		waves[k] = make([]float64, s.Steps)
		for t := range waves[k] {
			waves[k][t] = math.Sin(2 * math.Pi * s.frequency(k) * float64(t))
		}
	}
	return waves
}

func (s *Sine) frequency(k int) float64 {
	return s.Lowest + (s.Highest-s.Lowest)*float64(k)/float64(s.Frequencies-1)
}

func (s *Sine) Plan() data.Plan {
	waves := s.waves()
	mean, chance := make([]float64, s.Steps), 0.0
	for _, wave := range waves {
		floats.AddScaled(mean, 1/float64(len(waves)), wave)
	}
	for _, wave := range waves {
		chance += explained(mean, wave) / float64(len(waves))
	}
	return data.Plan{
		Inputs: 1, Outputs: 1, Steps: s.Steps, Chance: chance, Score: "1 - normalised squared error",
		InputNames: []string{"frequency"}, OutputNames: []string{"wave"},
	}
}

func (s *Sine) Fill(dst *data.Batch, rng *rand.Rand) {
	names := make([]string, s.Frequencies)
	for k := range names {
		names[k] = fmt.Sprintf("%.3g/step", s.frequency(k))
	}
	frequencies := dst.Variable("frequency", s.Frequencies, names...)
	waves := s.waves()
	for sample := range dst.Len() {
		k := rng.IntN(s.Frequencies)
		for t := range s.Steps {
			dst.Inputs[t].Set(sample, 0, float64(k)/float64(s.Frequencies)+0.25)
			dst.Targets[t].Set(sample, 0, waves[k][t])
		}
		frequencies[sample], dst.Labels[sample], dst.Clusters[sample] = k, k, k
	}
}

// Score returns the mean over the trials of 1 minus the normalised squared error, each at least 0.
func (s *Sine) Score(outputs []*mat.Dense, b *data.Batch) float64 {
	wave, wanted := make([]float64, len(outputs)), make([]float64, len(outputs))
	sum := 0.0
	for sample := range b.Len() {
		for t, output := range outputs {
			wave[t], wanted[t] = output.At(sample, 0), b.Targets[t].At(sample, 0)
		}
		sum += explained(wave, wanted)
	}
	return sum / float64(b.Len())
}

// explained returns 1 minus the squared error divided by the sum of the squared targets, at least 0.
func explained(wave, wanted []float64) float64 {
	distance, norm := floats.Distance(wave, wanted, 2), floats.Norm(wanted, 2)
	return max(0, 1-distance*distance/(norm*norm))
}
