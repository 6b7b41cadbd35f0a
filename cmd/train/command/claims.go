package command

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019/claims"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train/run"
)

func (p *program) claimsCommand() *cobra.Command {
	o := claims.DefaultOptions()
	var networks networkFlags
	cmd := &cobra.Command{
		Use:   "claims [--realisations 10] [--workers N] [--seed 0] [--quick] [--all] -o DIR",
		Short: "Test every claim of the paper on trained networks",
		Long: `Test every claim of the paper: train the networks that the claims need, each once, and judge every claim by
numbers against ranges that were fixed beforehand. A part of a claim "holds" or "does not hold" where the 95 % interval of its
number over realisations lies on one side of the range, and is "not established" otherwise; a claim holds "in part" where its
parts differ. --all adds the studies of the paper's open questions. --quick withholds verdicts: its problem is not the paper's.

The ledger is printed and written to DIR as claims.csv, claims.json and claims.html, with a picture of each
claim. Each network is a run of a sweep in DIR/networks/claims-BUILD, so that several processes, Slurm or Kubernetes may
share the work; the next call of the same build reuses finished ones, --resume=false trains them again.
Claims on many settings use at most 20 realisations. With --slurm the ledger is written by a last job; with
--kubernetes, by the same command without it when the Job is complete.`,
		Example: `  train claims --quick -o out/claims
  train claims --realisations 30 -o out/claims
  train claims --realisations 30 --all -o out/claims
  train claims --realisations 30 --slurm --chunk 10 --partition cpu -o out/claims`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := errors.Join(o.Validate(), networks.check()); err != nil {
				return usageError{err}
			}
			if o.Quick && !cmd.Flags().Changed("realisations") {
				o.Realisations = claims.QuickRealisations
			}
			if err := networks.checkJob(o.Sweep()); err != nil {
				return err
			}
			if err := files.MakeFolder(networks.output); err != nil {
				return err
			}
			record := run.NewProvenance(map[string]any{
				"realisations": o.Realisations, "workers": networks.workers, "seed": o.Seed, "exact_radius": o.ExactRadius, "quick": o.Quick, "all": o.All, "only": o.Only,
			})
			return p.recorded(networks.output, record, func() (bool, error) { return p.claims(cmd, o, networks, record) })
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Realisations, "realisations", o.Realisations, "networks of each kind; below 5 nothing is decided")
	f.Uint64Var(&o.Seed, "seed", 0, "root of all random streams")
	f.BoolVar(&o.Quick, "quick", false, "a smaller problem, a few minutes, 2 realisations; verdicts are withheld, since it is not the paper's")
	f.BoolVar(&o.All, "all", false, "the studies of the paper's open questions too, which take longer than all claims")
	f.StringSliceVar(&o.Only, "only", nil, "only these claims, such as C1,C14; all of the paper's text if empty")
	f.BoolVar(&o.ExactRadius, "exact-radius", false, "scale each random matrix to the exact spectral radius g, as the authors' later code does")
	networks.register(cmd, true, "use networks of this build that are finished in DIR, and share the work with other processes")
	return cmd
}

// claims makes the networks and writes the ledger. It returns true if the networks were left to a cluster.
func (p *program) claims(cmd *cobra.Command, o claims.Options, networks networkFlags, record *run.Provenance) (handed bool, err error) {
	handed, err = p.makeNetworks(cmd.Context(), cmd, o.Sweep(), networks, executions[claims.Kind])
	if err != nil || handed {
		return handed, err
	}
	result, err := o.Gather(networks.folder())
	if err != nil {
		return false, err
	}
	ledger, err := result.Ledger()
	if err != nil {
		return false, err
	}
	written, err := result.Write(networks.output, ledger, record)
	if err != nil {
		return false, err
	}
	for _, warning := range result.Warnings() {
		p.log.Warn(warning)
	}
	if err := claims.WriteText(p.stdout, ledger); err != nil {
		return false, err
	}
	for _, path := range written {
		if filepath.Dir(path) == filepath.Clean(networks.output) { // the pictures are on the page too
			fmt.Fprintln(p.stdout, path)
		}
	}
	return false, nil
}
