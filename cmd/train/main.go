// Command train trains recurrent networks as Gorgonia expression graphs, measures how their hidden
// representations expand and compress through time, and repeats the experiments of Farrell et al. (2019).
//
// `train --help` lists the commands. Data goes to standard output, messages and progress to standard
// error. The exit status is 0 when the work is done, 1 when it failed, 2 when the command line, the
// configuration or the user's data is wrong.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), stopSignals()...)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	keepBrokenPipes()
	os.Exit(run(ctx, os.Args[1:], &output{os.Stdout, cancel}, &output{os.Stderr, cancel}))
}

// run is the whole program: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	program := newProgram(stdout, stderr)
	root := program.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return program.exit(root.ExecuteContext(ctx))
}
