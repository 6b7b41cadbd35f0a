package data

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"
)

// ReadOptions says how a file of points is laid out where the file itself does not.
type ReadOptions struct {
	// Headerless says that the first line of a .csv file already holds a point. Every column but LabelColumn is an
	// input then. It has no meaning for .npz files.
	Headerless bool `yaml:"headerless"`
	// LabelColumn is the column of the labels in a headerless file, counted from 0, or from the end if negative: -1
	// is the last one.
	LabelColumn int `yaml:"label_column"`
}

// DefaultReadOptions returns the layout with a header. When Headerless is set on it, labels are in the last column.
func DefaultReadOptions() ReadOptions { return ReadOptions{Headerless: false, LabelColumn: -1} }

// ReadPoints returns the points stored in a .npz, .csv or .csv.gz file, with a header if it is CSV. It is
// [ReadPointsWith] the [DefaultReadOptions].
func ReadPoints(path string) (*Points, error) { return ReadPointsWith(path, DefaultReadOptions()) }

// ReadPointsWith returns the points stored in a file, checked by [Points.Validate].
//
// A .npz file holds the arrays inputs (S x D, any number type), labels (S integers) and, if you have them, clusters
// (S integers). A .csv file, or .csv.gz, is separated by commas and has a header with a column "label" and, if you
// have them, "cluster"; every other column is an input, in the order of the file. Labels are 0..C-1 and cluster ids
// 0..K-1, without gaps; integers may be written as 3 or 3.0. Without cluster ids, every class is one cluster.
//
// Errors are one line with file, place and fix: a [*PointError] for a fault of one value (rows of a CSV file are
// counted as an editor does, from 1 and with the header; elements of arrays as NumPy does, from 0), else a
// [*FileError].
func ReadPointsWith(path string, options ReadOptions) (*Points, error) {
	points, err := readFile(path, options)
	if err == nil {
		return points, nil
	}
	var point *PointError
	if errors.As(err, &point) {
		point.File = path
		return nil, point
	}
	var file *FileError
	if errors.As(err, &file) {
		file.File = path
		return nil, file
	}
	// What is left names neither file nor place; it starts with this package's prefix.
	return nil, fmt.Errorf("data: %s: %s", path, strings.TrimPrefix(err.Error(), "data: "))
}

// readFile opens the file and reads it by its extension. Its errors need not name the file.
func readFile(path string, options ReadOptions) (*Points, error) {
	lower := strings.ToLower(path)
	isArchive := strings.HasSuffix(lower, ".npz")
	isCompressed := strings.HasSuffix(lower, ".csv.gz")
	if !isArchive && !isCompressed && !strings.HasSuffix(lower, ".csv") {
		return nil, &FileError{Fault: "unknown kind of file", Fix: "give points as .npz, .csv or .csv.gz"}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, cannotRead(err)
	}
	defer file.Close() // only read from: closing cannot lose anything
	info, err := file.Stat()
	if err != nil {
		return nil, cannotRead(err)
	}
	if info.IsDir() {
		return nil, &FileError{Fault: "is a folder", Fix: "give the file of points in it"}
	}
	switch {
	case isArchive:
		return readArchive(file, info.Size())
	case isCompressed:
		return readCompressedCSV(file, options)
	}
	return readCSV(file, options)
}

// cannotRead describes an error of the operating system, without the path it carries.
func cannotRead(err error) *FileError {
	reason := err
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		reason = pathError.Err
	}
	fix := "check its permissions and copy it again"
	if errors.Is(err, fs.ErrNotExist) {
		fix = "check the path"
	}
	return &FileError{Fault: fmt.Sprintf("cannot be read: %v", reason), Fix: fix, Cause: err}
}

// finish completes points that were read: classes from the labels, one cluster per class if clusters is nil, and the
// checks of [Points.Validate].
func finish(points *Points) (*Points, error) {
	if points.Clusters == nil {
		points.Clusters = append([]int{}, points.Labels...)
	}
	for _, label := range points.Labels {
		points.Classes = max(points.Classes, label+1)
	}
	if err := points.Validate(); err != nil {
		return nil, err
	}
	return points, nil
}

// integer returns the whole number nearest to value if it is one and could number rows, and whether it is.
func integer(value float64) (int, bool) {
	if value != math.Trunc(value) || math.Abs(value) > math.MaxInt32 {
		return 0, false
	}
	return int(value), true
}

// idFault returns the fault and the fix of a label or cluster id that is not an integer.
func idFault(column int, text string) (fault, fix string) {
	if column == ClusterColumn {
		return fmt.Sprintf("cluster id %s is not an integer", text), "number the clusters 0, 1, 2, ..."
	}
	return fmt.Sprintf("label %s is not an integer", text), "number the classes 0, 1, 2, ..."
}

// number parses a field of a CSV file; what is no number at all comes back as NaN.
func number(field string) float64 {
	value, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return math.NaN()
	}
	return value
}
