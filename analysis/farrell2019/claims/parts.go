package claims

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
)

// Bounds that several claims share.
const (
	// strongly is the largest share of its dimensionality that a strongly compressed representation keeps.
	strongly = 0.1
	// perfect is the least accuracy of a network that makes no errors worth naming.
	perfect = 0.99
	// near is the least accuracy of a network that classifies near-perfectly.
	near = 0.98
	// further is the least ratio of peaks of the effective dimensionality at which one network expands and the other does not.
	further = 1.5
	// fallen is the largest ratio of trough to peak that counts as a fall of the dimensionality.
	fallen = 0.9
)

// addedLater ends the reason of a range that was fixed after the first ledger.
const addedLater = "added after the first ledger, since its reader asked for it"

// afterwards is the reason of numbers without a range that a reader of the first ledger missed.
const afterwards = "a control that a reader of the first ledger missed; no range was fixed beforehand"

// partMaker returns a part on one network. Its name, which may be empty, follows the coupling strength.
type partMaker func(name, statistic string, value func(*Evidence) float64, threshold Threshold) Part

// highPart returns the maker of parts on the network of high-dimensional inputs with one coupling strength,
// lowPart on that of two-dimensional ones.
func (o Options) highPart(g float64) partMaker { return partOf(o.high(g), "d = n, ", g) }
func (o Options) lowPart(g float64) partMaker  { return partOf(o.low(g), "d = 2, ", g) }

// partOf returns the maker of parts on one network.
func partOf(n network, setting string, g float64) partMaker {
	coupling := fmt.Sprintf("g = %g", g)
	return func(name, statistic string, value func(*Evidence) float64, threshold Threshold) Part {
		full := coupling
		if name != "" {
			full += ", " + name
		}
		return Part{Name: full, Experiment: setting + coupling, Statistic: statistic, Needs: []network{n}, Threshold: threshold,
			Value: func(found []*Evidence) float64 { return value(found[0]) }}
	}
}

// forBoth returns the same parts on the networks of both coupling strengths.
func forBoth(parts func(g float64) []Part) []Part {
	var both []Part
	for _, g := range couplings {
		both = append(both, parts(g)...)
	}
	return both
}

// control returns a part as a control, share as a share of realisations, and beside with the number of the authors' code.
func control(p Part) Part {
	p.Control = true
	return p
}

func share(p Part) Part {
	p.Share = true
	return p
}

func beside(theirs func(a *farrell2019.Authors) float64, p Part) Part {
	p.Authors = theirs
	return p
}

// theirs returns a number of one of the authors' curves of the effective dimensionality after training.
func theirs(variant string, d int, g float64, of func(curve []float64) float64) func(*farrell2019.Authors) float64 {
	return theirCurve(variant, d, g, "ed", measure.After, of)
}

// theirCurve returns a number of any of their curves up to t = 15; NaN where it is not known.
func theirCurve(variant string, d int, g float64, name, stage string, of func(curve []float64) float64) func(*farrell2019.Authors) float64 {
	return func(a *farrell2019.Authors) float64 {
		curve := a.Curve(variant, d, g, name, stage, troughUntil)
		if curve == nil {
			return unknown
		}
		return of(curve)
	}
}

// theirAccuracy returns the authors' accuracy after training.
func theirAccuracy(variant string, d int, g float64) func(*farrell2019.Authors) float64 {
	return func(a *farrell2019.Authors) float64 { return a.Accuracy(variant, d, g) }
}

// theirEvaluation is t_eval in the authors' code and in the paper.
const theirEvaluation = 10

// theirCompression is the share of its dimensionality that one of their representations keeps.
func theirCompression(curve []float64) float64 { return curve[theirEvaluation] / curve[0] }

// atTheirEvaluation is the value of one of their curves at t_eval.
func atTheirEvaluation(curve []float64) float64 { return curve[theirEvaluation] }

// theirCourse is the course of one of their curves.
func theirCourse(curve []float64) course { return courseOf(curve, theirEvaluation) }

// theirLearned is learnedCompression of their networks of high-dimensional inputs.
func theirLearned(a *farrell2019.Authors, variant string, g float64) float64 {
	return a.Median(variant, 200, g, "ed", measure.After, theirEvaluation) / a.Median(variant, 200, g, "ed", measure.Before, theirEvaluation)
}
