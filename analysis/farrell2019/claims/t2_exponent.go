package claims

import (
	"context"
	"sync"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/meanfield"
)

// exponentSettings are the untrained networks whose largest exponent is compared. The dimension of the inputs matters only to where
// they start.
func exponentSettings() []theorySetting {
	var settings []theorySetting
	for _, g := range []float64{20, 60, 250} {
		settings = append(settings, theorySetting{200, 2, g})
	}
	return append(settings, theorySetting{400, 2, 250})
}

// t2Exponent asks whether the same theory predicts the largest exponent.
func t2Exponent(o Options) Claim {
	claim := Claim{
		ID: "T2", Place: "last page, an open question", Study: true,
		Sentence: "The same theory predicts the largest Lyapunov exponent of the untrained network within 5 %.",
		Plain: "Measured over predicted exponents are {n = 200, g = 20, d = 2} at g = 20, {n = 200, g = 60, d = 2} at 60 and {n = 200, g = 250, d = 2} at 250 " +
			"for 200 units, and {n = 400, g = 250, d = 2} at 250 for 400.",
		Doubt: "The theory is of infinitely many units, and finite networks are less chaotic: at g = 250 the gap halves from 200 to 400 units.",
		Draw:  func(r *Result) []panel { return r.drawExponents() },
	}
	for _, s := range exponentSettings() {
		theory := exponentTheory(s.coupling)
		n := o.untrained(s, "")
		n.most = exponentRealisations
		claim.Parts = append(claim.Parts, Part{
			Name: s.String(), Experiment: s.String() + ", not trained", Needs: []network{n},
			Statistic: "largest exponent without input / that of infinitely many units",
			Value:     func(n []*Evidence) float64 { return initialExponent(n[0]) / theory() },
			Threshold: between(1-theoryError, 1+theoryError, "as T1"),
		})
	}
	return claim
}

// exponentRealisations bounds the networks of a kind: the ten starts of each take seconds.
const exponentRealisations = 10

// exponentTheories holds a function for each coupling asked for so far, which computes its exponent once.
var exponentTheories sync.Map

// exponentTheory returns a function that computes the theory's exponent when it is first called, NaN if it has none.
func exponentTheory(coupling float64) func() float64 {
	value, _ := exponentTheories.LoadOrStore(coupling, sync.OnceValue(func() float64 {
		value, err := meanfield.LargestExponent(context.Background(), meanfield.DefaultExponentConfig(coupling))
		if err != nil {
			return unknown
		}
		return value
	}))
	return value.(func() float64)
}

func (r *Result) drawExponents() []panel {
	var at, theory []float64
	var networks []network
	for _, s := range exponentSettings() {
		if s.units == 200 {
			n := r.Options.untrained(s, "")
			n.most = exponentRealisations
			at, networks, theory = append(at, s.coupling), append(networks, n), append(theory, exponentTheory(s.coupling)())
		}
	}
	drawing := &figure.LineChart{Title: "T2: largest exponent, untrained", XLabel: "coupling strength $g$", YLabel: "largest exponent (nats a step)",
		Curves: []figure.Curve{
			r.over(at, networks, "200 units", figure.ClassColour(0), initialExponent),
			{Name: "theory", Colour: figure.ClassColour(1), X: at, Median: theory, Thin: true},
		}}
	return []panel{{"T2", "T2: the largest exponent", bandsCaption, drawing}}
}
