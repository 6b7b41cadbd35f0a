package meanfield

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/floats"
)

// ExponentConfig says how long to follow the theory for the largest Lyapunov exponent.
type ExponentConfig struct {
	Coupling  float64 // g, above 0
	Mixing    float64 // eps, above 0 and at most 1
	Copies    int     // M of a unit, at least 2
	Transient int     // steps before growth is averaged, at least 0
	Steps     int     // that are averaged, at least 1
}

// DefaultExponentConfig returns 4096 copies over 200 steps after 150.
func DefaultExponentConfig(coupling float64) ExponentConfig {
	return ExponentConfig{Coupling: coupling, Mixing: 0.01, Copies: 4096, Transient: 150, Steps: 200}
}

// Validate joins a [*data.FieldError] for every field that is out of its range.
func (c ExponentConfig) Validate() error {
	var faults data.Faults
	checkNetwork(&faults, c.Coupling, c.Mixing)
	faults.Check(c.Copies >= 2, "Copies", c.Copies, "2 or more")
	faults.Check(c.Transient >= 0, "Transient", c.Transient, "0 or more")
	faults.Check(c.Steps >= 1, "Steps", c.Steps, "1 or more")
	return data.Within("meanfield.ExponentConfig", faults.Join())
}

// LargestExponent returns the largest Lyapunov exponent, in nats a step, of an untrained network of infinitely many units that runs
// without input: the rate at which the distance of two states that are nearly equal grows,
//
//	d_t = (1 - h_t^2) ((1 - eps) d_{t-1} + eps delta_t),   <delta_t delta_s> = g^2 <d_{t-1} d_{s-1}>
//	lambda = < log (|d_t| / |d_{t-1}|) >
//
// for the difference d of one unit. Its field delta is independent of the states', since their overlap with a difference in any
// direction but their own is 0 to leading order.
//
// Errors: the faults of c.Validate, the context's error if it ends first. Its time grows with the square of the number of steps.
//
// Source: Sompolinsky, Crisanti, Sommers 1988, doi:10.1103/PhysRevLett.61.259, whose equation for the exponent this is in discrete
// time; Schuecker, Goedeke, Helias 2018, doi:10.1103/PhysRevX.8.041029.
func LargestExponent(ctx context.Context, c ExponentConfig) (float64, error) {
	if err := c.Validate(); err != nil {
		return 0, err
	}
	random := data.Stream(0, 0, "mean field exponent", 0)
	steps := c.Transient + c.Steps
	start := independent(random, 2, c.Copies)
	states := newProcess(c.Coupling, c.Mixing, independent(random, steps, c.Copies), start[0])
	differences := field{coupling: c.Coupling, noise: independent(random, steps, c.Copies)}
	normalise(start[1])
	differences.add(start[1])
	growth := 0.0
	for t := range steps {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		states.advance()
		next := make([]float64, c.Copies)
		driving := differences.draw(next, c.Mixing)
		floats.AddScaled(next, 1-c.Mixing, driving)
		for i, h := range states.states[t+1] {
			next[i] *= 1 - h*h
		}
		rate := math.Log(normalise(next))
		differences.add(next) // in units of its own size, as all are
		if t >= c.Transient {
			growth += rate / float64(c.Steps)
		}
	}
	return growth, nil
}

// independent returns rows of independent standard normal values.
func independent(random *rand.Rand, rows, count int) [][]float64 {
	values := make([][]float64, rows)
	for i := range values {
		values[i] = make([]float64, count)
		for j := range values[i] {
			values[i][j] = random.NormFloat64()
		}
	}
	return values
}

// normalise divides values by their root mean square and returns it.
func normalise(values []float64) float64 {
	size := math.Sqrt(floats.Dot(values, values) / float64(len(values)))
	floats.Scale(1/size, values)
	return size
}
