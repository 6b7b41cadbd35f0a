package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c2Input is the claim on the first states, which are tanh of the input.
func c2Input(o Options) Claim {
	return Claim{
		ID: "C2", Place: "figure 2 and its text",
		Sentence: "At t = 0 the effective dimensionality is that of the input.",
		Plain:    "The first states have {g = 20} and {g = 250} times the dimensionality of the inputs.",
		Parts: forBoth(func(g float64) []Part {
			theirs := func(a *farrell2019.Authors) float64 {
				return a.Median("", 200, g, "ed", measure.After, 0) / a.Median("", 200, g, "ed_input", measure.Before, 0)
			}
			return []Part{
				beside(theirs, o.highPart(g)("", "ED(0) after training / ED of the input",
					func(e *Evidence) float64 { return e.After.ED[0] / e.InputED },
					between(0.95, 1.05, "tanh bends inputs of this size by a few percent"))),
			}
		}),
		Draw: drawInput,
	}
}

func drawInput(r *Result) []panel {
	first := func(curve func(*Evidence) []float64) func(*Evidence) []float64 {
		return func(e *Evidence) []float64 { return upTo(curve(e), 4) }
	}
	drawing := r.chart("C2: dimensionality of the input and of the first states", edLabel, nil, r.pair(r.high, first(edAfter), first(edBefore))...)
	drawing.Markers = nil
	if e := r.of([]network{r.high(graph.EdgeOfChaos)}, 0)[0]; e.Diverged == "" {
		drawing.Levels = []figure.Level{{Y: e.InputED, Label: "input"}}
	}
	return []panel{{"C2", "C2: the input's dimensionality", dashedBefore + " The level is the input of the first realisation.", drawing}}
}
