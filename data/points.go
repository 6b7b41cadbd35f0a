package data

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Points are labelled samples.
type Points struct {
	Inputs   *mat.Dense // S x D
	Labels   []int      // S, class of each sample, 0..C-1
	Clusters []int      // S, cluster of each sample, 0..K-1
	Classes  int        // C
}

// Source is where training and analysis draw samples from: the clusters of the task, or a set of your own points.
type Source interface {
	// Sample returns count samples, spread as evenly over the clusters as count allows, in random order.
	Sample(count int, rng *rand.Rand) *Points
	// SampleInto fills dst with as many samples as it has rows, without allocating. The same stream gives the same
	// samples as Sample. Panics if dst has another dimension than the source.
	SampleInto(dst *Points, rng *rand.Rand)
	// Dimension returns D.
	Dimension() int
	// ClassCount returns C.
	ClassCount() int
	// ClusterCount returns K.
	ClusterCount() int
}

var (
	_ Source = (*Clusters)(nil)
	_ Source = (*UserPoints)(nil)
)

// NewPoints returns room for count samples of the given dimension and number of classes, all zero, to be filled
// by [Source].SampleInto. Panics if count or dimension is not positive.
func NewPoints(count, dimension, classes int) *Points {
	return &Points{
		Inputs:   mat.NewDense(count, dimension, nil), // S x D
		Labels:   make([]int, count),
		Clusters: make([]int, count),
		Classes:  classes,
	}
}

// Len returns the number of samples S.
func (p *Points) Len() int { return len(p.Labels) }

// mustFit panics unless p has rows of the given dimension and labels and clusters for each row.
func (p *Points) mustFit(dimension int) {
	rows, columns := p.Inputs.Dims()
	if columns != dimension {
		panic("data: destination points have another dimension than their source")
	}
	if len(p.Labels) != rows || len(p.Clusters) != rows {
		panic("data: destination points have not as many labels and clusters as rows")
	}
}
