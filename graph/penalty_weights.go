package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// weightPenalty is the mean square of the effective recurrent weights, averaged over matrices if a cell has several.
// Those of a low-rank network are M L'/N.
type weightPenalty struct{}

func (weightPenalty) Name() string { return "weights" }

func (weightPenalty) Ignores() []string { return []string{"times"} } // weights are the same at all times

func (weightPenalty) Add(b *Builder, recurrent, _ G.Nodes) *G.Node {
	if len(recurrent) == 0 && b.err == nil {
		b.err = fmt.Errorf("graph: the cell %s declares no weights between units to penalise; leave training.penalties.weights out", b.Config.Cell)
		return nil
	}
	squares := make([]*G.Node, len(recurrent))
	for i, weights := range recurrent {
		squares[i] = b.meanSquare(indexed("weights", i, len(recurrent)), weights)
	}
	return b.average("weights", squares)
}
