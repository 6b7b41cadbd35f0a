package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/paper/claims"
	"github.com/unfurl-rnn/unfurl/train"
)

func (p *program) claimsCommand() *cobra.Command {
	o := claims.DefaultOptions()
	var output string
	var resume bool
	cmd := &cobra.Command{
		Use:   "claims [--realisations 10] [--workers N] [--seed 0] [--quick] -o DIR",
		Short: "Test every claim of the paper on trained networks",
		Long: `Test every claim of the paper: train the networks that the claims need, each once, and judge every claim by
a number whose range was fixed beforehand. The verdict is "holds" or "does not hold" where the bootstrap 95 %
interval of the mean over realisations lies on one side of the range, else "not established".

The ledger goes to the terminal and into DIR as claims.csv, claims.json and claims.html, with a picture of each
claim. Finished networks are kept under DIR/networks and used again by the next call of the same build;
--resume=false trains them anew. Claims on many settings take a third of the realisations.`,
		Example: `  train claims --quick -o out/claims
  train claims --realisations 30 -o out/claims`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.Validate(); err != nil {
				return usageError{err}
			}
			if o.Quick && !cmd.Flags().Changed("realisations") {
				o.Realisations = claims.FewestRealisations
			}
			if err := train.MakeFolder(output); err != nil {
				return err
			}
			record := train.NewProvenance(map[string]any{
				"realisations": o.Realisations, "workers": o.Workers, "seed": o.Seed, "exact_radius": o.ExactRadius, "quick": o.Quick, "only": o.Only,
			})
			err := p.claims(cmd, o, output, resume, record)
			record.End(err)
			return errors.Join(err, record.Write(filepath.Join(output, "run.json")))
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Realisations, "realisations", o.Realisations, "networks of each kind; below 5 nothing is decided")
	f.IntVar(&o.Workers, "workers", o.Workers, "networks trained side by side; changes no number")
	f.Uint64Var(&o.Seed, "seed", 0, "root of all random streams")
	f.BoolVar(&o.Quick, "quick", false, "a smaller problem, a few minutes, 5 realisations; its verdicts are not the paper's")
	f.StringSliceVar(&o.Only, "only", nil, "only these claims, such as C1,C14; all if empty")
	f.BoolVar(&o.ExactRadius, "exact-radius", false, "scale each random matrix to the exact spectral radius g, as the authors' later code does")
	f.StringVarP(&output, "output", "o", "out", "folder for the ledger and the networks")
	f.BoolVar(&resume, "resume", true, "use networks that are already finished in DIR")
	return cmd
}

func (p *program) claims(cmd *cobra.Command, o claims.Options, output string, resume bool, record *train.Provenance) error {
	plan, epochs, found := o.Plan(), 0, 0
	// The record stands before the work, so that a run that is killed can be recognised.
	if err := record.Write(filepath.Join(output, "run.json")); err != nil {
		return err
	}
	store := &claims.FolderStore{Path: filepath.Join(output, "networks"), Reuse: resume}
	for _, c := range plan {
		if err := c.Validate(); err != nil {
			return usageError{err}
		}
		if store.Has(c) {
			found++
		} else {
			epochs += c.Training.Epochs
		}
	}
	p.log.Infof("%d networks, %d of them finished in %s, %d at a time", len(plan), found, store.Path, o.Workers)
	shown := p.newProgress(len(plan), epochs)
	result, err := claims.Run(cmd.Context(), o, store, shown)
	shown.stop()
	if err != nil {
		return err
	}
	ledger, err := result.Ledger()
	if err != nil {
		return err
	}
	written, err := result.Write(output, ledger, record)
	if err != nil {
		return err
	}
	for _, warning := range result.Warnings() {
		p.log.Warn(warning)
	}
	p.log.Infof("%d networks trained, %d found finished", result.Computed, len(plan)-result.Computed)
	if err := claims.WriteText(p.stdout, ledger); err != nil {
		return err
	}
	for _, path := range written {
		if filepath.Dir(path) == filepath.Clean(output) { // the pictures are on the page too
			fmt.Fprintln(p.stdout, path)
		}
	}
	return nil
}
