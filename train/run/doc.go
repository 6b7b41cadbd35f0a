// Package run keeps runs in folders: configuration and provenance, metrics, weights, checkpoints and snapshots, one owner at a
// time ([Folder]). A run that was stopped, or killed, goes on from its newest sound checkpoint and ends in the same bytes.
package run
