// Package data generates the task of the experiment: clusters of points with class labels, fresh samples of them, their embedding
// into the space of the hidden units, the named random streams that everything is drawn from, and the resulting hidden states
// ([Trajectory]). Your own points, from .npz, .csv or .tsv files, are handled in the same way (package files, [UserPoints]), so
// that training and analysis do not depend on the origin of points; each is measured once ([Limited]).
//
// # Shapes
//
//	S  samples (rows)          N  hidden units
//	D  input dimensions        T  time steps
//	K  clusters                C  classes
//
// A matrix of points is S x D and of embedded points S x N: one sample per row, as in gonum and NumPy. Labels are
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
// Faults in data and configuration are errors, one line each, which name the place of the fault and the fix. Panics are reserved
// for mistakes in the calling code, such as a destination of the wrong shape; the functions that can panic say so.
//
// Source: M. Farrell, S. Recanatesi, G. Lajoie, E. Shea-Brown, "Recurrent neural networks learn robust
// representations by dynamically balancing compression and expansion", NeurIPS 2019 workshop Real Neurons & Hidden
// Units.
package data
