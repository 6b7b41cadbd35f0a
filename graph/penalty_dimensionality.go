package graph

import G "gorgonia.org/gorgonia"

// dimensionalityPenalty is the effective dimensionality of the states of a batch, the mean over times,
//
//	ED = (tr K)^2 / sum_ij K_ij^2,    K = H H', B x B,
//
// where H are the centred states: the eigenvalues of their covariance are those of K up to zeros and a factor. With a batch of B
// samples it is at most B - 1, 9 for the paper's batch of 10, however many dimensions the states of more samples have. A negative
// strength rewards high dimensionality; [expansionPenalty] does so beside it, at other times.
type dimensionalityPenalty struct{}

func (dimensionalityPenalty) Name() string { return "dimensionality" }

func (dimensionalityPenalty) Add(b *Builder, _, hidden G.Nodes) *G.Node {
	return b.dimensionality("", hidden)
}

// dimensionality adds the mean over times of the effective dimensionality of states. The names of its nodes begin with prefix.
func (b *Builder) dimensionality(prefix string, hidden G.Nodes) *G.Node {
	centring := make([]float64, b.Batch*b.Batch) // I - 1/B
	for i := range centring {
		centring[i] = -1 / float64(b.Batch)
		if i%(b.Batch+1) == 0 {
			centring[i]++
		}
	}
	centre := b.Constant(prefix+"centring", centring, b.Batch, b.Batch)
	sum := func(n *G.Node) (*G.Node, error) { return G.Sum(n) }
	dimensions := make([]*G.Node, len(hidden))
	for i, h := range hidden {
		of := func(name string) string { return indexed(prefix+name, i, len(hidden)) }
		centred := b.Product(of("centred"), centre, h) // B x N
		gram := b.Product(of("gram"), centred, b.Transposed(of("centred'"), centred))
		trace := b.unary(of("trace"), b.unary(of("centred^2"), centred, G.Square), sum)
		norm := b.unary(of("gram_norm"), b.unary(of("gram^2"), gram, G.Square), sum)
		square := b.unary(of("trace^2"), trace, G.Square)
		// If all states are equal, the dimensionality is 0, not 0/0.
		floor := b.Plus(of("floor"), norm, 1e-30)
		dimensions[i] = b.Op(of("ED"), func() (*G.Node, error) { return G.HadamardDiv(square, floor) })
	}
	return b.average(prefix+"dimensionality", dimensions)
}
