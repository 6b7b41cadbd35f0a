package graph

import G "gorgonia.org/gorgonia"

// weightPenalty is the mean square of the effective recurrent weights, the mean over matrices where a cell has several.
type weightPenalty struct{}

func (weightPenalty) Name() string { return "weights" }

func (weightPenalty) Add(b *Builder, recurrent, _ G.Nodes) *G.Node {
	squares := make([]*G.Node, len(recurrent))
	for i, weights := range recurrent {
		squares[i] = b.meanSquare(indexed("weights", i, len(recurrent)), weights)
	}
	return b.average("weights", squares)
}
