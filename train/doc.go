// Package train turns a configuration into a trained network.
//
// A [Config] names everything that a run depends on. [NewExperiment] draws the task, the embedding and
// the initial weights from named random streams; a [Trainer] steps through epochs of fresh samples,
// with a solver of this package, a learning-rate schedule, checkpoints and metrics; package run
// keeps the results in folders. [Experiment.Record] runs a network on the measuring samples and
// returns the hidden states as a [data.Trajectory], which is all that the analysis sees.
//
// # Reproducibility
//
// Every draw comes from a stream keyed by (seed, realisation, purpose, epoch). Within an epoch the only
// position is the step, so a run resumed from any checkpoint ends in the same bytes as one that was
// never interrupted, and the number of concurrent runs changes nothing.
//
// # Shapes
//
// The legend of package graph holds: B batch, S samples, T steps, D inputs, N units, C classes, K
// clusters.
package train
