// Package machine runs Gorgonia expression graphs near the speed of the hardware.
//
// A [Machine] is a gorgonia.VM that takes the place of gorgonia.NewTapeMachine in any program:
//
//	vm := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(w))              // before
//	vm := machine.Must(machine.New(g, machine.BindDualValues(w)))             // after
//
// [New] compiles a graph, gradients included, into a static program and plans its memory once; RunAll executes the program on
// the calling goroutine. The graph is still built from Gorgonia's own operations and differentiated by gorgonia.Grad; only its
// execution differs.
//
// # Three phases
//
// Building is done by Gorgonia; its errors come from Gorgonia's functions.
//
// Compiling, [New]: the graph is sorted, each operation is recognised (recognise.go has the table), and
// passes rewrite the program (passes.go lists them; [WithTrace] shows what each does). An operation that is not in
// the table runs through its own Do method, so every graph runs. Errors: [ErrEmptyGraph], [*CompileError], [*OptionError].
//
// Running, [Machine.RunAll]: inputs are looked up in their nodes, so gorgonia.Let and in-place updates by a solver take effect in
// the next run. Errors: [*InputError], [*RunError], [*NaNError], [*InfError]. Nothing panics.
//
// # Values
//
// After a run every node that existed before gorgonia.Grad has its own value, and every node that was differentiated has its own
// gradient. Intermediate nodes added by Grad have none. Values are allocated anew in every run, so a program may collect them. The
// gradient of an input shares memory with nothing, since a solver zeroes the gradients that it has used. Results may be inputs of
// the next run: gorgonia.Let(h0, hT.Value()) feeds a state back. With several machines on a graph a node has the result of the run
// that finished last; [Machine.Value] returns the machine's own. While a run started by [Machine.RunTo] is not finished, and after
// a failed run, nodes have neither values nor gradients; dual values keep their accumulated gradients.
//
// Computing all of this takes memory and prevents the fusion of instructions. [WithOutputs] names the nodes that are wanted,
// usually the cost and the gradients. The program then computes nothing else unless these need it, values are in the machine's
// memory, where the next run overwrites them and where reshapes of one another share memory, and a run of numeric operations
// allocates nothing. A training step of 200 units, batch 10 and 10 steps takes 0.33 ms this way, and 0.87 ms by default
// (BenchmarkOutputs, AMD EPYC).
//
// Operations that behave differently when training, such as dropout and batch normalisation, are switched to training when a
// machine is created, as by NewTapeMachine; a machine with [EvalMode] switches them to evaluation for its own runs only, and does
// not change their statistics.
//
// # Options
//
// A gorgonia.VMOpt works only on Gorgonia's machines. Options with the same names do the same here: [BindDualValues], [EvalMode],
// [TraceExec], [WithInfWatch], [WithLogger], [WithManualGradient], [WithNaNWatch], [WithPointerWatch], [WithPrecompiled],
// [WithValueFmt], [WithWatchlist], [UseCudaFor]. [WithEngine] takes Gorgonia's standard engine only. [ExecuteFwdOnly], [ExecuteBwdOnly],
// [LogFwd], [LogBwd] and [LogBothDir] return an error, as on a TapeMachine.
//
// # Differences from the TapeMachine
//
//   - A machine that is run twice runs twice; a TapeMachine that has not been reset does nothing the second time.
//   - Without BindDualValues a gradient is that of the last run. With it gradients accumulate over runs, as on a TapeMachine.
//   - Sums are evaluated in a different order, so results agree up to rounding. A softmax of widely different numbers does not
//     overflow.
//   - With WithOutputs the next run overwrites the values of the last; clone what has to live longer.
//   - A machine with EvalMode does not affect the other machines on the graph.
//   - An input without elements is an error.
//   - A rectifier gives 0, not -0, for negative numbers, and division by 0 follows IEEE 754, where Gorgonia's tensors give +Inf for
//     any numerator.
//   - Products run on this package's kernels, not on the BLAS that gorgonia.Use was given.
//   - New and RunAll return errors where NewTapeMachine and operations panic.
//
// Gorgonia's own tests and examples also run on this machine (.ci/gorgonia). All that pass on the TapeMachine pass here, except
// TestUse, which counts BLAS calls, and two parts of TestBatchNormAll, which compare gradients of zero with the TapeMachine's
// rounding errors.
//
// # What no machine can detect
//
// Gorgonia merges nodes while a graph is built, by hashes that omit some fields. The graph then differs from what the program
// wrote, and every machine computes the graph as it is:
//
//   - Bounds of slices are hashed as bytes, so x[0:128] and x[256:384], or x[0:10] and x[256:266], become one node. Parts of an
//     axis longer than 256 need a separate axis: reshape (B, 4 N) to (B, 4, N) and index the second axis.
//   - gorgonia.Log of a softmax turns the softmax itself into its logarithm (gorgonia#569), and SoftMax and LogSoftMax of one
//     input are one node. If both are needed, write the probabilities as Exp of LogSoftMax.
//   - Tensor constants without a name are merged if their abbreviated printouts are equal. Name them.
//   - Random nodes of equal shape are merged, whatever their distribution: a uniform and a Gaussian node become one. Give them
//     different shapes, or use inputs that the program fills.
//   - Once the graph holds Gorgonia's own constant 1, as after Grad, gorgonia.Log(1 - p) becomes log1p(-p) and destroys the node
//     1 - p. Any other use of that node is a [*CompileError].
//   - If two costs are differentiated with respect to a node, the gradient of the second is only in what Grad returns; node.Grad and
//     dual values show that of the first.
//
// Gorgonia's own derivatives of Log2 and InverseSqrt are wrong, and so are second derivatives of Cube and Tanh and the gradient of
// ByIndices on three axes with a repeated index; this machine computes them as they are. Check gradients by finite differences.
package machine
