package data

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

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

// Rows returns a copy of the given rows, in the given order. Panics if a row number is out of range.
func (p *Points) Rows(rows []int) *Points {
	_, dimension := p.Inputs.Dims()
	part := NewPoints(len(rows), dimension, p.Classes)
	for i, row := range rows {
		part.Inputs.SetRow(i, p.Inputs.RawRowView(row))
		part.Labels[i] = p.Labels[row]
		part.Clusters[i] = p.Clusters[row]
	}
	return part
}

// Validate returns nil for points that can be trained on, or the first fault found.
//
// Errors: no points, or lengths that disagree; a [*PointError] for a value that is not finite, a label or cluster id
// below 0, a label of C or more, and a cluster with two labels; an error that names the number left out unless every
// label 0..C-1 and every cluster id 0..K-1 occurs, and unless there are two classes.
func (p *Points) Validate() error {
	if p == nil || p.Inputs == nil || p.Inputs.IsEmpty() {
		return errors.New("data: there are no points; give at least one row and one input column")
	}
	samples, _ := p.Inputs.Dims()
	if len(p.Labels) != samples || len(p.Clusters) != samples {
		return fmt.Errorf("data: %d rows of inputs have %d labels and %d cluster ids; give one of each per row",
			samples, len(p.Labels), len(p.Clusters))
	}
	for row := range samples {
		for column, value := range p.Inputs.RawRowView(row) {
			if math.IsNaN(value) || math.IsInf(value, 0) {
				return &PointError{Row: row, Column: column, Fault: "not a finite number", Fix: "remove or impute the row"}
			}
		}
	}
	return p.validateIDs()
}

// validateIDs checks labels and cluster ids, which are as many as rows.
func (p *Points) validateIDs() error {
	for row, label := range p.Labels {
		if label < 0 || label >= p.Classes {
			return &PointError{Row: row, Column: LabelColumn, Fault: fmt.Sprintf("label %d of %d classes", label, p.Classes),
				Fix: "number the classes 0, 1, 2, ..."}
		}
		if p.Clusters[row] < 0 {
			return &PointError{Row: row, Column: ClusterColumn, Fault: fmt.Sprintf("cluster id %d", p.Clusters[row]),
				Fix: "number the clusters 0, 1, 2, ..."}
		}
	}
	if p.Classes < 2 {
		return fmt.Errorf("data: the points have %d class; give points of at least two classes", p.Classes)
	}
	if gap := firstGap(p.Labels, p.Classes); gap >= 0 {
		return fmt.Errorf("data: no point has label %d of 0..%d; number the classes without gaps, "+
			"in NumPy: numpy.unique(labels, return_inverse=True)[1]", gap, p.Classes-1)
	}
	last := slices.Max(p.Clusters)
	// Ids beyond the number of rows leave a gap below it, so memory stays in proportion to the data.
	clusters := min(last, len(p.Clusters)) + 1
	if gap := firstGap(p.Clusters, clusters); gap >= 0 {
		return fmt.Errorf("data: no point is of cluster %d of 0..%d; number the clusters without gaps, "+
			"in NumPy: numpy.unique(clusters, return_inverse=True)[1]", gap, last)
	}
	first := make([]int, clusters) // one more than the first row of each cluster
	for row, cluster := range p.Clusters {
		if first[cluster] == 0 {
			first[cluster] = row + 1
		}
		if label := p.Labels[first[cluster]-1]; label != p.Labels[row] {
			return &PointError{Row: row, Column: LabelColumn,
				Fault: fmt.Sprintf("label %d, but cluster %d has label %d before", p.Labels[row], cluster, label),
				Fix:   "give all points of a cluster one label, or split the cluster"}
		}
	}
	return nil
}

// firstGap returns the least of 0..count-1 that does not occur in ids, all of them in that range, or -1.
func firstGap(ids []int, count int) int {
	occurs := make([]bool, min(count, len(ids)+1))
	for _, id := range ids {
		if id < len(occurs) {
			occurs[id] = true
		}
	}
	return slices.Index(occurs, false)
}
