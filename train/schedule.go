package train

import (
	"math"

	"github.com/unfurl-rnn/unfurl/data"
)

// ScheduleConfig says how the learning rate changes from epoch to epoch.
type ScheduleConfig struct {
	Name          string  `yaml:"name" help:"plateau lowers the learning rate when the validation loss stops falling, constant keeps it"`
	Factor        float64 `yaml:"factor" help:"factor by which the learning rate changes at a plateau" range:"above 0, below 1"`
	Patience      int     `yaml:"patience" help:"epochs without improvement that are tolerated; the rate falls at the next one" range:"0 or more"`
	Threshold     float64 `yaml:"threshold" help:"least fall of the loss that counts as an improvement" range:"0 or more"`
	ThresholdMode string  `yaml:"threshold_mode" help:"abs takes threshold in the unit of the loss, rel as a fraction of the best loss"`
	Minimum       float64 `yaml:"minimum" help:"lowest learning rate" range:"0 or more"`
}

// DefaultScheduleConfig returns the paper's reduction on plateau.
func DefaultScheduleConfig() ScheduleConfig {
	return ScheduleConfig{Name: "plateau", Factor: 0.5, Patience: 5, Threshold: 1e-7, ThresholdMode: "abs"}
}

// Validate joins one error for every field that is out of its range.
func (c ScheduleConfig) Validate() error {
	var faults data.Faults
	finite := func(key string, value float64) {
		faults.Check(value >= 0 && !math.IsInf(value, 1), key, value, "a finite number, 0 or more")
	}
	faults.CheckOneOf("name", c.Name, "plateau", "constant")
	faults.Check(c.Factor > 0 && c.Factor < 1, "factor", c.Factor, "above 0, below 1")
	faults.Check(c.Patience >= 0, "patience", c.Patience, "0 or more")
	finite("threshold", c.Threshold)
	faults.CheckOneOf("threshold_mode", c.ThresholdMode, "abs", "rel")
	finite("minimum", c.Minimum)
	return faults.Join()
}

// Plateau multiplies the learning rate by a factor when a loss has not improved for more than Patience
// epochs. Its state is exported, so that it can be saved and tested from the middle.
//
// Source: torch.optim.lr_scheduler.ReduceLROnPlateau with mode "min" and cooldown 0:
// the rate falls when the count of bad epochs exceeds, not equals, the patience, and only if it falls by
// more than 1e-8.
type Plateau struct {
	Config ScheduleConfig `json:"-"`
	// Best is the lowest loss so far, +Inf before the first.
	Best float64 `json:"-"`
	// BadEpochs counts the epochs since the last improvement or reduction.
	BadEpochs int `json:"bad_epochs"`
}

// smallestChange is the fall of the rate below which PyTorch leaves the rate unchanged (its argument eps).
const smallestChange = 1e-8

// NewPlateau returns a schedule that has seen no loss.
func NewPlateau(c ScheduleConfig) *Plateau { return &Plateau{Config: c, Best: math.Inf(1)} }

// Step takes the loss of an epoch and the learning rate, and returns the rate for the next epoch.
func (p *Plateau) Step(loss, rate float64) float64 {
	bar := p.Best - p.Config.Threshold
	if p.Config.ThresholdMode == "rel" {
		bar = p.Best * (1 - p.Config.Threshold)
	}
	if loss < bar {
		p.Best, p.BadEpochs = loss, 0
	} else {
		p.BadEpochs++
	}
	if p.BadEpochs <= p.Config.Patience || p.Config.Name == "constant" {
		return rate
	}
	p.BadEpochs = 0
	if lower := max(rate*p.Config.Factor, p.Config.Minimum); rate-lower > smallestChange {
		return lower
	}
	return rate
}
