package claims

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// theoryError is the largest relative error of a theory that predicts.
const theoryError = 0.05

// theorySetting is a kind of untrained network beside its theory.
type theorySetting struct {
	units, dimension int
	coupling         float64
}

func (s theorySetting) String() string {
	return fmt.Sprintf("n = %d, g = %g, d = %d", s.units, s.coupling, s.dimension)
}

func theorySettings() []theorySetting {
	var settings []theorySetting
	for _, g := range []float64{20, 60, 250} {
		for _, d := range []int{2, 20, 200} {
			settings = append(settings, theorySetting{200, d, g})
		}
	}
	for _, g := range couplings {
		for _, d := range []int{2, 200} {
			settings = append(settings, theorySetting{1000, d, g})
		}
	}
	return append(settings, theorySetting{2000, 2, 250})
}

// untrained returns the network of a setting without training.
func (o Options) untrained(s theorySetting, further data.List) network {
	n := swept(o.low(s.coupling, brief, func(c *train.Config) {
		c.Network.Units, c.Task.Dimension = s.units, s.dimension
		c.Network.ExactRadius = false // the theory is of independent Gaussian weights
		c.Training.Epochs = 0
		c.Measures.Samples, c.Measures.Further = 300, further
	}))
	if s.units > 1000 {
		n.most = FewestRealisations
	}
	return n
}

// t1Theory asks whether the dimensionality of the untrained network can be predicted without running it.
func t1Theory(o Options) Claim {
	claim := Claim{
		ID: "T1", Place: "last page, an open question", Study: true,
		Sentence: "A mean-field theory predicts the effective dimensionality of the untrained network within 5 %, t = 0 to 15.",
		Plain: "The largest deviation of the mean prediction up to t = 15 is, for 1000 units, {n = 1000, g = 20, d = 200 %} and {n = 1000, g = 20, d = 2 %} " +
			"at g = 20 (d = 200 and 2) and {n = 1000, g = 250, d = 200 %} and {n = 1000, g = 250, d = 2 %} at g = 250; for 200 units " +
			"{n = 200, g = 20, d = 200 %} and {n = 200, g = 20, d = 2 %}, {n = 200, g = 250, d = 200 %} and {n = 200, g = 250, d = 2 %}, and at most " +
			"{n = 200, g = 60, d = 2 %}, at g = 60 and d = 2; for 2000 units (5 networks) {n = 2000, g = 250, d = 2 %} at g = 250 and d = 2.",
		Doubt: "No setting is proved to miss 5 %, and many are not proved to meet it: networks of 200 units vary by as much. There the prediction is below the " +
			"networks from t = 5 on, at g = 60 and, for d = 2, at g = 250: overlaps of N units exceed those of infinitely many by 1/N to 4/N, which is left out.",
		Draw: func(r *Result) []panel { return r.drawTheory() },
	}
	for _, s := range theorySettings() {
		claim.Parts = append(claim.Parts, Part{
			Name: s.String(), Experiment: s.String() + ", not trained", Needs: []network{o.untrained(s, measure.TheoryED)},
			Statistic: "largest deviation from 1, over t, of the mean over realisations of predicted / measured ED",
			Curve:     func(n []*Evidence) []float64 { return predicted(n[0]) },
			Pool:      largestDeviation,
			Threshold: atMost(theoryError, "the accuracy that was asked for; chance among realisations counts against it"),
		})
	}
	return claim
}

// predicted returns the predicted over the measured effective dimensionality through time.
func predicted(e *Evidence) []float64 {
	ratios := make([]float64, 0, troughUntil+1)
	for t, value := range upTo(seriesOf(&e.Before, measure.TheoryED), troughUntil) {
		ratios = append(ratios, value/e.Before.ED[t])
	}
	return ratios
}

// largestDeviation is the largest deviation from 1 of the mean of each column.
func largestDeviation(rows [][]float64) float64 {
	largest := 0.0
	for _, ratio := range meanCurve(rows) {
		largest = math.Max(largest, math.Abs(ratio-1))
	}
	return largest
}

func (r *Result) drawTheory() []panel {
	var panels []panel
	for _, units := range []int{200, 1000} {
		var curves []figure.Curve
		for i, s := range theorySettings() {
			if s.units == units {
				n := r.Options.untrained(s, measure.TheoryED)
				c := r.through(n, fmt.Sprintf("$g$ = %g, $d$ = %d", s.coupling, s.dimension), figure.ClassColour(i), predicted)
				c.Lo, c.Hi = nil, nil                        // the networks vary by more than the theory errs
				c.Median = meanCurve(r.series(n, predicted)) // which is what is judged
				curves = append(curves, c)
			}
		}
		drawing := r.chart(fmt.Sprintf("T1: theory of the untrained network, %d units", units), "predicted / measured ED", nil, curves...)
		drawing.YLimits = &figure.Range{Min: 1 - 2.5*theoryError, Max: 1 + 2*theoryError}
		drawing.Levels = []figure.Level{{Y: 1 - theoryError, Label: "-5 %"}, {Y: 1 + theoryError, Label: "+5 %"}}
		panels = append(panels, panel{fmt.Sprintf("T1-%d", units), fmt.Sprintf("T1: predicted dimensionality, %d units", units), "Mean over realisations.", drawing})
	}
	return panels
}
