package paper

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/unfurl-rnn/unfurl/train"
)

// Options say which part of the paper is repeated.
type Options struct {
	// Figures holds 2, 3 or both.
	Figures []int
	// Realisations is the number of networks for each curve, at least 1.
	Realisations int
	// Workers is the number of networks trained side by side, at least 1.
	Workers int
	Seed    uint64
	// ExactRadius scales every J to the exact spectral radius g, as the authors' later code does.
	ExactRadius bool
	// Quick is a smaller problem that shows the same effects in under a minute.
	Quick bool
	// Engine overrides the configuration's engine if not empty.
	Engine string
}

// DefaultOptions returns both figures with five realisations on all processors.
func DefaultOptions() Options {
	return Options{Figures: []int{2, 3}, Realisations: 5, Workers: runtime.GOMAXPROCS(0)}
}

// Validate joins one error for every field that is out of its range.
func (o Options) Validate() error {
	var faults []error
	if len(o.Figures) == 0 {
		faults = append(faults, errors.New("no figure is asked for; use --figures 2, --figures 3 or --figures 2,3"))
	}
	for i, figure := range o.Figures {
		if figure != 2 && figure != 3 {
			faults = append(faults, fmt.Errorf("there is no figure %d; --figures takes 2, 3 or 2,3", figure))
		}
		for _, other := range o.Figures[:i] {
			if other == figure {
				faults = append(faults, fmt.Errorf("figure %d is asked for twice", figure))
			}
		}
	}
	if o.Realisations < 1 {
		faults = append(faults, fmt.Errorf("--realisations is %d; allowed: 1 or more", o.Realisations))
	}
	if o.Workers < 1 {
		faults = append(faults, fmt.Errorf("--workers is %d; allowed: 1 or more", o.Workers))
	}
	return errors.Join(faults...)
}

// Plan returns the configurations of all networks: for each figure both couplings, for each all
// realisations. The first realisations of all come first, so that early progress shows every network.
func (o Options) Plan() []train.Config {
	var configs []train.Config
	for realisation := range o.Realisations {
		for _, figure := range o.Figures {
			for _, coupling := range []float64{EdgeOfChaos, StronglyChaotic} {
				c := preset(figure, coupling, train.DefaultConfig().Training.Loss).Config
				c.Seed, c.Realisation = o.Seed, realisation
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

// QuickNote is written on the figures of a quick run.
const QuickNote = "Quick run: fewer units, clusters and epochs than in the paper; the curves show the effects, not the paper's numbers."

// Quicken makes a configuration small. The coupling keeps its meaning, since it is scaled by the number
// of units.
func Quicken(c *train.Config) {
	c.Network.Units = 100
	c.Task.Dimension = min(c.Task.Dimension, 100)
	c.Task.Clusters = 30
	c.Training.Epochs /= 4
	c.Training.ValidationSamples = 300
	c.Measures.Samples, c.Measures.Steps = 300, 15
}

// Monitor hears of the progress of many networks. Its methods are called from several goroutines.
type Monitor interface {
	// Network is called when work on a network starts; the recorder hears of its epochs.
	Network(c train.Config) train.Recorder
	// Done is called when a network is trained and measured.
	Done(c train.Config)
}

// Result is a finished run of the paper.
type Result struct {
	Options  Options
	Networks []*Measurements // in the order of the plan
	// Training and Measuring are the times that networks took, summed over workers.
	Training, Measuring time.Duration
}

// Store keeps finished networks between calls.
type Store interface {
	// Load returns the measurements of a network that is already finished, nil if it is not.
	Load(c train.Config) *Measurements
	// Save keeps the measurements and the weights of a finished network.
	Save(m *Measurements, t *train.Trainer) error
}

// Run trains and measures all networks of the plan, some side by side. What it returns does not depend
// on the number of workers.
//
// Errors: those of [Options.Validate]; the first error of a network; [train.ErrInterrupted] when the
// context ends, with what is finished kept in the store.
func Run(ctx context.Context, o Options, store Store, monitor Monitor) (*Result, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	plan := o.Plan()
	result := &Result{Options: o}
	var mutex sync.Mutex
	var err error
	result.Networks, err = SideBySide(ctx, plan, o.Workers, func(ctx context.Context, c train.Config) (*Measurements, error) {
		m, spent, err := runOne(ctx, c, store, monitor)
		if err != nil {
			return nil, err
		}
		mutex.Lock()
		defer mutex.Unlock()
		result.Training += spent.training
		result.Measuring += spent.measuring
		return m, nil
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// durations is the time that one network took.
type durations struct{ training, measuring time.Duration }

func runOne(ctx context.Context, c train.Config, store Store, monitor Monitor) (*Measurements, durations, error) {
	var spent durations
	if m := store.Load(c); m != nil {
		monitor.Done(c)
		return m, spent, nil
	}
	recorder := monitor.Network(c)
	started := time.Now()
	experiment, err := train.NewExperiment(c)
	if err != nil {
		return nil, spent, err
	}
	if err := CheckSplits(experiment); err != nil {
		return nil, spent, err
	}
	trainer, err := train.NewTrainer(experiment)
	if err != nil {
		return nil, spent, err
	}
	defer trainer.Close()
	if err := trainer.Run(ctx, recorder, nil); err != nil {
		return nil, spent, err
	}
	trained := time.Now()
	m, err := Measure(experiment, trainer.Parameters, trainer.History)
	if err != nil {
		return nil, spent, err
	}
	if err := store.Save(m, trainer); err != nil {
		return nil, spent, err
	}
	monitor.Done(c)
	return m, durations{trained.Sub(started), time.Since(trained)}, nil
}
