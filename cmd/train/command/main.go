// Package command is the command line of train as a package, so that a program with its own cells, tasks, losses and penalties
// has all commands: it registers them and calls [Main].
//
//	func main() {
//		graph.RegisterCell(myCell{})
//		train.RegisterTask(func() data.Task { return &myTask{Steps: 20} })
//		os.Exit(command.Main())
//	}
//
// `train --help` lists the commands. Data goes to standard output, messages and progress to standard
// error. The exit status is 0 when the work is done, 1 when it failed or was stopped, 2 when the command line, the
// configuration or the user's data is wrong. SIGINT, SIGTERM, SIGHUP and a closed output end every command within a
// second, or after the current training step, with a checkpoint; a second signal ends it at once.
package command

import (
	"context"
	"fmt"
	"io"
	"os"
)

// Main runs the command line of this process and returns the exit status.
func Main() int {
	ctx, stop := untilStopped(context.Background())
	defer stop()
	return execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
}

// execute is the whole program: it returns the exit status.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	out := &outlet{to: stdout, stop: stop}
	program := newProgram(out, stderr)
	if !program.terminal { // a closed terminal sends a signal
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
