package claims

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// Verdict is what the evidence says about a claim or a part of one.
type Verdict string

const (
	Holds          Verdict = "holds"
	DoesNotHold    Verdict = "does not hold"
	NotEstablished Verdict = "not established"
)

// FewestRealisations is the number of realisations below which nothing is decided: bootstrap intervals of four or fewer values are
// far too narrow.
const FewestRealisations = 5

// Threshold is the range in which the mean of a statistic has to lie for its part of a claim to hold.
type Threshold struct {
	Least, Most float64 // bounds of the range, inclusive; an infinity means no bound on that side
	Reason      string  // why these bounds
}

func atLeast(least float64, reason string) Threshold {
	return Threshold{Least: least, Most: math.Inf(1), Reason: reason}
}

func atMost(most float64, reason string) Threshold {
	return Threshold{Least: math.Inf(-1), Most: most, Reason: reason}
}

func between(least, most float64, reason string) Threshold {
	return Threshold{Least: least, Most: most, Reason: reason}
}

// String returns the range in words, such as "at least 0.99".
func (t Threshold) String() string {
	switch {
	case math.IsInf(t.Most, 1):
		return fmt.Sprintf("at least %g", t.Least)
	case math.IsInf(t.Least, -1):
		return fmt.Sprintf("at most %g", t.Most)
	}
	return fmt.Sprintf("from %g to %g", t.Least, t.Most)
}

// Judge returns the verdict for the interval of a mean: it decides only if the whole interval is on one side.
func (t Threshold) Judge(i analysis.Interval) Verdict {
	switch {
	case i.N < FewestRealisations:
		return NotEstablished
	case i.Lo >= t.Least && i.Hi <= t.Most:
		return Holds
	case i.Hi < t.Least || i.Lo > t.Most:
		return DoesNotHold
	}
	return NotEstablished
}

// all is the verdict of a claim whose parts all have to hold.
func all(parts []Verdict) Verdict {
	verdict := Holds
	for _, part := range parts {
		switch part {
		case DoesNotHold:
			return DoesNotHold
		case NotEstablished:
			verdict = NotEstablished
		}
	}
	return verdict
}

// some is the verdict of a claim for which one part is enough.
func some(parts []Verdict) Verdict {
	verdict := DoesNotHold
	for _, part := range parts {
		switch part {
		case Holds:
			return Holds
		case NotEstablished:
			verdict = NotEstablished
		}
	}
	return verdict
}
