// Command train trains recurrent networks as Gorgonia expression graphs, measures how their hidden
// representations expand and compress through time, and repeats the experiments of Farrell et al. (2019).
//
// `train --help` lists the commands. Data goes to standard output, messages and progress to standard
// error. The exit status is 0 when the work is done, 1 when it failed or was stopped, 2 when the command line, the
// configuration or the user's data is wrong. SIGINT, SIGTERM, SIGHUP and a closed output end every command within a
// second, or after the training step that is under way, with a checkpoint; a second signal ends it at once.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
)

func main() {
	ctx, stop := untilStopped(context.Background())
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	out := &outlet{to: stdout, stop: stop}
	program := newProgram(out, stderr)
	if !program.terminal { // one that is closed sends a signal
		program.setErrors(&outlet{to: stderr, stop: stop})
	}
	root := program.root()
	root.SetArgs(args)
	root.SetOut(program.stdout)
	root.SetErr(program.stderr)
	cmd, err := root.ExecuteContextC(ctx)
	status := program.exit(cmd, err)
	if fault := out.fault(); fault != nil && status == 0 {
		return program.exit(cmd, fmt.Errorf("standard output: %w", fault))
	}
	return status
}
