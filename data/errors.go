package data

import "fmt"

// SeparationError reports that the clusters cannot be separated as far as their noise requires.
type SeparationError struct {
	Placed     int     // centres that were placed
	Clusters   int     // centres wanted
	Dimension  int     // D
	Tries      int     // draws of the centre that could not be placed
	Separation float64 // smallest distance required, see [MinimumSeparation]
	Noise      float64 // noise that requires it
	HalfSide   float64 // half the side of the cube
}

// Error returns the numbers and what to change on one line.
func (e *SeparationError) Error() string {
	return fmt.Sprintf("data: only %d of %d cluster centres fit into [-%g, %g]^%d at the minimum separation %.4g "+
		"(no room in %d tries); lower noise (%g) or clusters, or raise half_side, dimension or max_tries",
		e.Placed, e.Clusters, e.HalfSide, e.HalfSide, e.Dimension, e.Separation, e.Tries, e.Noise)
}

// EmbeddingError reports that the inputs have more dimensions than the network has units.
type EmbeddingError struct {
	Units     int // N
	Dimension int // D
}

// Error returns the numbers and what to change on one line.
func (e *EmbeddingError) Error() string {
	return fmt.Sprintf("data: cannot embed inputs of dimension %d into %d units with orthonormal columns; "+
		"raise units to at least %d or lower dimension", e.Dimension, e.Units, e.Dimension)
}

// PartitionError reports that clusters have too few rows to give one to every part.
type PartitionError struct {
	Parts    int    // parts wanted
	Cluster  int    // the first cluster with too few rows
	Name     string // what the file calls it
	Rows     int    // rows of this cluster
	Small    int    // clusters with too few rows
	Clusters int    // K
}

// Error returns the numbers and what to change on one line.
func (e *PartitionError) Error() string {
	return fmt.Sprintf("data: cluster %s has too few rows for %d parts (%d), as have %d of %d clusters; "+
		"add rows, or merge or remove small clusters", e.Name, e.Parts, e.Rows, e.Small, e.Clusters)
}

// Columns of a [PointError] that are not inputs.
const (
	LabelColumn   = -1
	ClusterColumn = -2
)

// PointError is a fault at one place of a set of points.
type PointError struct {
	Row    int    // row of the points, from 0
	Column int    // input column from 0, or [LabelColumn], or [ClusterColumn]
	File   string // the file the points were read from; empty if they were not
	Place  string // the place as the file's user would name it, e.g. `row 17, column "x3"` or `inputs[16, 3]`
	Fault  string // what is wrong there
	Fix    string // what to do about it
}

// Error returns file, place, fault and fix on one line.
func (e *PointError) Error() string {
	place := e.Place
	if place == "" {
		place = arrayPlace(e.Row, e.Column)
	}
	if e.File != "" {
		place = e.File + " " + place
	}
	return fmt.Sprintf("data: %s: %s; %s", place, e.Fault, e.Fix)
}

// arrayPlace names a place as NumPy would index it.
func arrayPlace(row, column int) string {
	switch column {
	case LabelColumn:
		return fmt.Sprintf("labels[%d]", row)
	case ClusterColumn:
		return fmt.Sprintf("clusters[%d]", row)
	}
	return fmt.Sprintf("inputs[%d, %d]", row, column)
}

// FileError is a fault of a file of points as a whole.
type FileError struct {
	File  string // path as given
	Fault string // what is wrong
	Fix   string // what to do about it
	Cause error  // the underlying error; may be nil
}

// Error returns file, fault and fix on one line.
func (e *FileError) Error() string { return fmt.Sprintf("data: %s: %s; %s", e.File, e.Fault, e.Fix) }

// Unwrap returns the underlying error, or nil.
func (e *FileError) Unwrap() error { return e.Cause }
