package farrell2019

import (
	"errors"
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// Options selects the part of the paper that is repeated.
type Options struct {
	// Figures holds 2, 3 or both.
	Figures []int
	// Realisations is the number of networks for each curve, at least 1.
	Realisations int
	Seed         uint64
	// ExactRadius scales every J to the exact spectral radius g, as the authors' later code does.
	ExactRadius bool
	// Quick selects a smaller problem that shows the same effects in under a minute.
	Quick bool
	// Engine overrides the configuration's engine if not empty.
	Engine string
}

// DefaultOptions returns both figures with five realisations.
func DefaultOptions() Options { return Options{Figures: []int{2, 3}, Realisations: 5} }

// Validate joins one error for every field that is out of its range.
func (o Options) Validate() error {
	var faults []error
	if len(o.Figures) == 0 {
		faults = append(faults, errors.New("no figure is asked for; use --figures 2, --figures 3 or --figures 2,3"))
	}
	for i, figure := range o.Figures {
		if figure != 2 && figure != 3 {
			faults = append(faults, &data.FieldError{Field: "--figures", Value: figure, Allowed: "2, 3 or 2,3"})
		}
		for _, other := range o.Figures[:i] {
			if other == figure {
				faults = append(faults, fmt.Errorf("figure %d is asked for twice", figure))
			}
		}
	}
	if o.Realisations < 1 {
		faults = append(faults, &data.FieldError{Field: "--realisations", Value: o.Realisations, Allowed: "1 or more"})
	}
	return errors.Join(faults...)
}

// Plan returns the configurations of all networks: for each figure both couplings, for each coupling all realisations. The first
// realisation of each comes first, so that early progress covers every network.
func (o Options) Plan() []train.Config {
	var configs []train.Config
	for realisation := range o.Realisations {
		for _, figure := range o.Figures {
			for _, coupling := range []float64{graph.EdgeOfChaos, graph.StronglyChaotic} {
				c := preset(figure, coupling, train.DefaultConfig().Training.Loss).Config
				c.Seed, c.Realisation = o.Seed, realisation
				c.Training.Checkpoint.Snapshots = realisation == 0 // the realisation that the report's panel shows
				c.Network.ExactRadius = o.ExactRadius
				if o.Engine != "" {
					c.Training.Engine = o.Engine
				}
				if o.Quick {
					Quicken(&c)
				}
				configs = append(configs, c)
			}
		}
	}
	return configs
}

// quickNote is written on the figures of a quick run.
const quickNote = "Quick run: fewer units, clusters and epochs than in the paper; the curves show the effects, not the paper's numbers."

// Quicken makes a configuration smaller. The coupling keeps its meaning, since it is scaled by the number of units.
func Quicken(c *train.Config) {
	c.Network.Units = 100
	c.Task.Dimension = min(c.Task.Dimension, 100)
	c.Task.Clusters = 30
	c.Training.Epochs /= 4
	c.Training.ValidationSamples = 300
	c.Measures.Samples, c.Measures.Steps = 300, 15
}

// Result is a finished run of the paper, with the networks in the order of the plan.
type Result struct {
	*measure.Table
	Options Options
}

// Kind is the kind of a sweep whose runs are the paper's networks.
const Kind = "paper"

// Sweep returns the plan of all networks as the runs of a sweep by this build.
func (o Options) Sweep() *sweep.Plan { return sweep.NewPlan(Kind, run.BuildName(), o.Plan()) }

// Gather returns the paper's run from the finished networks in the folder of a sweep. The result does not depend on which process
// trained them.
//
// Errors: a network that is not finished or cannot be read.
func (o Options) Gather(networks sweep.Folder) (*Result, error) {
	result := &Result{Options: o, Table: &measure.Table{ByCoupling: true}}
	for _, c := range o.Plan() {
		m, err := measure.Read[measure.Measurements](networks.Run(c.Fingerprint()))
		if err != nil {
			return nil, fmt.Errorf("%s, realisation %d: %w", measure.Title(c), c.Realisation, err)
		}
		m.Config = c
		result.Networks = append(result.Networks, m)
	}
	return result, nil
}
