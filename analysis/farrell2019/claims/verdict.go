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
	InPart         Verdict = "in part" // of a claim: some of its parts hold, others do not
	DoesNotHold    Verdict = "does not hold"
	NotEstablished Verdict = "not established"
	Reported       Verdict = "reported" // of a part: a number without a range
	Withheld       Verdict = "withheld" // of a quick run, whose problem is not the paper's
)

// verdicts lists the verdicts on claims in the order in which they are counted.
var verdicts = []Verdict{Holds, InPart, DoesNotHold, NotEstablished, Withheld}

// FewestRealisations is the number of realisations below which nothing is decided: bootstrap intervals of four or fewer values are
// far too narrow.
const FewestRealisations = 5

// Threshold is the range in which a number has to lie for its part of a claim to hold.
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

// reported is for numbers that the reader should see and that decide nothing.
func reported(reason string) Threshold {
	return Threshold{Least: math.Inf(-1), Most: math.Inf(1), Reason: reason}
}

// bounded reports whether there is a range at all.
func (t Threshold) bounded() bool { return !math.IsInf(t.Least, -1) || !math.IsInf(t.Most, 1) }

// String returns the range in words, such as "at least 0.99".
func (t Threshold) String() string {
	switch {
	case !t.bounded():
		return "any"
	case math.IsInf(t.Most, 1):
		return fmt.Sprintf("at least %.4g", t.Least)
	case math.IsInf(t.Least, -1):
		return fmt.Sprintf("at most %.4g", t.Most)
	}
	return fmt.Sprintf("from %.4g to %.4g", t.Least, t.Most)
}

// Judge returns the verdict for an interval: it decides only if the whole interval is on one side.
func (t Threshold) Judge(i analysis.Interval) Verdict {
	switch {
	case !t.bounded():
		return Reported
	case i.N < FewestRealisations:
		return NotEstablished
	case i.Lo >= t.Least && i.Hi <= t.Most:
		return Holds
	case i.Hi < t.Least || i.Lo > t.Most:
		return DoesNotHold
	}
	return NotEstablished
}

// Effect returns how far an estimate is inside the range (above 0) or outside (below 0), in standard deviations over
// realisations: the distance to the nearer bound. An estimate without spread is infinitely far from a bound that it does not meet;
// without a range there is no effect, NaN.
func (t Threshold) Effect(i analysis.Interval) float64 {
	if !t.bounded() || i.N == 0 {
		return math.NaN()
	}
	distance := min(i.Estimate-t.Least, t.Most-i.Estimate)
	if distance == 0 {
		return 0
	}
	return distance / (i.Error * math.Sqrt(float64(i.N)))
}

// judge returns the verdict on a claim. One of the parts that are alternatives is enough; of the others, and of each set of
// alternatives, all have to hold. Where some hold and others do not, it holds in part. Controls have to hold, but a claim of
// which only controls hold does not hold.
func judge(findings []Finding) Verdict {
	var core, controls []Verdict
	alternatives, order := map[string][]Verdict{}, []string{}
	for _, f := range findings {
		switch {
		case f.Verdict == Reported:
		case f.Control:
			controls = append(controls, f.Verdict)
		case f.AnyOf != "":
			if alternatives[f.AnyOf] == nil {
				order = append(order, f.AnyOf)
			}
			alternatives[f.AnyOf] = append(alternatives[f.AnyOf], f.Verdict)
		default:
			core = append(core, f.Verdict)
		}
	}
	for _, name := range order {
		core = append(core, some(alternatives[name]))
	}
	verdict := together(core)
	if verdict == Holds {
		switch together(controls) {
		case DoesNotHold, InPart:
			return InPart
		case NotEstablished:
			return NotEstablished
		}
	}
	return verdict
}

// together is the verdict of parts that all have to hold.
func together(parts []Verdict) Verdict {
	count := map[Verdict]int{}
	for _, part := range parts {
		count[part]++
	}
	switch {
	case count[DoesNotHold] > 0 && count[Holds] > 0:
		return InPart
	case count[DoesNotHold] > 0:
		return DoesNotHold
	case count[NotEstablished] > 0:
		return NotEstablished
	}
	return Holds
}

// some is the verdict of parts of which one is enough.
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
