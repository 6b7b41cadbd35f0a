package claims

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/graph"
)

// clusterFactors multiply the paper's 60 clusters.
var clusterFactors = []int{1, 2, 4, 8}

// c18Clusters is the claim on harder tasks.
func c18Clusters(o Options) Claim {
	claim := Claim{
		ID: "C18", Place: "text on figure 3 (not shown)",
		Sentence: "With more clusters there is a regime in which the network at the edge of chaos fails and the strongly chaotic one succeeds.",
		Either:   true,
		Draw:     drawClusters,
	}
	for _, factor := range clusterFactors {
		calm, wild := swept(o.low(graph.EdgeOfChaos, clusters(factor))), swept(o.low(graph.StronglyChaotic, clusters(factor)))
		claim.Parts = append(claim.Parts, Part{
			Name:       fmt.Sprintf("%d clusters", calm.config.Task.Clusters),
			Experiment: fmt.Sprintf("d = 2, g = 20 and g = 250, %d clusters", calm.config.Task.Clusters),
			Statistic:  "share of realisations with accuracy below 0.9 at g = 20 and at least 0.95 at g = 250",
			Needs:      []network{calm, wild},
			Value:      func(n []*Evidence) float64 { return indicator(n[0].accuracy() < 0.9 && n[1].accuracy() >= 0.95) },
			Threshold:  atLeast(0.5, "most realisations"),
		})
	}
	return claim
}

func drawClusters(r *Result) []panel {
	drawing := &figure.LineChart{Title: "C18: accuracy and number of clusters, d = 2", YLabel: "accuracy after training",
		XLabel: fmt.Sprintf("log$_{2}$ of clusters / %d", r.low(graph.EdgeOfChaos).config.Task.Clusters)}
	for _, g := range couplings {
		var networks []network
		var logarithms []float64
		for _, factor := range clusterFactors {
			networks = append(networks, swept(r.Options.low(g, clusters(factor))))
			logarithms = append(logarithms, math.Log2(float64(factor)))
		}
		drawing.Curves = append(drawing.Curves, r.over(logarithms, networks, couplingName(g), report.NetworkColour(g), (*Evidence).accuracy))
	}
	return []panel{{"C18", "C18: more clusters", bandsCaption, drawing}}
}
