// Package graph builds recurrent networks as Gorgonia expression graphs.
//
// A network is a cell with its parameters, unrolled through time from Gorgonia's own operations,
//
//	state_t = cell(state_{t-1}, x_t)     t = 0 .. T-1, the state before the first is zero
//	o_t     = W h_t + b2                 at the times that are read out
//
// so that every gradient comes from gorgonia.Grad and every picture from the graph itself. The paper's network is the cell
// vanilla, whose input comes at t = 0 alone and whose readout takes one state:
//
//	h_0 = phi(x_0 + b1)        h_t = phi(R h_{t-1} + b1)        o = W h_{T-1} + b2
//
// A [Cell], a [Loss] and a [Penalty] are one file each; programs register their own. Signs (Dale's law), masks and missing
// self-connections hold for the recurrent weights of any cell.
//
// # Shapes
//
// One legend holds for the whole project:
//
//	B  batch: samples that one run of a graph carries
//	S  samples of a recording
//	T  times: a trial has the states h[0] .. h[T-1]
//	D  inputs
//	N  units of the network
//	C  outputs, one for each class where a task has classes
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
// [Parameters] owns the named tensors of a network. Graphs of different batch and length bind the same
// tensors, so the graphs that validate and record see each training step at once. [NewMap] is one step with its
// derivatives, for fixed points and exponents of any cell.
package graph
