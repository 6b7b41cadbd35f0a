package graph

import G "gorgonia.org/gorgonia"

// activityPenalty is the mean square of the hidden states over samples, units and times.
type activityPenalty struct{}

func (activityPenalty) Name() string { return "activity" }

func (activityPenalty) Add(b *Builder, _, hidden G.Nodes) *G.Node {
	squares := make([]*G.Node, len(hidden))
	for i, h := range hidden {
		squares[i] = b.meanSquare(indexed("activity", i, len(hidden)), h)
	}
	return b.average("activity", squares)
}
