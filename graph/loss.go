package graph

import (
	G "gorgonia.org/gorgonia"
)

// loss adds the scalar objective over logits o (B x C) and target (B x C).
//
// Cross-entropy is built from the log-softmax, which never takes the logarithm of a rounded
// probability: -mean_b sum_c target[b,c] log softmax(o)[b,c]. The mean squared error is
// mean_{b,c} (o - target)^2.
//
// Differs: from PyTorch only in taking the target as rows, not as label numbers.
func (b *builder) loss(kind Loss, o, target *G.Node) *G.Node {
	if kind == CrossEntropy {
		logProbability := b.add("log_softmax", func() (*G.Node, error) { return G.LogSoftMax(o, 1) })        // B x C
		chosen := b.add("chosen", func() (*G.Node, error) { return G.HadamardProd(logProbability, target) }) // B x C
		perSample := b.add("log_likelihood", func() (*G.Node, error) { return G.Sum(chosen, 1) })            // B
		mean := b.add("mean_log_likelihood", func() (*G.Node, error) { return G.Mean(perSample) })           // scalar
		return b.add("loss", func() (*G.Node, error) { return G.Neg(mean) })                                 // scalar
	}
	difference := b.add("difference", func() (*G.Node, error) { return G.Sub(o, target) }) // B x C
	square := b.add("square", func() (*G.Node, error) { return G.Square(difference) })     // B x C
	return b.add("loss", func() (*G.Node, error) { return G.Mean(square) })                // scalar
}
