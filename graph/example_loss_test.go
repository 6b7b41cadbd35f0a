package graph_test

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/graph"
	G "gorgonia.org/gorgonia"
)

// hinge is a loss: the mean of max(0, 1 - target o) over outputs, with targets of +1 and -1.
type hinge struct{}

func (hinge) Name() string { return "hinge" }

func (hinge) Target(row []float64, label int) {
	for i := range row {
		row[i] = -1
	}
	row[label] = 1
}

func (hinge) Add(b *graph.Builder, outputs, targets, masks G.Nodes) *G.Node {
	var misses G.Nodes // B at each readout time
	for i := range outputs {
		name := func(part string) string { return fmt.Sprintf("%s %d", part, i) } // names must be unique
		margin := b.Times(name("margin"), outputs[i], targets[i])
		short := b.Plus(name("short"), b.Scaled(name("minus"), margin, -1), 1) // numbers in the network's precision
		rectified := b.Op(name("rectified"), func() (*G.Node, error) { return G.Rectify(short) })
		misses = append(misses, b.Op(name("miss"), func() (*G.Node, error) { return G.Mean(rectified, 1) }))
	}
	return b.MaskedMean("hinge", misses, masks)
}

// kurtosis is a penalty: the mean fourth power of the states at the times that the configuration chooses.
type kurtosis struct{}

func (kurtosis) Name() string { return "kurtosis" }

func (kurtosis) Add(b *graph.Builder, _, hidden G.Nodes) *G.Node {
	var means G.Nodes
	for i, h := range hidden {
		square := b.Times(fmt.Sprintf("h^2 %d", i), h, h)
		fourth := b.Times(fmt.Sprintf("h^4 %d", i), square, square)
		means = append(means, b.Op(fmt.Sprintf("mean h^4 %d", i), func() (*G.Node, error) { return G.Mean(fourth) }))
	}
	return b.Scaled("kurtosis", b.Sum("kurtosis sum", means...), 1/float64(len(means)))
}

// Register a custom loss and a custom penalty: `training.loss: hinge` and `training.penalties.kurtosis.strength: 0.01`.
func ExampleRegisterLoss() {
	graph.RegisterLoss(hinge{})
	graph.RegisterPenalty(kurtosis{})
	p, _ := graph.NewParameters(vanilla(8, graph.Tanh, graph.Float32), embedded(8, 2), anyStream)
	rnn, err := graph.Build(p, graph.Unroll{Batch: 4, Steps: 6, Loss: "hinge", Gradients: true,
		Penalties: []graph.Weighted{{Penalty: kurtosis{}, Strength: 0.01, Times: []int{2, 5}}}})
	fmt.Println(len(rnn.Gradients), "gradients", err)
	// Output: 4 gradients <nil>
}
