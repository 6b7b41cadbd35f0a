package claims

import (
	"math"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// variant is one moderate change to the paper's configuration.
type variant struct {
	name string
	change
}

func variants() []variant {
	return []variant{
		{"half the learning rate", rate(0.5)}, {"twice the learning rate", rate(2)},
		{"half the batch", batch(5)}, {"twice the batch", batch(20)},
		{"half the units", units(0.5)}, {"twice the units", units(2)},
		{"half the noise", noise(0.5)}, {"twice the noise", noise(2)},
		{"half the epochs", epochs(0.5)}, {"twice the epochs", epochs(2)},
	}
}

// learnedAtMost is the largest share of the untrained network's dimensionality that a change may leave.
const learnedAtMost = 1.0 / 3

// c9ModerateChanges is the claim that the settings do not matter much.
func c9ModerateChanges(o Options) Claim {
	claim := Claim{
		ID: "C9", Place: "text on figure 2 (not shown)",
		Sentence: "Accuracy and compression are robust to moderate changes of learning rate, batch, units, noise and epochs.",
		Plain: "Ten changes of our choice were made, one at a time. Learning then leaves between {twice the units %} (twice the units) " +
			"and {half the units %} (half the units) of what the untrained network keeps. Half and twice the epochs change next to " +
			"nothing, since the loss has vanished by then.",
		Doubt: "With half the units there are fewer dimensions to begin with, and as many are left, {half the units %} of the " +
			"untrained network's.",
		Draw: drawChanges,
	}
	for _, v := range variants() {
		claim.Parts = append(claim.Parts, Part{
			Name: v.name, Experiment: "d = n, g = 20 and g = 250, " + v.name,
			Statistic: "ED(t_eval) after training / before, the larger of both networks; 1 where one has an accuracy below 0.99",
			Needs:     []network{swept(o.high(graph.EdgeOfChaos, v.change, brief)), swept(o.high(graph.StronglyChaotic, v.change, brief))},
			Value: func(n []*Evidence) float64 {
				kept := math.Max(learnedCompression(n[0]), learnedCompression(n[1]))
				if min(n[0].accuracy(), n[1].accuracy()) < perfect {
					return math.Max(kept, 1)
				}
				return kept
			},
			Threshold: atMost(learnedAtMost, "twice the 0.165 that the paper's settings leave of the untrained network's dimensionality at g = 250"),
		})
	}
	return claim
}

func drawChanges(r *Result) []panel {
	var curves []figure.Curve
	for i, v := range variants() {
		c := r.through(swept(r.Options.high(graph.StronglyChaotic, v.change, brief)), v.name, figure.ClassColour(i), edAfter)
		c.Lo, c.Hi = nil, nil // ten bands would hide the lines
		curves = append(curves, c)
	}
	return []panel{{"C9", "C9: moderate changes", "Median over realisations after training, g = 250.",
		r.chart("C9: compression under ten changes, d = n, g = 250", edLabel, nil, curves...)}}
}
