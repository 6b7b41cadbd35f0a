package data

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"
)

// Points are labelled samples.
type Points struct {
	Inputs   *mat.Dense // S x D
	Labels   []int      // S, class of each sample, 0..C-1
	Clusters []int      // S, cluster of each sample, 0..K-1
	Classes  int        // C
	FileRows []int      // S, row of each sample in the file, from 0 without the header; nil if not from a file
	Origin   *Origin    // the file and its names; nil if they are not from a file. Shared: do not change it
}

// Origin describes how a file of points was read, and its names of classes, clusters and inputs.
type Origin struct {
	File     string   // path as given
	SHA256   string   // of the file's content, see files.Digest; empty if it is a pipe, which can be read only once
	Layout   string   // differences from the plain form, e.g. "separated by semicolons, decimal commas"; may be empty
	Classes  []string // C names, of label 0 first; nil if the file has the labels 0..C-1
	Clusters []string // K names; nil if the file has the ids 0..K-1, or no clusters
	Inputs   []string // D names of columns, as errors call them; nil for arrays
	Ignored  []string // names of arrays that were not read
}

// ClassName returns the name of a class in the file, or its number.
func (p *Points) ClassName(label int) string {
	return nameOf(p.origin().Classes, label)
}

// ClusterName returns the name of a cluster in the file, or its number.
func (p *Points) ClusterName(cluster int) string {
	return nameOf(p.origin().Clusters, cluster)
}

// origin returns the origin of the points, the zero value if they are not from a file.
func (p *Points) origin() Origin {
	if p.Origin == nil {
		return Origin{}
	}
	return *p.Origin
}

// nameOf returns the name with a number, counted from 0, or the number if there is none.
func nameOf(names []string, number int) string {
	if number < len(names) {
		return names[number]
	}
	return strconv.Itoa(number)
}

// InputName returns the name of an input in the file: `column "x3"` or `column 4` of a table, `inputs[:, 3]` of an array.
func (p *Points) InputName(input int) string {
	if names := p.origin().Inputs; input < len(names) {
		return names[input]
	}
	return fmt.Sprintf("inputs[:, %d]", input)
}

// Source is what training and analysis draw samples from: the clusters of the task, or a set of your own points.
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

// NewPoints returns zeroed points for count samples of the given dimension and number of classes, to be filled by
// [Source].SampleInto. Panics if count or dimension is not positive.
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
	part.Origin = p.Origin
	for i, row := range rows {
		part.Inputs.SetRow(i, p.Inputs.RawRowView(row))
		part.Labels[i] = p.Labels[row]
		part.Clusters[i] = p.Clusters[row]
		if p.FileRows != nil {
			part.FileRows = append(part.FileRows, p.FileRows[row])
		}
	}
	return part
}

// Validate returns nil for points that are valid for training, or the first fault found.
//
// Errors: no points, or lengths that disagree; a [*PointError] for a value that is not finite, a label or cluster id
// below 0, a label of C or more, and a cluster with two labels; an error that names the missing number unless every label 0..C-1
// and every cluster id 0..K-1 occurs, and an error unless there are two classes.
func (p *Points) Validate() error {
	if p == nil || p.Inputs == nil || p.Inputs.IsEmpty() {
		return errors.New("data: there are no points; give at least one row and one input column")
	}
	samples, _ := p.Inputs.Dims()
	if len(p.Labels) != samples || len(p.Clusters) != samples {
		return fmt.Errorf("data: %d rows of inputs have %d labels and %d cluster ids; give one of each per row",
			samples, len(p.Labels), len(p.Clusters))
	}
	if p.FileRows != nil && len(p.FileRows) != samples {
		return fmt.Errorf("data: %d rows of inputs have %d rows of a file; give one per row, or none", samples, len(p.FileRows))
	}
	for row := range samples {
		for column, value := range p.Inputs.RawRowView(row) {
			if math.IsNaN(value) || math.IsInf(value, 0) {
				return &PointError{Row: row, Column: column, Fault: "not a finite number", Fix: "remove or impute the row"}
			}
		}
	}
	return p.validateIDs(samples)
}

// validateIDs checks labels and cluster ids, one per row.
func (p *Points) validateIDs(samples int) error {
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
		return fmt.Errorf("data: all %d points are of one class (%s); give points of at least two classes", samples, p.ClassName(0))
	}
	if gap := firstGap(p.Labels, p.Classes); gap >= 0 {
		return fmt.Errorf("data: no point has label %d of 0..%d; number the classes without gaps, "+
			"in NumPy: numpy.unique(labels, return_inverse=True)[1]", gap, p.Classes-1)
	}
	last := slices.Max(p.Clusters)
	// Ids above the number of rows leave a gap below it, so memory stays proportional to the data.
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
				Fault: fmt.Sprintf("label %s, but cluster %s has label %s before", p.ClassName(p.Labels[row]), p.ClusterName(cluster), p.ClassName(label)),
				Fix:   "give all points of a cluster one label, or split the cluster"}
		}
	}
	return nil
}

// firstGap returns the smallest of 0..count-1 that is not in ids, which are all in that range, or -1.
func firstGap(ids []int, count int) int {
	occurs := make([]bool, min(count, len(ids)+1))
	for _, id := range ids {
		if id < len(occurs) {
			occurs[id] = true
		}
	}
	return slices.Index(occurs, false)
}
