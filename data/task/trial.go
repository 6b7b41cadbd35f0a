package task

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
)

// longest is the most steps of one part of a trial: a graph grows with them, and building a GRU over a thousand steps takes half a
// minute.
const longest = 1000

// period is a part of a trial: the times Start .. End-1.
type period struct{ start, end int }

// periods returns the parts of a trial that follow one another from t = 0.
func periods(durations ...int) []period {
	parts := make([]period, len(durations))
	start := 0
	for i, duration := range durations {
		parts[i] = period{start, start + duration}
		start += duration
	}
	return parts
}

// times lists the times of a period.
func (p period) times() []int {
	times := make([]int, 0, p.end-p.start)
	for t := p.start; t < p.end; t++ {
		times = append(times, t)
	}
	return times
}

// has reports whether a time is in the period.
func (p period) has(t int) bool { return p.start <= t && t < p.end }

// drawnBefore returns a period of a trial with the longest delay, moved for a delay that is drawn uniformly from shortest to
// longest: it comes later by as much as the delay is shorter, so that all that follows comes at the same time in all trials.
func (p period) drawnBefore(shortest, longest int, rng *rand.Rand) period {
	later := rng.IntN(longest - shortest + 1)
	return period{p.start + later, p.end + later}
}

// marks returns marks at the onsets of those parts that are not empty.
func marks(names []string, parts []period) []data.Mark {
	var marks []data.Mark
	for i, name := range names {
		if name != "" && parts[i].start < parts[i].end {
			marks = append(marks, data.Mark{Name: name, Time: parts[i].start})
		}
	}
	return marks
}

// checkDuration adds a fault unless a duration is least to [longest] steps.
func checkDuration(faults *data.Faults, key string, steps, least int) {
	faults.Check(steps >= least && steps <= longest, key, steps, fmt.Sprintf("from %d to %d steps", least, longest))
}

// checkNoise adds a fault unless a standard deviation is finite and not negative.
func checkNoise(faults *data.Faults, key string, noise float64) {
	faults.Check(noise >= 0 && !math.IsInf(noise, 1), key, noise, "a finite number, 0 or more")
}

// checkDelays adds the faults of a delay that is drawn uniformly from shortest to delay.
func checkDelays(faults *data.Faults, shortest, delay int) {
	checkDuration(faults, "delay", delay, 0)
	faults.Check(shortest >= 0 && shortest <= max(delay, 0), "shortest_delay", shortest, fmt.Sprintf("from 0 to delay (%d)", delay))
}

// coherences reads a list of coherences in per cent and returns them as fractions in ascending order, above 0, or at least 0 if
// zero is set, and at most 1.
func coherences(list data.List, zero bool) ([]float64, error) {
	values, err := list.Floats()
	allowed := "per cent above 0, at most 100, ascending, at most 50 of them"
	if zero {
		allowed = "per cent from 0 to 100, ascending, not 0 alone, at most 50 of them"
	}
	ok := err == nil && len(values) > 0 && len(values) <= 50 && slices.IsSorted(values) && len(slices.Compact(slices.Clone(values))) == len(values)
	for i, value := range values {
		ok = ok && value >= 0 && value <= 100 && (value > 0 || zero)
		values[i] = value / 100
	}
	if !ok || values[len(values)-1] == 0 {
		return nil, &data.FieldError{Field: "coherences", Value: list, Allowed: allowed}
	}
	return values, nil
}

// signedNames names coherences from the strongest against to the strongest for the second choice, "-50%" .. "+50%". Zero
// coherence has one name, "0%".
func signedNames(shares []float64) []string {
	names := make([]string, 2*len(shares)-zeros(shares))
	for i, share := range shares {
		names[len(shares)-1-i] = fmt.Sprintf("-%g%%", 100*share)
		names[len(names)-len(shares)+i] = fmt.Sprintf("+%g%%", 100*share)
	}
	if zeros(shares) == 1 {
		names[len(shares)-1] = "0%"
	}
	return names
}

// zeros counts the zero coherences; only the first can be one.
func zeros(shares []float64) int {
	if shares[0] == 0 {
		return 1
	}
	return 0
}

// signedCoherence is the coherence of a sample for one of two directions.
type signedCoherence struct {
	kind      int     // in the order of [signedNames]
	condition int     // the same, except that zero coherence has one for each direction, since a condition has one label
	value     float64 // below 0 for direction 0
}

// signed returns the coherence of one of the sizes for direction 0 or 1.
func signed(direction, size int, shares []float64) signedCoherence {
	if direction == 1 {
		return signedCoherence{len(shares) + size - zeros(shares), len(shares) + size, shares[size]}
	}
	return signedCoherence{len(shares) - 1 - size, len(shares) - 1 - size, -shares[size]}
}
