package command_test

import (
	"os"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/cmd/train/command"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// What a program adds; the Examples of packages graph, train and analysis/measure write each in full.
var (
	myCell    graph.Cell
	newMyTask func() data.Task
	myMeasure measure.Measure
)

// The main of a program that has every command for its own cell, task and measure too.
func Example() {
	graph.RegisterCell(myCell)
	train.RegisterTask(newMyTask)
	measure.Register(myMeasure)
	os.Exit(command.Main())
}
