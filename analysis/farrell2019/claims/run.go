package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// Options selects the claims and the amount of evidence.
type Options struct {
	// Realisations is the number of networks of each kind, at least 1; sweeps over many settings use at most [sweptRealisations] of
	// them. Below [FewestRealisations] nothing is decided.
	Realisations int
	Seed         uint64
	// ExactRadius scales every J to the exact spectral radius g, as the authors' later code does.
	ExactRadius bool
	// Quick selects a smaller problem that takes a few minutes, and withholds all verdicts.
	Quick bool
	// Only names the claims to test; empty for all of the paper's text.
	Only []string
	// All adds the studies of the last page.
	All bool

	adjust func(*train.Config) // makes networks fail to learn, for tests
}

// QuickRealisations is the number of realisations of a quick run, which shows what comes out and decides nothing.
const QuickRealisations = 2

// DefaultOptions returns ten realisations.
func DefaultOptions() Options { return Options{Realisations: 10} }

// Validate joins a [*data.FieldError], under the flag of `train claims`, for every field that is out of its range.
func (o Options) Validate() error {
	var faults data.Faults
	faults.Check(o.Realisations >= 1, "--realisations", o.Realisations, "1 or more")
	var known []string
	for _, claim := range (Options{Realisations: 1, All: true}).Claims() {
		known = append(known, claim.ID)
	}
	for _, id := range o.Only {
		faults.CheckOneOf("--only", id, known...)
	}
	return faults.Join()
}

// Result is the evidence on all claims.
type Result struct {
	Options  Options
	Networks map[string]*Evidence // by the fingerprint of their configuration
}

// Kind is the kind of a sweep whose runs are the networks that the claims need.
const Kind = "claims"

// Sweep returns the plan of all networks that the claims need as the runs of a sweep by this build.
func (o Options) Sweep() *sweep.Plan { return sweep.NewPlan(Kind, run.BuildName(), o.Plan()) }

// Gather returns the evidence from the finished networks in the folder of a sweep. The result does not depend on which process
// trained them.
//
// Errors: a network that is not finished or cannot be read.
func (o Options) Gather(networks sweep.Folder) (*Result, error) {
	result := &Result{Options: o, Networks: map[string]*Evidence{}}
	for _, c := range o.Plan() {
		id := c.Fingerprint()
		e, err := measure.Read[Evidence](networks.Run(id))
		if err != nil {
			return nil, err
		}
		e.Config = c
		result.Networks[id] = e
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
