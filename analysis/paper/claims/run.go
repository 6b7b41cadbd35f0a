package claims

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
)

// Options say on how much evidence the claims are judged.
type Options struct {
	// Realisations is the number of networks of each kind, at least 1; sweeps over many settings take a
	// third of it. Below [FewestRealisations] nothing is decided.
	Realisations int
	// Workers is the number of networks trained side by side, at least 1.
	Workers int
	Seed    uint64
	// ExactRadius scales every J to the exact spectral radius g, as the authors' later code does.
	ExactRadius bool
	// Quick is a smaller problem, in a few minutes, without the sweeps that take longest.
	Quick bool
	// Only names the claims to test; empty for all.
	Only []string

	// adjust and alter spoil networks for tests.
	adjust func(*train.Config)
	alter  func(*train.Experiment)
}

// DefaultOptions returns ten realisations on all processors.
func DefaultOptions() Options {
	return Options{Realisations: 10, Workers: runtime.GOMAXPROCS(0)}
}

// Validate joins one error for every field that is out of its range.
func (o Options) Validate() error {
	var faults []error
	if o.Realisations < 1 {
		faults = append(faults, fmt.Errorf("--realisations is %d; allowed: 1 or more", o.Realisations))
	}
	if o.Workers < 1 {
		faults = append(faults, fmt.Errorf("--workers is %d; allowed: 1 or more", o.Workers))
	}
	known := DefaultOptions().every()
	for _, id := range o.Only {
		if !slices.ContainsFunc(known, func(c Claim) bool { return c.ID == id }) {
			faults = append(faults, fmt.Errorf("--only names %q; there are C1 to C19, F17 and O3", id))
		}
	}
	return errors.Join(faults...)
}

// Result is the evidence on all claims.
type Result struct {
	Options  Options
	Networks map[string]*Evidence // by the fingerprint of their configuration
	Computed int                  // networks trained now; the others were found finished
}

// Run trains and measures the networks that the claims need, some side by side, and reuses those that the
// store holds. What it returns does not depend on the number of workers.
//
// Errors: those of [Options.Validate]; the first error of a network, except for one whose training diverges,
// which is evidence too; [train.ErrInterrupted] when the context ends, with what is finished kept.
func Run(ctx context.Context, o Options, store Store, monitor paper.Monitor) (*Result, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	plan := o.Plan()
	result := &Result{Options: o, Networks: make(map[string]*Evidence, len(plan))}
	type outcome struct {
		evidence *Evidence
		computed bool
	}
	outcomes, err := paper.SideBySide(ctx, plan, o.Workers, func(ctx context.Context, c train.Config) (outcome, error) {
		if e := store.Load(c); e != nil {
			monitor.Done(c)
			return outcome{evidence: e}, nil
		}
		e, weights, err := o.gather(ctx, c, monitor.Network(c))
		if err != nil {
			return outcome{}, err
		}
		if err := store.Save(e, weights); err != nil {
			return outcome{}, err
		}
		monitor.Done(c)
		return outcome{e, true}, nil
	})
	if err != nil {
		return nil, err
	}
	for i, c := range plan {
		result.Networks[c.Fingerprint()] = outcomes[i].evidence
		if outcomes[i].computed {
			result.Computed++
		}
	}
	return result, nil
}

// of returns the evidence on one realisation of the networks.
func (r *Result) of(needs []network, realisation int) []*Evidence {
	found := make([]*Evidence, len(needs))
	for i, need := range needs {
		c := need.config
		c.Realisation = realisation
		found[i] = r.Networks[c.Fingerprint()]
	}
	return found
}
