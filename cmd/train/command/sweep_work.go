package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019/claims"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// taskVariables hold a task's number: in an array job of Slurm, in a pod of an Indexed Job.
var taskVariables = []string{"SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"}

func (p *program) sweepWorkCommand() *cobra.Command {
	o := sweep.DefaultOptions()
	var task, retry string
	var chunk int
	cmd := &cobra.Command{
		Use:   "work DIR [--task N] [--chunk K]",
		Short: "Make the runs of one task of a sweep; called by Slurm and Kubernetes jobs",
		Long: `Make the runs of one task of the sweep in DIR: runs N K to N K + K - 1 of the plan. Without --task the number comes
from SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX. SIGUSR1, SIGTERM and SIGINT finish the step, save and exit with
status 75, which asks to be started again.`,
		Example: `  train sweep work sweep --task 3`,
		Args:    runFolders(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, variable := range taskVariables {
				if value, ok := os.LookupEnv(variable); ok && task == "" {
					task = value
				}
			}
			number, err := strconv.Atoi(task)
			if err != nil {
				return usageError{&data.FieldError{Field: "--task", Value: task, Allowed: "a whole number, 0 or more"}}
			}
			if err := errors.Join(o.Validate(), checkRetry(retry), checkFlag(chunk < 1, "--chunk", chunk, "1 or more")); err != nil {
				return usageError{err}
			}
			folder := sweep.Folder{Path: args[0]}
			plan, err := folder.Plan()
			if err != nil {
				return sweepUsage(err)
			}
			runs := plan.Task(number, chunk)
			if len(runs) == 0 {
				return usageError{&data.FieldError{Field: "--task", Value: number, Allowed: fmt.Sprintf("0 to %d with --chunk %d", plan.Tasks(chunk)-1, chunk)}}
			}
			execute, err := executionOf(plan)
			if err != nil {
				return err
			}
			o.RetryFailed = retry != ""
			ctx, stop := signal.NotifyContext(cmd.Context(), checkpointSignals...)
			defer stop()
			err = p.work(ctx, folder, plan, runs, o, execute)
			if errors.Is(err, train.ErrInterrupted) {
				return statusError{sweep.ExitRequeue, errors.New("told to stop; the run has a checkpoint and continues when the task is started again")}
			}
			return sweepUsage(err)
		},
	}
	f := cmd.Flags()
	f.StringVar(&task, "task", "", "number of the task, from 0")
	f.IntVar(&chunk, "chunk", 1, "runs in one task")
	f.IntVar(&o.Workers, "workers", 1, "concurrent runs")
	f.StringVar(&retry, "retry", "", "failed: try failed runs once more")
	f.BoolVar(&o.FailFast, "fail-fast", false, "stop at the first run that fails")
	f.DurationVar(&o.Patience, "patience", o.Patience, "silence after which another worker's run is taken over")
	return cmd
}

// statusError is an error with an exit status of its own.
type statusError struct {
	status int
	error
}

// execution makes the runs of one kind of sweep; the recorder receives a network's epochs.
type execution func(recorder func(train.Config) train.Recorder) sweep.Execute

// executions are the kinds of sweeps, by name.
var executions = map[string]execution{
	"": func(recorder func(train.Config) train.Recorder) sweep.Execute {
		return (&measure.Maker{Recorder: recorder}).Execute
	},
	farrell2019.Kind: func(recorder func(train.Config) train.Recorder) sweep.Execute {
		return (&measure.Maker{Recorder: recorder, Keep: true}).Execute
	},
	claims.Kind: func(recorder func(train.Config) train.Recorder) sweep.Execute {
		return claims.Maker(recorder).Execute
	},
}

// executionOf returns the execution of a plan, if this build may make its runs.
func executionOf(plan *sweep.Plan) (execution, error) {
	execute, known := executions[plan.Kind]
	if !known || plan.Build != "" && plan.Build != run.BuildName() {
		return nil, usageError{fmt.Errorf("these runs, of the kind %q, are for build %s, and this is build %s; use the program that planned them",
			plan.Kind, plan.Build, run.BuildName())}
	}
	return execute, nil
}

// work makes some runs of a plan in this process.
func (p *program) work(ctx context.Context, folder sweep.Folder, plan *sweep.Plan, runs []sweep.Run, o sweep.Options, execute execution) error {
	epochs, open := 0, 0
	for _, run := range runs {
		s, err := folder.State(run.ID)
		if err != nil {
			return err
		}
		if s.State == sweep.Damaged {
			p.log.Warnf("run %s is damaged (%s) and is made again; the damaged folder is kept in %s", run.ID, s.Reason, filepath.Join(folder.Path, "state", run.ID))
		}
		if s.State != sweep.Done && (s.State != sweep.Failed || o.RetryFailed) {
			open++
			epochs += run.Config.Training.Epochs
		}
	}
	if open > 0 {
		if err := plan.CheckPoints(); err != nil {
			return err
		}
	}
	p.log.Infof("%d of %d runs to do, %d at a time", open, len(runs), o.Workers)
	shown := p.newProgress(open, epochs)
	defer shown.stop()
	return folder.Work(ctx, runs, o, execute(shown.Network), sweepMonitor{p, plan, shown})
}

// sweepMonitor logs runs that are resumed or fail.
type sweepMonitor struct {
	p     *program
	plan  *sweep.Plan
	shown *progress
}

// Started logs runs that are resumed.
func (m sweepMonitor) Started(run sweep.Run, attempt int) {
	if attempt > 1 {
		m.p.log.Infof("run %s continues, attempt %d", run.ID, attempt)
	}
}

// Ended counts a finished run.
func (m sweepMonitor) Ended(run sweep.Run, err error) {
	switch {
	case err == nil:
		m.shown.Done(run.Config)
	case !errors.Is(err, train.ErrInterrupted):
		m.p.log.Warnf("run %s (%s): %v", run.ID, m.plan.Describe(run), err)
	}
}
