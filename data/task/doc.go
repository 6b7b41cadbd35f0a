// Package task holds tasks through time that recurrent networks in neuroscience are compared on, one file each. A task is a
// struct whose fields are its settings; package train lists them by name, and a program registers its own there.
//
// Durations are numbers of steps: a task knows no seconds. Trials are coarse, 20 to 50 steps of some 50 ms, since a graph grows
// with their length. What is asked stands at the same times in every trial, so that a figure can mark them.
package task
