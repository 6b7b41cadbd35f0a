package graph

import G "gorgonia.org/gorgonia"

// squaredError is mean_{b,c} (o - target)^2. The target of a class is 0.7 at its own output and 0 at the others.
//
// Source: Farrell et al. (2019); 0.7 is from the authors' code of 2022.
type squaredError struct{}

func (squaredError) Name() string { return string(MeanSquaredError) }

func (squaredError) Target(row []float64, label int) {
	clear(row)
	row[label] = 0.7
}

func (squaredError) Add(b *Builder, outputs, targets, masks G.Nodes) *G.Node {
	squares := make(G.Nodes, len(outputs)) // B x C each
	for i, o := range outputs {
		of := func(name string) string { return indexed(name, i, len(outputs)) }
		squares[i] = b.unary(of("square"), b.Difference(of("difference"), o, targets[i]), G.Square)
	}
	if len(squares) == 1 && masks == nil {
		return b.unary("loss", squares[0], func(n *G.Node) (*G.Node, error) { return G.Mean(n) })
	}
	for i, square := range squares {
		squares[i] = b.unary(indexed("error", i, len(outputs)), square, func(n *G.Node) (*G.Node, error) { return G.Mean(n, 1) }) // B
	}
	mean := b.MaskedMean("squared_error", squares, masks)
	if b.err == nil {
		G.WithName("loss")(mean)
	}
	return mean
}
