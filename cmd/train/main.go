// Command train trains recurrent networks as Gorgonia expression graphs, measures how their hidden
// representations expand and compress through time, and repeats the experiments of Farrell et al. (2019).
//
// The commands are in package command, so that a program with cells and tasks of its own has them too.
package main

import (
	"os"

	"github.com/unfurl-rnn/unfurl/cmd/train/command"
)

func main() { os.Exit(command.Main()) }
