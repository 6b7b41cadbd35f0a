package graph

import G "gorgonia.org/gorgonia"

// expansionPenalty is minus the effective dimensionality of the states of a batch, the mean over times, see
// [dimensionalityPenalty]: it rewards expansion. Together the two ask for expansion at early times and compression at late ones.
// With a batch of B samples it is at least 1 - B.
type expansionPenalty struct{}

func (expansionPenalty) Name() string { return "expansion" }

func (expansionPenalty) Add(b *Builder, _, hidden G.Nodes) *G.Node {
	return b.Scaled("expansion", b.dimensionality("expansion_", hidden), -1)
}
