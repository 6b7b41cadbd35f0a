// Package data makes the task of the experiment: clusters of points with class labels, fresh samples of them,
// their embedding into the space of the hidden units, the named random streams everything is drawn from, and the
// hidden states that come back ([Trajectory]). Points of your own, from .npz, .csv or .tsv files, take the same path
// (package files, [UserPoints]), so that training and analysis need not know where points came from; they are measured once
// each ([Limited]).
//
// # Shapes
//
//	S  samples (rows)          N  hidden units
//	D  input dimensions        T  time steps
//	K  clusters                C  classes
//
// A matrix of points is S x D and of embedded points S x N: one sample a row, as in gonum and NumPy. Labels are
// integers 0..C-1 and cluster ids integers 0..K-1; every cluster has one label, so cluster ids refine labels.
//
// # Randomness
//
// Nothing here reads a global generator or the clock. Functions that draw take a *rand.Rand, and [Stream] derives
// one from (seed, realisation, purpose, epoch), so that any epoch can be drawn again without replaying the earlier
// ones.
//
// # Errors
//
// Faults in data and configuration are errors, one line each, with the place of the fault and the fix in them.
// Panics are kept for mistakes in the calling code, such as a destination of the wrong shape; the functions that
// can panic say so.
//
// Source: M. Farrell, S. Recanatesi, G. Lajoie, E. Shea-Brown, "Recurrent neural networks learn robust
// representations by dynamically balancing compression and expansion", NeurIPS 2019 workshop Real Neurons & Hidden
// Units.
package data
