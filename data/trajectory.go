package data

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Trajectory is the hidden states of a network in response to samples. It is the only form in which hidden states leave the
// network; the analysis reads nothing else.
type Trajectory struct {
	H        []*mat.Dense // T matrices of S x N: H[t] holds the hidden states at time t, one sample per row
	Labels   []int        // S, class of each sample
	Clusters []int        // S, cluster of each sample

	// Carried is what each state passes to the next if that is more than H: h and c of an LSTM side by side, S x 2N at each time.
	// nil if it is H.
	Carried []*mat.Dense
	// Outputs are the network's outputs, S x C at each of OutputTimes; nil if they are not recorded.
	Outputs     []*mat.Dense
	OutputTimes []int
	// Lengths are the steps of each sample, S from 1 to T, after which its states are responses to padding; nil if all have T.
	// Measures at t use the samples longer than t, see [Trajectory.Stretches].
	Lengths []int
	// Variables are further variables of each sample.
	Variables []Variable
	// Marks are times of the task that figures show.
	Marks []Mark
}

// Validate returns an error unless there is at least one time step, all time steps have the same S x N, and every
// sample has a label and a cluster id, none negative. Values of hidden states are not checked.
func (t *Trajectory) Validate() error {
	if len(t.H) == 0 {
		return fmt.Errorf("data: trajectory has no time steps; record at least t = 0")
	}
	for step, states := range t.H {
		if states == nil || states.IsEmpty() {
			return fmt.Errorf("data: trajectory has no hidden states at t = %d; record every step or cut the trajectory there", step)
		}
	}
	samples, units := t.H[0].Dims()
	for step, states := range t.H {
		if rows, columns := states.Dims(); rows != samples || columns != units {
			return fmt.Errorf("data: trajectory is %d x %d at t = %d but %d x %d at t = 0; record all steps on the same samples",
				rows, columns, step, samples, units)
		}
	}
	if len(t.Labels) != samples || len(t.Clusters) != samples {
		return fmt.Errorf("data: trajectory of %d samples has %d labels and %d cluster ids; give one of each per sample",
			samples, len(t.Labels), len(t.Clusters))
	}
	for sample := range samples {
		if t.Labels[sample] < 0 || t.Clusters[sample] < 0 {
			return fmt.Errorf("data: trajectory sample %d has label %d and cluster id %d; number both from 0",
				sample, t.Labels[sample], t.Clusters[sample])
		}
	}
	if t.Lengths != nil && len(t.Lengths) != samples {
		return fmt.Errorf("data: trajectory of %d samples has %d lengths; give one for each sample or none", samples, len(t.Lengths))
	}
	for sample, length := range t.Lengths {
		if length < 1 || length > len(t.H) {
			return fmt.Errorf("data: trajectory sample %d has length %d; 1 to %d, the number of time steps", sample, length, len(t.H))
		}
	}
	return nil
}

// Steps returns the number of time steps T.
func (t *Trajectory) Steps() int { return len(t.H) }

// Samples returns the number of samples S.
func (t *Trajectory) Samples() int { return len(t.Labels) }
