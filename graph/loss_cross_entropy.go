package graph

import G "gorgonia.org/gorgonia"

// crossEntropy is built from the log-softmax, which never takes the logarithm of a rounded probability:
//
//	-mean_b sum_c target[b,c] log softmax(o)[b,c]
//
// Differs: from PyTorch only in that targets are rows, not label numbers.
type crossEntropy struct{}

func (crossEntropy) Name() string { return string(CrossEntropy) }

func (crossEntropy) Target(row []float64, label int) {
	clear(row)
	row[label] = 1
}

func (crossEntropy) Add(b *Builder, outputs, targets, masks G.Nodes) *G.Node {
	likelihoods := make(G.Nodes, len(outputs)) // B each
	for i, o := range outputs {
		of := func(name string) string { return indexed(name, i, len(outputs)) }
		logarithms := b.Op(of("log_softmax"), func() (*G.Node, error) { return G.LogSoftMax(o, 1) })     // B x C
		chosen := b.Times(of("chosen"), logarithms, targets[i])                                          // B x C
		likelihoods[i] = b.Op(of("log_likelihood"), func() (*G.Node, error) { return G.Sum(chosen, 1) }) // B
	}
	return b.unary("loss", b.MaskedMean("log_likelihood", likelihoods, masks), G.Neg)
}
