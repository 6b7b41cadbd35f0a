// Package graph builds the recurrent network of the paper as a Gorgonia expression graph.
//
// The network is unrolled through time from Gorgonia's own operations,
//
//	h_0 = phi(x_0 + b1)
//	h_t = phi(R h_{t-1} + b1)        t = 1 .. T
//	o   = W h_T + b2
//
// so that every gradient comes from gorgonia.Grad and every picture from the graph itself. The
// impulse x_0 is the only input; the state at t has seen t products with R.
//
// # Shapes
//
// One legend holds for the whole project:
//
//	B  batch: samples that one run of a graph carries
//	S  samples of a recording
//	T  steps: the last time; a graph of T steps has the states h[0] .. h[T]
//	D  inputs: dimension of the space in which the clusters live
//	N  units of the network
//	C  classes
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
// [Parameters] owns the tensors R, W, b1, b2. Graphs of different batch and length bind the same
// tensors, so one training step is seen at once by the graphs that validate and record.
package graph
