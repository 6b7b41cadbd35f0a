package command

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// sweepFlags are the flags of `train sweep`.
type sweepFlags struct {
	spec, output     string
	resume, failFast bool
	retry            string
	workers          int
	options          sweep.Options
	cluster          clusterFlags
}

func (p *program) sweepCommand() *cobra.Command {
	var flags sweepFlags
	cmd := &cobra.Command{
		Use:   "sweep -c sweep.yaml -o DIR [--workers N | --slurm | --kubernetes] [--resume]",
		Short: "Make many runs: grids, lists and random draws, here, with Slurm or with Kubernetes",
		Long: `Make many runs into DIR/runs/ID, ID being the fingerprint of a run's configuration. sweep.yaml has the parts
base (preset and configuration keys), grid (key: [values]), list ([{key: value}]) and random (count, and key:
{uniform: [low, high]}, log_uniform, integers or choice); a run is one combination of them.

Any number of processes on any number of machines may work on one folder that they share: give each the same
command with --resume. A run that fails does not stop the others. Finished runs are never made again.`,
		Example: `  train sweep -c sweep.yaml -o sweep --workers 4
  train sweep -o sweep --resume --retry failed
  train sweep -c sweep.yaml -o sweep --slurm --time 02:00:00 --partition cpu --sbatch=--mem=2G
  train sweep -c sweep.yaml -o sweep --kubernetes --image unfurl --claim results
  train sweep status sweep
  train sweep collect sweep -o sweep.parquet`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return sweepUsage(p.sweep(cmd.Context(), flags)) },
	}
	f := cmd.Flags()
	f.StringVarP(&flags.spec, "config", "c", "", "sweep file; with --resume the one in DIR if none is given")
	f.StringVarP(&flags.output, "output", "o", "", "folder of the sweep")
	f.BoolVar(&flags.resume, "resume", false, "join or continue the sweep in DIR: make only what is missing")
	f.StringVar(&flags.retry, "retry", "", "failed: try failed runs once more")
	f.BoolVar(&flags.failFast, "fail-fast", false, "stop at the first run that fails")
	f.IntVar(&flags.workers, "workers", 0, "concurrent runs (default: one per core); with --slurm and --kubernetes the most tasks at a time")
	f.DurationVar(&flags.options.Patience, "patience", sweep.DefaultPatience, "silence after which the run of a worker on another machine is taken over")
	flags.cluster.register(f, "DIR", "unfurl-sweep")
	cmd.AddCommand(p.sweepWorkCommand(), p.sweepStatusCommand(), p.sweepCollectCommand())
	return cmd
}

// sweepUsage marks the errors that the user can fix.
func sweepUsage(err error) error {
	var (
		spec    *sweep.SpecError
		changed *sweep.ChangedError
		format  *sweep.FormatError
		points  *sweep.PointsError
		plan    *sweep.PlanError
		lost    *sweep.LostPlanError
	)
	if errors.As(err, &spec) || errors.As(err, &changed) || errors.As(err, &format) || errors.As(err, &points) ||
		errors.As(err, &plan) || errors.As(err, &lost) ||
		errors.Is(err, sweep.ErrFolderInUse) || errors.Is(err, sweep.ErrNoSweep) || errors.Is(err, sweep.ErrNoSlurm) {
		return usageError{err}
	}
	return err
}

func (p *program) sweep(ctx context.Context, flags sweepFlags) error {
	if err := needOutput(flags.output, "sweep"); err != nil {
		return err
	}
	if err := flags.check(); err != nil {
		return usageError{err}
	}
	folder := sweep.Folder{Path: flags.output}
	plan, err := flags.plan(ctx, folder, p)
	if err != nil {
		return err
	}
	flags.options.RetryFailed, flags.options.FailFast = flags.retry != "", flags.failFast
	if flags.cluster.asked() {
		var arguments []string
		if flags.retry != "" {
			arguments = append(arguments, "--retry", flags.retry)
		}
		if flags.failFast {
			arguments = append(arguments, "--fail-fast")
		}
		arguments = append(arguments, "--patience", flags.options.Patience.String())
		handed, err := p.handOver(ctx, order{
			folder: folder, plan: plan, runs: plan.Runs, retry: flags.retry != "", failFast: flags.failFast, atOnce: flags.workers, arguments: arguments,
		}, flags.cluster)
		if err == nil && !handed {
			p.log.Info("nothing is left to do")
		}
		return err
	}
	flags.options.Workers = flags.workers
	if flags.workers == 0 {
		flags.options.Workers = runtime.GOMAXPROCS(0)
	}
	execute, err := executionOf(plan)
	if err != nil {
		return err
	}
	return p.work(ctx, folder, plan, plan.Runs, flags.options, execute)
}

func (f *sweepFlags) check() error {
	var noFile error
	if f.spec == "" && !f.resume {
		noFile = errors.New("no sweep file is named; add -c, for example -c sweep.yaml")
	}
	return errors.Join(noFile, f.cluster.check(), checkRetry(f.retry),
		checkFlag(f.workers < 0, "--workers", f.workers, "1 or more"), checkFlag(f.options.Patience <= 0, "--patience", f.options.Patience, "above 0"))
}

func checkFlag(bad bool, flag string, value any, allowed string) error {
	if bad {
		return &data.FieldError{Field: flag, Value: value, Allowed: allowed}
	}
	return nil
}

func checkRetry(retry string) error {
	if retry != "" && retry != string(sweep.Failed) {
		return &data.FieldError{Field: "--retry", Value: retry, Allowed: string(sweep.Failed)}
	}
	return nil
}

