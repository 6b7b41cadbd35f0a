// Package machine runs Gorgonia expression graphs near the speed of the hardware.
//
// A [Machine] is a gorgonia.VM, so it takes the place of gorgonia.NewTapeMachine. [New] compiles a graph,
// gradients included, into a static program and plans its memory once; RunAll executes the program on the
// calling goroutine without allocating. The graph stays built from Gorgonia's own operations and
// differentiated by gorgonia.Grad; only its execution is different.
//
// # Three phases
//
// Building: Gorgonia's; its errors come from Gorgonia's functions.
//
// Compiling, [New]: the graph is sorted, each operation is recognised (see recognise.go for the table), and
// the passes rewrite the program (see passes.go for their list and order). An operation that is not in
// the table runs through its own Do method, so every graph runs. Errors: [ErrEmptyGraph], [*CompileError].
//
// Running, [Machine.RunAll]: inputs are looked up in their nodes, so gorgonia.Let and updates in place by a
// solver take effect in the next run. Errors: [*InputError], [*RunError], [*NaNError]. Nothing panics.
//
// # Values
//
// No two values that are alive at the same time share memory, and no operation writes over its input while
// somebody still needs it. The values of wanted nodes stay as they are until the next run. By default all results are
// wanted: nodes that nothing else uses, nodes that gorgonia.Read reads, and gradients of inputs. [WithOutputs] narrows
// that, and everything else is left out of the program.
//
// Differs: from the TapeMachine, gradients do not add up over runs (each run computes them anew), the values of
// intermediate nodes that are not wanted are not to be had, and sums are taken in another order, so results agree
// to rounding. A rectifier gives 0, not -0, for negative numbers, and a quotient
// by 0 is what IEEE 754 says, where Gorgonia's tensors give +Inf for any numerator.
//
// What Gorgonia merges when a graph is built stays merged: gorgonia.Log of a softmax node turns that node itself into its
// logarithm (gorgonia#569), so write probabilities beside their logarithms as Exp of LogSoftMax.
package machine
