package machine_test

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/unfurl-rnn/unfurl/graph/machine"
)

// A program for Gorgonia's TapeMachine runs on this machine if machine.New replaces gorgonia.NewTapeMachine.
func ExampleNew() {
	g := gorgonia.NewGraph()
	x := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithShape(4), gorgonia.WithName("x"),
		gorgonia.WithValue(tensor.New(tensor.WithShape(4), tensor.WithBacking([]float64{0, 1, 2, 3}))))
	y := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithShape(4), gorgonia.WithName("y"),
		gorgonia.WithValue(tensor.New(tensor.WithShape(4), tensor.WithBacking([]float64{1, 3, 5, 7}))))
	slope := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("slope"), gorgonia.WithValue(0.0))
	offset := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("offset"), gorgonia.WithValue(0.0))

	line := gorgonia.Must(gorgonia.Add(gorgonia.Must(gorgonia.Mul(x, slope)), offset))
	cost := gorgonia.Must(gorgonia.Mean(gorgonia.Must(gorgonia.Square(gorgonia.Must(gorgonia.Sub(line, y))))))
	learned := gorgonia.Nodes{slope, offset}
	if _, err := gorgonia.Grad(cost, learned...); err != nil {
		fmt.Println(err)
		return
	}

	m, err := machine.New(g)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	solver := gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1))
	for range 300 {
		if err := m.RunAll(); err != nil {
			fmt.Println(err)
			return
		}
		if err := solver.Step(gorgonia.NodesToValueGrads(learned)); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("y = %.3f x + %.3f\n", slope.Value().Data(), offset.Value().Data())
	// Output: y = 2.000 x + 1.000
}