// plan reads the sweep file, checks every run and writes the plan to the folder, or returns the folder's plan. It logs what
// was read from the user's points, and keys that are varied without effect.
func (f *sweepFlags) plan(ctx context.Context, folder sweep.Folder, p *program) (*sweep.Plan, error) {
	if f.spec == "" {
		return folder.Plan()
	}
	text, err := readLimited(ctx, f.spec)
	if errors.Is(err, train.ErrInterrupted) {
		return nil, err
	}
	if err != nil {
		return nil, usageError{err}
	}
	plan, err := sweep.Decode(text, func(name string) (train.Config, error) {
		preset, err := presetNamed(name)
		return preset.Config, err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.spec, err)
	}
	for _, warning := range plan.Warnings() {
		p.log.Warn(warning)
	}
	if err := checkRuns(ctx, plan, p.logOwnPoints, p.logConnections); errors.Is(err, train.ErrInterrupted) {
		return nil, err
	} else if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", f.spec, err)}
	}
	if err := f.cluster.checkJob(folder, len(plan.Runs)); err != nil {
		return nil, err
	}
	if f.cluster.slurm {
		if _, err := checkArray(ctx, len(plan.Runs), f.cluster.chunk); err != nil {
			return nil, err // before there is a folder
		}
	}
	return folder.Create(plan, text, f.resume)
}

// checkRuns draws the task of each run that differs from others in more than seed, weights and training, so
// that clusters without room or unreadable points are found before any work. It calls report with the first
// run of each file of points, and doubt with the first run of each number of units and density.
func checkRuns(ctx context.Context, plan *sweep.Plan, report, doubt func(*train.Experiment)) error {
	checked, reported, doubted := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, run := range plan.Runs {
		c := run.Config
		c.Seed, c.Realisation, c.Training = 0, 0, train.DefaultConfig().Training
		c.Network.Coupling = train.DefaultConfig().Network.Coupling
		if checked[c.Fingerprint()] {
			continue
		}
		checked[c.Fingerprint()] = true
		experiment, err := train.NewExperiment(ctx, run.Config)
		if err == nil {
			err = measure.Check(experiment)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", plan.Describe(run), err)
		}
		if sparse := fmt.Sprint(c.Network.Units, c.Network.Density); !doubted[sparse] {
			doubted[sparse] = true
			doubt(experiment)
		}
		if !reported[c.Task.OwnFile()] {
			reported[c.Task.OwnFile()] = true
			report(experiment)
		}
	}
	return nil
}

func (p *program) sweepStatusCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "status DIR",
		Short: "Show the state of a sweep's runs",
		Example: `  train sweep status sweep
  train sweep status sweep --all`,
		Args: runFolders(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder := sweep.Folder{Path: args[0]}
			plan, err := folder.Plan()
			if err != nil {
				return sweepUsage(err)
			}
			counts, unlisted := map[sweep.State]int{}, 0
			states := make([]sweep.RunState, len(plan.Runs))
			for i, run := range plan.Runs {
				if cmd.Context().Err() != nil {
					return train.ErrInterrupted
				}
				if states[i], err = folder.State(run.ID); err != nil {
					return err
				}
				counts[states[i].State]++
				if states[i].Unlisted {
					unlisted++
				}
			}
			p.warnUnlisted(unlisted, counts[sweep.Done])
			fmt.Fprintf(p.stdout, "%d runs", len(plan.Runs))
			separator := ": "
			for _, state := range sweep.States {
				if counts[state] > 0 {
					fmt.Fprintf(p.stdout, "%s%d %s", separator, counts[state], state)
					separator = ", "
				}
			}
			fmt.Fprintln(p.stdout)
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			for i, run := range plan.Runs {
				s := states[i]
				if !all && (s.State == sweep.Done || s.State == sweep.Pending) {
					continue
				}
				note := s.Reason
				if s.State == sweep.Running {
					note = "by " + s.Owner.String()
				}
				fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\n", run.ID, s.State, s.Attempts, plan.Describe(run), note)
			}
			return table.Flush()
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "list runs that are pending or done too")
	return cmd
}

// warnUnlisted warns of finished runs of a sweep that cannot be checked.
func (p *program) warnUnlisted(unlisted, done int) {
	if unlisted > 0 {
		p.log.Warnf("%d of %d finished runs were made by an older program, which kept no checksums: damage to their files would not be noticed", unlisted, done)
	}
}

func (p *program) sweepCollectCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "collect DIR -o FILE.csv|FILE.parquet",
		Short: "Write one tidy table of all finished runs",
		Long: `Write one tidy table of all finished runs: run, the swept keys, measure, stage, step, value. measure and stage are
those of curves.csv. Rows are in the order of the sweep file, whoever made the runs. No table is
written while a finished run is damaged; train sweep -o DIR --resume makes the run again.`,
		Example: `  train sweep collect sweep -o sweep.csv
  train sweep collect sweep -o sweep.parquet`,
		Args: runFolders(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needOutput(output, "sweep.csv"); err != nil {
				return err
			}
			folder := sweep.Folder{Path: args[0]}
			plan, err := folder.Plan()
			if err != nil {
				return sweepUsage(err)
			}
			done, unlisted, err := folder.Collect(cmd.Context(), output)
			if err != nil {
				return sweepUsage(err)
			}
			p.warnUnlisted(unlisted, done)
			switch {
			case done == 0:
				p.log.Warnf("none of the %d runs is done: %s has no rows; `train sweep status %s` lists them", len(plan.Runs), output, args[0])
			case done < len(plan.Runs):
				p.log.Warnf("%d of %d runs are not done and not in the table; `train sweep status %s` lists them", len(plan.Runs)-done, len(plan.Runs), args[0])
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "table; its extension selects the format")
	return cmd
}
