package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
)

// ReadOptions gives the layout of a file of points where the file itself does not.
type ReadOptions struct {
	Headerless  bool `yaml:"headerless" help:"whether the first line of a table already holds a point; every column but label_column is an input then"`
	LabelColumn int  `yaml:"label_column" help:"column of the labels in a table without header, from 0; negative counts from the end, -1 is the last" range:"any whole number"`
}

// DefaultReadOptions returns the layout with a header. If Headerless is then set, labels are in the last column.
func DefaultReadOptions() ReadOptions { return ReadOptions{Headerless: false, LabelColumn: -1} }

// ReadPoints returns the points stored in a .npz, .csv or .tsv file, with a header if it is a table. It is
// [ReadPointsWith] the [DefaultReadOptions].
func ReadPoints(path string) (*data.Points, error) { return ReadPointsWith(path, DefaultReadOptions()) }

// ReadPointsWith returns the points stored in a file, checked by [data.Points.Validate], with their [data.Origin].
//
// A .npz file holds the arrays inputs (S x D, any number type), labels (S) and, if you have them, clusters (S). A .csv
// or .tsv file, which may be compressed as .csv.gz or .tsv.gz, has a header with a column "label" and, if you have them,
// "cluster"; every other column is an input, in the order of the file. Columns are separated by commas, tabs or semicolons, as
// determined from the first line; with tabs or semicolons numbers may have decimal commas.
//
// Labels and cluster ids are integers, which may be written as 3 or 3.0, or text. Unless they are 0..C-1 already they are numbered
// in order, numbers by value and text by its bytes, and [data.Origin] keeps their names. Without cluster ids, every class is one
// cluster.
//
// These are errors: a column without a name, or called id or index, that numbers the rows, since a leaked order of the classes
// makes any task trivial; two columns with the same name; text among the inputs; missing values; a mixture of decimal commas and
// decimal points.
//
// Errors are one line with file, place and fix: a [*data.PointError] for a fault of one value (rows of a table are
// counted as an editor does, from 1 and with the header; elements of arrays as NumPy does, from 0), otherwise a [*data.FileError].
func ReadPointsWith(path string, options ReadOptions) (*data.Points, error) {
	points, err := readFile(path, options)
	if err == nil {
		points.Origin.File = path
		return points, nil
	}
	return nil, inFile(err, path)
}

// inFile adds the file's path to an error of reading it.
func inFile(err error, path string) error {
	var point *data.PointError
	if errors.As(err, &point) {
		point.File = path
		return point
	}
	var file *data.FileError
	if errors.As(err, &file) {
		file.File = path
		return file
	}
	// The remaining errors name neither file nor place; they start with the prefix of package data.
	return fmt.Errorf("data: %s: %s", path, strings.TrimPrefix(err.Error(), "data: "))
}

// readFile opens the file and reads it by its extension. Its errors need not name the file.
func readFile(path string, options ReadOptions) (*data.Points, error) {
	name, isCompressed := strings.CutSuffix(strings.ToLower(path), ".gz")
	isArchive := strings.HasSuffix(name, ".npz") && !isCompressed
	if !isArchive && !strings.HasSuffix(name, ".csv") && !strings.HasSuffix(name, ".tsv") {
		return nil, unknownKind(name)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, cannotRead(err)
	}
	defer file.Close() // opened for reading: closing cannot lose data
	info, err := file.Stat()
	if err != nil {
		return nil, cannotRead(err)
	}
	if info.IsDir() {
		return nil, &data.FileError{Fault: "is a folder", Fix: "give the file of points in it"}
	}
	digest := ""
	if info.Mode().IsRegular() {
		if digest, err = digestOf(file); err != nil {
			return nil, err
		}
	}
	var points *data.Points
	switch {
	case isArchive:
		points, err = readArchive(file, info.Size())
	case isCompressed:
		points, err = readCompressedCSV(file, options)
	default:
		points, err = readCSV(file, options)
	}
	if err != nil {
		return nil, err
	}
	points.Origin.SHA256 = digest
	return points, nil
}

// unknownKind describes an unsupported kind of file, by its name in lower case.
func unknownKind(name string) *data.FileError {
	fix := "give points as .npz, .csv or .tsv (the tables also as .csv.gz, .tsv.gz)"
	for _, other := range []struct{ suffixes, fix string }{
		{".xlsx .xls .ods", "save the sheet as CSV UTF-8"},
		{".npy", "save inputs and labels in one file: numpy.savez(path, inputs=..., labels=...)"},
		{".parquet .feather .arrow .pkl .pickle .h5 .hdf5", "save it from pandas: df.to_csv(path, index=False)"},
		{".rds .rdata", "save it from R: write.csv(frame, path, row.names = FALSE)"},
		{".mat", "save it from MATLAB: writetable(table, 'points.csv')"},
	} {
		for suffix := range strings.FieldsSeq(other.suffixes) {
			if strings.HasSuffix(name, suffix) {
				fix = other.fix
			}
		}
	}
	return &data.FileError{Fault: "unknown kind of file", Fix: fix}
}

// cannotRead describes an error of the operating system, without the path in it.
func cannotRead(err error) *data.FileError {
	reason := err
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		reason = pathError.Err
	}
	fix := "check its permissions and copy it again"
	if errors.Is(err, fs.ErrNotExist) {
		fix = "check the path"
		if pathError != nil && !filepath.IsAbs(pathError.Path) {
			if place, err := filepath.Abs(pathError.Path); err == nil {
				fix = "it was looked for as " + place + "; check the path, or start in the folder that it is relative to"
			}
		}
	}
	return &data.FileError{Fault: fmt.Sprintf("cannot be read: %v", reason), Fix: fix, Cause: err}
}

// finish completes points after reading: their names, one cluster per class if clusters is nil, and the checks of
// [data.Points.Validate].
func finish(points *data.Points, labels, clusters *ids) (*data.Points, error) {
	var err error
	if points.Labels, points.Origin.Classes, err = labels.number(); err != nil {
		return nil, err
	}
	for _, label := range points.Labels {
		points.Classes = max(points.Classes, label+1)
	}
	if clusters == nil {
		points.Clusters = append([]int{}, points.Labels...)
		points.Origin.Clusters = points.Origin.Classes
	} else if points.Clusters, points.Origin.Clusters, err = clusters.number(); err != nil {
		return nil, err
	}
	points.FileRows = make([]int, len(points.Labels))
	for row := range points.FileRows {
		points.FileRows[row] = row
	}
	if err := points.Validate(); err != nil {
		return nil, err
	}
	return points, nil
}
