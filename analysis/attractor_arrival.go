package analysis

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// candidate returns the period after which a state recurs: 1 at rest, 0 if there is none, -1 if it escaped.
func candidate(before, now, remembered []float64, age int, tolerance float64) int {
	if moved := floats.Distance(before, now, math.Inf(1)); moved <= tolerance {
		return 1
	}
	if firstNotFinite(now) >= 0 {
		return -1
	}
	if age > 1 && floats.Distance(now, remembered, math.Inf(1)) <= tolerance {
		return age
	}
	return 0
}

// arrived reports whether a state that recurs after a period is close enough to its attractor, see [Attractors]. scratch is
// overwritten.
func arrived(d Dynamics, state []float64, period int, mergeDistance float64, scratch *[3][]float64) bool {
	var changes [2]float64
	first, now, next := scratch[0], scratch[1], scratch[2]
	copy(first, state)
	copy(now, state)
	for i := range changes {
		for range period {
			d.Step(next, now)
			now, next = next, now
		}
		changes[i] = floats.Distance(first, now, math.Inf(1))
		copy(first, now)
	}
	// Changes of the size of rounding errors say nothing about later ones.
	if changes[1] <= 16*0x1p-52*(1+floats.Norm(now, math.Inf(1))) {
		return true
	}
	return changes[1] < changes[0] && changes[1]/(1-changes[1]/changes[0]) < mergeDistance/2
}

// cycleFrom returns the states from start on until they repeat, at most period.
func cycleFrom(d Dynamics, start []float64, period int, limit float64) *mat.Dense {
	states := mat.NewDense(period, d.Units(), nil)
	states.SetRow(0, start)
	for phase := 1; phase < period; phase++ {
		d.Step(states.RawRowView(phase), states.RawRowView(phase-1))
		// A cycle approached with alternating signs is closer to its own states after two rounds than after one.
		if period%phase == 0 && floats.Distance(start, states.RawRowView(phase), 2) <= limit {
			return states.Slice(0, phase, 0, d.Units()).(*mat.Dense)
		}
	}
	return states
}

const (
	// trendParts is the number of parts into which the second half of the steps is divided: the speed must fall from each to the next.
	// Of speeds without a trend, one in 8! = 40320 falls.
	trendParts = 8
	// trendLimit is the largest allowed limit of the speed, as a share of the last speed. For geometric decay to 0 it is 0, for decay
	// as 1/t 0.62, and for the approach to steady motion 1.
	trendLimit = 0.8
	// trendLeast is the least fall, as a share of the last speed, that counts as more than rounding.
	trendLeast = 1e-6
)

// speedTrend holds, for every start, the longest step in each part of the second half of the steps.
type speedTrend struct {
	steps int
	parts [][trendParts]float64
}

func newSpeedTrend(starts, steps int) *speedTrend {
	return &speedTrend{steps: steps, parts: make([][trendParts]float64, starts)}
}

// note records the change in a step; steps count from 1.
func (s *speedTrend) note(start, step int, before, now []float64) {
	first := s.steps - s.steps/2
	if step <= first || s.steps < 2*trendParts {
		return
	}
	at := &s.parts[start][(step-first-1)*trendParts/(s.steps/2)]
	*at = max(*at, floats.Distance(before, now, 2))
}

// falling reports whether the speed of a start fell throughout and tends to 0, by Aitken's extrapolation of three parts.
func (s *speedTrend) falling(start int) bool {
	parts := s.parts[start]
	for i := 1; i < trendParts; i++ {
		if !(parts[i] < parts[i-1]) {
			return false
		}
	}
	last := parts[trendParts-1]
	if parts[0]-last < trendLeast*last {
		return false
	}
	before, after := parts[trendParts-7]-parts[trendParts-4], parts[trendParts-4]-last
	return after >= before || last-after*after/(before-after) < trendLimit*last
}
