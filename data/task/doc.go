// Package task holds the tasks through time on which recurrent networks are compared in neuroscience, one file each. A task is a
// struct whose fields are its settings; package train lists the tasks by name, and a program registers its own there.
//
// Durations are numbers of steps, not seconds. Trials are coarse, 20 to 50 steps of about 50 ms, since a graph grows with their
// length. The readout times are the same in every trial, so that a figure can mark them.
package task
