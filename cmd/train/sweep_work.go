package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
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
		Short: "Make the runs of one task of a sweep; what jobs of Slurm and Kubernetes call",
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
				return usageError{fmt.Errorf("the task is %q; add --task with a whole number, 0 or more", task)}
			}
			if err := errors.Join(o.Validate(), checkRetry(retry)); err != nil {
				return usageError{err}
			}
			folder := sweep.Folder{Path: args[0]}
			plan, err := folder.Plan()
			if err != nil {
				return sweepUsage(err)
			}
			runs := plan.Task(number, chunk)
			if len(runs) == 0 {
				return usageError{fmt.Errorf("--task is %d, --chunk %d; allowed: tasks 0 to %d, chunks of 1 or more", number, chunk, plan.Tasks(max(chunk, 1))-1)}
			}
			o.RetryFailed = retry != ""
			ctx, stop := signal.NotifyContext(cmd.Context(), checkpointSignals...)
			defer stop()
			err = p.work(ctx, folder, runs, o)
			if errors.Is(err, train.ErrInterrupted) {
				return statusError{sweep.ExitRequeue, errors.New("told to stop; the run has a checkpoint and goes on when the task is started again")}
			}
			return sweepUsage(err)
		},
	}
	f := cmd.Flags()
	f.StringVar(&task, "task", "", "number of the task, from 0")
	f.IntVar(&chunk, "chunk", 1, "runs in one task")
	f.IntVar(&o.Workers, "workers", 1, "runs side by side")
	f.StringVar(&retry, "retry", "", "failed: try failed runs once more")
	f.BoolVar(&o.FailFast, "fail-fast", false, "stop at the first run that fails")
	f.DurationVar(&o.Patience, "patience", o.Patience, "how long another worker must give no sign before its run is taken over")
	return cmd
}

// statusError is an error with an exit status of its own.
type statusError struct {
	status int
	error
}

// work makes runs in this process.
func (p *program) work(ctx context.Context, folder sweep.Folder, runs []sweep.Run, o sweep.Options) error {
	epochs, open := 0, 0
	for _, run := range runs {
		s, err := folder.State(run.ID)
		if err != nil {
			return err
		}
		if s.State != sweep.Done && (s.State != sweep.Failed || o.RetryFailed) {
			open++
			epochs += run.Config.Training.Epochs
		}
	}
	p.log.Infof("%d of %d runs to do, %d at a time", open, len(runs), o.Workers)
	shown := p.newProgress(open, epochs)
	defer shown.stop()
	execute := func(ctx context.Context, attempt train.Folder, run sweep.Run, resume bool) ([]sweep.Value, error) {
		return trainAndMeasure(ctx, attempt, run.Config, resume, shown.Network(run.Config))
	}
	return folder.Work(ctx, runs, o, execute, sweepMonitor{p, shown})
}

// trainAndMeasure makes one run and lists its measures as curves.csv does.
func trainAndMeasure(ctx context.Context, folder train.Folder, c train.Config, resume bool, recorder train.Recorder) ([]sweep.Value, error) {
	experiment, err := train.NewExperiment(c)
	if err != nil {
		return nil, err
	}
	if err := paper.CheckSplits(experiment); err != nil {
		return nil, err
	}
	trainer, _, err := folder.Run(ctx, experiment, resume, recorder)
	if err != nil {
		return nil, err
	}
	defer trainer.Close()
	m, err := paper.Measure(experiment, trainer.Parameters, trainer.History)
	if err != nil {
		return nil, err
	}
	var values []sweep.Value
	for _, v := range (&paper.Result{Networks: []*paper.Measurements{m}}).Values() {
		values = append(values, sweep.Value{Measure: v.Measure, Stage: v.Stage, Step: v.Step, Value: v.Value})
	}
	return values, nil
}

// sweepMonitor tells of runs that did not end well.
type sweepMonitor struct {
	p     *program
	shown *progress
}

// Started tells of runs that are taken up again.
func (m sweepMonitor) Started(run sweep.Run, attempt int) {
	if attempt > 1 {
		m.p.log.Infof("run %s goes on, attempt %d", run.ID, attempt)
	}
}

// Ended counts a finished run.
func (m sweepMonitor) Ended(run sweep.Run, err error) {
	switch {
	case err == nil:
		m.shown.Done(run.Config)
	case !errors.Is(err, train.ErrInterrupted):
		m.p.log.Warnf("run %s: %v", run.ID, err)
	}
}

// submitSlurm writes the array job of the tasks that are not done, and submits it.
func (p *program) submitSlurm(ctx context.Context, folder sweep.Folder, plan *sweep.Plan, flags sweepFlags, arguments []string) error {
	job := flags.job
	job.Chunk, job.AtOnce, job.Arguments = flags.chunk, flags.workers, arguments
	var err error
	if job.Tasks, err = folder.OpenTasks(plan, job.Chunk, flags.retry != ""); err != nil {
		return err
	}
	if len(job.Tasks) == 0 {
		p.log.Info("nothing is left to do")
		return nil
	}
	if job.Program, err = os.Executable(); err != nil {
		return err
	}
	script, err := folder.WriteSlurm(job)
	if err != nil {
		return usageError{err}
	}
	if flags.dryRun {
		fmt.Fprintln(p.stdout, script)
		return nil
	}
	number, err := sweep.Submit(ctx, script)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, number)
	p.log.Infof("job %s with %d tasks; `train sweep status %s` tells how far it is", number, len(job.Tasks), folder.Path)
	return nil
}

// unprivileged is the user of the Dockerfile's image.
const unprivileged = 65532

// writeKubernetes writes the Indexed Job. Pods run as the user who owns the folder, root excepted.
func (p *program) writeKubernetes(folder sweep.Folder, plan *sweep.Plan, flags sweepFlags, arguments []string) error {
	pods := flags.pods
	pods.Chunk, pods.Indexes, pods.FailFast, pods.Arguments = flags.chunk, plan.Tasks(flags.chunk), flags.failFast, arguments
	pods.AtOnce, pods.User = flags.workers, os.Getuid()
	if pods.AtOnce == 0 {
		pods.AtOnce = min(pods.Indexes, runtime.NumCPU())
	}
	if pods.User < 1 {
		pods.User = unprivileged
	}
	path, err := folder.WriteKubernetes(pods)
	if err != nil {
		return usageError{err}
	}
	fmt.Fprintln(p.stdout, path)
	p.log.Infof("start it with `kubectl apply -f %s`; the claim %s must hold this folder", path, pods.Claim)
	return nil
}
