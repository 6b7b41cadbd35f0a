package claims

import (
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

// c9ModerateChanges is the claim that the settings do not matter much.
func c9ModerateChanges(o Options) Claim {
	claim := Claim{
		ID: "C9", Place: "text on figure 2 (not shown)",
		Sentence: "Accuracy and compression are the same under moderate changes of learning rate, batch, units, noise and epochs.",
		Doubt: "In 10 realisations of both networks the accuracy is perfect throughout; what varies is compression. With half the units 6 of 20 networks, " +
			"all at g = 250, keep slightly more than a tenth (10.8 % on average at g = 250), and with half the learning rate 2 of 20. The smaller " +
			"network starts from fewer dimensions, 37 in place of 46, and ends with as many.",
		Draw: drawChanges,
	}
	for _, v := range variants() {
		claim.Parts = append(claim.Parts, Part{
			Name: v.name, Experiment: "d = n, g = 20 and g = 250, " + v.name,
			Statistic: "share of the two networks with accuracy at least 0.99 and ED(t_eval) / ED(0) at most 0.1",
			Needs:     []network{swept(o.high(graph.EdgeOfChaos, v.change)), swept(o.high(graph.StronglyChaotic, v.change))},
			Value: func(n []*Evidence) float64 {
				both := 0.0
				for _, e := range n {
					both += indicator(e.accuracy() >= 0.99 && e.compression() <= strongly) / float64(len(n))
				}
				return both
			},
			Threshold: atLeast(0.8, "four networks in five, at the thresholds of C1 and C3"),
		})
	}
	return claim
}

func drawChanges(r *Result) []panel {
	var curves []figure.Curve
	for i, v := range variants() {
		c := r.through(swept(r.Options.high(graph.StronglyChaotic, v.change)), v.name, figure.ClassColour(i), edAfter)
		c.Lo, c.Hi = nil, nil // ten bands would hide the lines
		curves = append(curves, c)
	}
	return []panel{{"C9", "C9: moderate changes", "Median over realisations after training, g = 250.",
		r.chart("C9: compression under ten changes, d = n, g = 250", edLabel, nil, curves...)}}
}
