package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

func (p *program) paperCommand() *cobra.Command {
	o := farrell2019.DefaultOptions()
	var networks networkFlags
	cmd := &cobra.Command{
		Use:   "paper [--figures 2,3] [--realisations 5] [--workers N] [--seed 0] [--quick] -o DIR",
		Short: "Repeat the paper: train its networks, measure them, draw figures 2 and 3",
		Long: `Repeat the paper: train its networks, measure them before and after, and write figure2 and figure3 (.svg
and .png), curves.csv, bands.csv, moments.csv (through training) and report.html into DIR. Each network is a run of a sweep in
DIR/networks/paper-BUILD, so that several processes, Slurm or Kubernetes may share the work, and is kept there;
--resume keeps those that are finished and continues with the others. With --slurm a last job draws the figures; with
--kubernetes, run the same command with --resume when the Job is complete.`,
		Example: `  train paper --quick -o out
  train paper --realisations 30 --exact-radius -o out/thirty
  train paper --realisations 30 --slurm --partition cpu --time 00:10:00 -o out/thirty
  train sweep status out/thirty/networks/paper-*`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := errors.Join(o.Validate(), networks.check()); err != nil {
				return usageError{err}
			}
			if err := networks.checkJob(o.Sweep()); err != nil {
				return err
			}
			if err := files.MakeFolder(networks.output); err != nil {
				return err
			}
			record := run.NewProvenance(map[string]any{
				"figures": o.Figures, "realisations": o.Realisations, "workers": networks.workers, "seed": o.Seed,
				"exact_radius": o.ExactRadius, "quick": o.Quick, "networks": describePlan(o),
			})
			return p.recorded(networks.output, record, func() (bool, error) { return p.paper(cmd, o, networks, record) })
		},
	}
	f := cmd.Flags()
	f.IntSliceVar(&o.Figures, "figures", o.Figures, "figures to repeat: 2 (200 inputs), 3 (2 inputs) or both")
	f.IntVar(&o.Realisations, "realisations", o.Realisations, "networks for each curve; the paper has 30")
	f.Uint64Var(&o.Seed, "seed", 0, "root of all random streams")
	f.BoolVar(&o.Quick, "quick", false, "a smaller problem, under a minute; says so on the figures")
	f.BoolVar(&o.ExactRadius, "exact-radius", false, "scale each random matrix to the exact spectral radius g, as the authors' later code does")
	f.StringVar(&o.Engine, "engine", "", "what runs the graphs: machine, or tape for Gorgonia's TapeMachine")
	networks.register(cmd, false, "use networks of this build that are finished in DIR, and share the work with other processes")
	return cmd
}

// describePlan returns the configurations of the first realisation of each network.
func describePlan(o farrell2019.Options) []map[string]any {
	o.Realisations = 1
	var trees []map[string]any
	for _, c := range o.Plan() {
		trees = append(trees, c.Tree())
	}
	return trees
}

// paper makes the networks and draws the figures. It returns true if the networks were left to a cluster.
func (p *program) paper(cmd *cobra.Command, o farrell2019.Options, networks networkFlags, record *run.Provenance) (handed bool, err error) {
	var maker *measure.Maker
	handed, err = p.makeNetworks(cmd.Context(), cmd, o.Sweep(), networks, func(recorder func(train.Config) train.Recorder) sweep.Execute {
		maker = &measure.Maker{Recorder: recorder, Keep: true}
		return maker.Execute
	})
	if err != nil || handed {
		return handed, err
	}
	writing := time.Now()
	result, err := o.Gather(networks.folder())
	if err != nil {
		return false, err
	}
	written, err := result.Write(cmd.Context(), networks.output, record)
	if err != nil {
		return false, err
	}
	record.Shares = map[string]float64{"figures": time.Since(writing).Seconds()}
	if maker != nil {
		training, measuring := maker.Spent()
		record.Shares["training"], record.Shares["measuring"] = training.Seconds(), measuring.Seconds()
	}
	for _, warning := range report.Warnings(result.Table) {
		p.log.Warn(warning)
	}
	for _, path := range written {
		fmt.Fprintln(p.stdout, path)
	}
	return false, nil
}
