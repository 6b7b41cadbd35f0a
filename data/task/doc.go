// Package task holds tasks through time that recurrent networks in neuroscience are compared on, one file each. A task is a
// struct whose fields are its settings; package train lists them by name, and a program registers its own there.
package task
