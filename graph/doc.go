// Package graph builds recurrent networks as Gorgonia expression graphs.
//
// A network is a cell with its parameters, unrolled through time from Gorgonia's own operations,
//
//	state_t = cell(state_{t-1}, x_t)     t = 0 .. T-1, the state before the first is zero
//	o_t     = W h_t + b2                 at the times that are read out
//
// so that every gradient comes from gorgonia.Grad and every picture from the graph itself. The paper's network is the cell vanilla
// with input only at t = 0 and a readout of one state:
//
//	h_0 = phi(x_0 + b1)        h_t = phi(R h_{t-1} + b1)        o = W h_{T-1} + b2
//
// A [Cell], a [Loss] and a [Penalty] are one file each; programs can register their own. Signs (Dale's law), masks and missing
// self-connections apply to the recurrent weights of any cell.
//
// # Shapes
//
// The whole project uses the same letters:
//
//	B  batch: samples in one run of a graph
//	S  samples of a recording
//	T  times: a trial has the states h[0] .. h[T-1]
//	D  inputs
//	N  units of the network
//	C  outputs, one for each class if a task has classes
//	K  clusters
//
// Samples are rows: a state is B x N and a step is the product h R^T, the row form of R h.
//
// # Phases and their errors
//
// Building ([Build]) checks sizes, names and Gorgonia's own shape rules and returns the first error.
// Compiling ([Engine]) turns a graph into a [Machine]; running it ([Machine].RunAll) computes the
// wanted values. All three return errors; none panics on bad sizes.
//
// # Parameters
//
// [Parameters] owns the named tensors of a network. Graphs of different batch size and length bind the same tensors, so the graphs
// for validation and recording see each training step immediately. [NewMap] is one step with its derivatives, for fixed points and
// exponents of any cell whose weights are the same at all steps.
package graph
