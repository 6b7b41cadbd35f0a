package meanfield

import (
	"math"

	"github.com/unfurl-rnn/unfurl/data"
)

// Config is a kind of untrained network and the effort spent on its theory.
type Config struct {
	Coupling float64 // g, above 0
	Mixing   float64 // eps in R = (1 - eps) I + eps J, above 0 and at most 1
	Steps    int     // T, the last t, at least 1
	// Copies is the number of copies of a unit over which overlaps of two inputs are averaged, Responses that for the statistics of
	// one input, whose powers enter; more than 4 times Steps each.
	Copies, Responses int
}

// DefaultConfig returns the paper's network with a coupling strength up to t = 15, the last step of its figures.
func DefaultConfig(coupling float64) Config {
	return Config{Coupling: coupling, Mixing: 0.01, Steps: 15, Copies: 4096, Responses: 65536}
}

// Validate joins a [*data.FieldError] for every field that is out of its range.
func (c Config) Validate() error {
	var faults data.Faults
	checkNetwork(&faults, c.Coupling, c.Mixing)
	faults.Check(c.Steps >= 1, "Steps", c.Steps, "1 or more")
	faults.Check(c.Copies > 4*c.Steps, "Copies", c.Copies, "more than 4 times Steps")
	faults.Check(c.Responses > 4*c.Steps, "Responses", c.Responses, "more than 4 times Steps")
	return data.Within("meanfield.Config", faults.Join())
}

func checkNetwork(faults *data.Faults, coupling, mixing float64) {
	faults.Check(coupling > 0 && !math.IsInf(coupling, 0), "Coupling", coupling, "above 0, finite")
	faults.Check(mixing > 0 && mixing <= 1, "Mixing", mixing, "above 0, at most 1")
}
