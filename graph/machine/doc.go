// Package machine runs Gorgonia expression graphs near the speed of the hardware.
//
// A [Machine] is a gorgonia.VM that takes the place of gorgonia.NewTapeMachine in any program:
//
//	vm := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(w))              // before
//	vm := machine.Must(machine.New(g, machine.BindDualValues(w)))             // after
//
// [New] compiles a graph, gradients included, into a static program and plans its memory once; RunAll executes the program on
// the calling goroutine. The graph stays built from Gorgonia's own operations and differentiated by gorgonia.Grad;
// only its execution is different.
//
// # Three phases
//
// Building: Gorgonia's; its errors come from Gorgonia's functions.
//
// Compiling, [New]: the graph is sorted, each operation is recognised (recognise.go has the table), and
// passes rewrite the program (passes.go lists them; [WithTrace] shows what each does). An operation that is not in
// the table runs through its own Do method, so every graph runs. Errors: [ErrEmptyGraph], [*CompileError], [*OptionError].
//
// Running, [Machine.RunAll]: inputs are looked up in their nodes, so gorgonia.Let and updates in place by a
// solver take effect in the next run. Errors: [*InputError], [*RunError], [*NaNError], [*InfError]. Nothing panics.
//
// # Values
//
// After a run every node that stood before gorgonia.Grad shows its own value, and every node that was differentiated its own
// gradient. What Grad put in between shows none. Values are made anew in every run, so a program may collect them. A gradient of an
// input shares memory with nothing, since a solver zeroes the gradients that it has used. Results may be inputs of the next run:
// gorgonia.Let(h0, hT.Value()) feeds a state back. With several machines on a graph a node shows the result of the run that
// finished last; [Machine.Value] gives the machine's own. While a run that [Machine.RunTo] began is not finished, and after one
// that failed, nodes show neither values nor gradients; dual values keep what they have added up.
//
// To compute all this costs memory and keeps instructions from being fused. [WithOutputs] names the nodes that are wanted,
// usually the cost and the gradients. The rest is then left out of the program unless these need it, values lie in the
// machine's memory, where the next run writes them over and where reshapes of one another share it, and a run of numeric
// operations allocates nothing. A training step of 200 units, batch 10 and 10 steps takes 0.33 ms so, and 0.87 ms by default
// (BenchmarkOutputs, AMD EPYC).
//
// Operations that behave differently when training, such as dropout and batch normalisation, are switched to training when a
// machine is made, as by NewTapeMachine; a machine with [EvalMode] switches them to evaluation for its own runs only, and their
// statistics stay.
//
// # Options
//
// A gorgonia.VMOpt works on Gorgonia's machines only. Options of the same names do the same here: [BindDualValues], [EvalMode],
// [TraceExec], [WithInfWatch], [WithLogger], [WithManualGradient], [WithNaNWatch], [WithPointerWatch], [WithPrecompiled],
// [WithValueFmt], [WithWatchlist], [UseCudaFor]. [WithEngine] takes Gorgonia's standard engine only. [ExecuteFwdOnly], [ExecuteBwdOnly],
// [LogFwd], [LogBwd] and [LogBothDir] are refused, as by a TapeMachine.
//
// # Differences from the TapeMachine
//
//   - A machine that is run twice runs twice; a TapeMachine that has not been reset does nothing the second time.
//   - Without BindDualValues a gradient is that of the last run. With it gradients add up over runs, as there.
//   - Sums are taken in another order, so results agree to rounding. A softmax of numbers far apart does not overflow.
//   - With WithOutputs a value that was read is written over by the next run; clone what has to live longer.
//   - A machine with EvalMode leaves the other machines on the graph as they are.
//   - An input without elements is an error.
//   - A rectifier gives 0, not -0, for negative numbers, and a quotient by 0 is what IEEE 754 says, where Gorgonia's tensors
//     give +Inf for any numerator.
//   - Products run on this package's kernels, not on the BLAS that gorgonia.Use was given.
//   - Errors come back from New and RunAll, where NewTapeMachine and operations panic.
//
// Gorgonia's own tests and examples run on this machine too (.ci/gorgonia). All that pass on the TapeMachine pass here, except
// TestUse, which counts calls of a BLAS, and two parts of TestBatchNormAll, which compare gradients of zero with the TapeMachine's
// rounding errors.
//
// # What no machine can see
//
// Gorgonia merges nodes while a graph is built, by hashes that leave something out. The graph then says something else than the
// program did, and every machine computes what the graph says:
//
//   - Bounds of slices are hashed as bytes, so x[0:128] and x[256:384], or x[0:10] and x[256:266], become one node. Parts of an
//     axis longer than 256 want an axis of their own: reshape (B, 4 N) to (B, 4, N) and index the second axis.
//   - gorgonia.Log of a softmax turns the softmax itself into its logarithm (gorgonia#569), and SoftMax and LogSoftMax of one
//     input are one node. Write probabilities beside their logarithms as Exp of LogSoftMax.
//   - Tensor constants without a name are merged if their abbreviated printouts are equal. Name them.
//   - Random nodes of one shape are merged, of whatever distribution: a uniform and a Gaussian node become one. Give them different
//     shapes, or use inputs that the program fills.
//   - Once the graph holds Gorgonia's own constant 1, as after Grad, gorgonia.Log(1 - p) becomes log1p(-p) and destroys the node
//     1 - p. What is computed from that node besides is a [*CompileError].
//   - The second cost that is differentiated by a node has its gradient in what Grad returns; node.Grad and dual values show
//     that of the first.
//
// Gorgonia's own derivatives of Log2 and InverseSqrt are wrong, and so are second derivatives of Cube and Tanh and the gradient of
// ByIndices on three axes with an index twice; this machine computes them as they are. Check gradients by finite differences.
package machine
