package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
)

func (p *program) paperCommand() *cobra.Command {
	o := paper.DefaultOptions()
	var output string
	var resume bool
	cmd := &cobra.Command{
		Use:   "paper [--figures 2,3] [--realisations 5] [--workers N] [--seed 0] [--quick] -o DIR",
		Short: "Repeat the paper: train its networks, measure them, draw figures 2 and 3",
		Long: `Repeat the paper: train its networks, measure them before and after, and write figure2 and figure3 (.svg
and .png), curves.csv, bands.csv and report.html into DIR. Each finished network is kept under DIR/networks;
--resume uses those of the same configuration and build.`,
		Example: `  train paper --quick -o out
  train paper --realisations 30 --exact-radius -o out/thirty`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.Validate(); err != nil {
				return usageError{err}
			}
			if err := train.MakeFolder(output); err != nil {
				return err
			}
			record := train.NewProvenance(map[string]any{
				"figures": o.Figures, "realisations": o.Realisations, "workers": o.Workers, "seed": o.Seed,
				"exact_radius": o.ExactRadius, "quick": o.Quick, "networks": describePlan(o),
			})
			err := p.paper(cmd, o, output, resume, record)
			record.End(err)
			return errors.Join(err, record.Write(filepath.Join(output, "run.json")))
		},
	}
	f := cmd.Flags()
	f.IntSliceVar(&o.Figures, "figures", o.Figures, "figures to repeat: 2 (200 inputs), 3 (2 inputs) or both")
	f.IntVar(&o.Realisations, "realisations", o.Realisations, "networks for each curve; the paper has 30")
	f.IntVar(&o.Workers, "workers", o.Workers, "networks trained side by side; changes no number")
	f.Uint64Var(&o.Seed, "seed", 0, "root of all random streams")
	f.BoolVar(&o.Quick, "quick", false, "a smaller problem, under a minute; says so on the figures")
	f.BoolVar(&o.ExactRadius, "exact-radius", false, "scale each random matrix to the exact spectral radius g, as the authors' later code does")
	f.StringVar(&o.Engine, "engine", "", "what runs the graphs: machine, or tape for Gorgonia's TapeMachine")
	f.StringVarP(&output, "output", "o", "out", "folder for figures, tables and report")
	f.BoolVar(&resume, "resume", false, "use networks that are already finished in DIR")
	return cmd
}

// describePlan returns the configurations of the first realisation of each network.
func describePlan(o paper.Options) []map[string]any {
	o.Realisations = 1
	var trees []map[string]any
	for _, c := range o.Plan() {
		trees = append(trees, c.Tree())
	}
	return trees
}

func (p *program) paper(cmd *cobra.Command, o paper.Options, output string, resume bool, record *train.Provenance) error {
	for _, c := range o.Plan() {
		if err := c.Validate(); err != nil {
			return usageError{err}
		}
	}
	// The record stands before the work, so that a run that is killed can be recognised.
	if err := record.Write(filepath.Join(output, "run.json")); err != nil {
		return err
	}
	reused := 0
	store := &paper.FolderStore{Path: filepath.Join(output, "networks"), Reuse: resume, Reused: func(train.Config) { reused++ }}
	plan, epochs := o.Plan(), 0
	for _, c := range plan {
		if resume && store.Load(c) != nil {
			continue
		}
		epochs += c.Training.Epochs
	}
	if reused > 0 {
		p.log.Infof("reusing %d finished networks in %s", reused, store.Path)
	}
	store.Reused = nil
	p.log.Infof("%d networks, %d at a time", len(plan), o.Workers)
	shown := p.newProgress(len(plan), epochs)
	result, err := paper.Run(cmd.Context(), o, store, shown)
	shown.stop()
	if err != nil {
		return err
	}
	writing := time.Now()
	written, err := result.Write(output, record)
	if err != nil {
		return err
	}
	record.Shares = map[string]float64{
		"training": result.Training.Seconds(), "measuring": result.Measuring.Seconds(), "figures": time.Since(writing).Seconds(),
	}
	for _, warning := range result.Warnings() {
		p.log.Warn(warning)
	}
	for _, path := range written {
		fmt.Fprintln(p.stdout, path)
	}
	return nil
}
