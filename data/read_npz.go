package data

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data/npy"
)

// readArchive reads points from a .npz file of the given size in bytes, as [ReadPointsWith] describes. Other arrays in
// the file are ignored, unless one looks like a misspelt name of those.
func readArchive(reader io.ReaderAt, size int64) (*Points, error) {
	arrays, err := npy.DecodeArchive(reader, size)
	if err != nil {
		// The text of these errors carries the fix already.
		fault, fix, _ := strings.Cut(strings.TrimPrefix(err.Error(), "npy: "), "; ")
		return nil, &FileError{Fault: fault, Fix: fix, Cause: err}
	}
	names := slices.Sorted(maps.Keys(arrays))
	for _, wanted := range []string{"inputs", "labels", "clusters"} {
		if _, ok := arrays[wanted]; ok {
			continue
		}
		if similar := similarName(names, wanted); similar != "" {
			return nil, &FileError{Fault: fmt.Sprintf("has an array %q but none named %q", similar, wanted),
				Fix: fmt.Sprintf("rename it to %q", wanted)}
		}
		if wanted != "clusters" {
			return nil, &FileError{Fault: fmt.Sprintf("has no array %q (but %q)", wanted, names),
				Fix: "save it with numpy.savez(path, inputs=..., labels=...)"}
		}
	}
	inputs := arrays["inputs"]
	if len(inputs.Shape) != 2 {
		fix := "reshape it with inputs.reshape(len(inputs), -1)"
		return nil, &FileError{Fault: fmt.Sprintf("array \"inputs\" has %d axes, not 2", len(inputs.Shape)), Fix: fix}
	}
	samples, dimension := inputs.Shape[0], inputs.Shape[1]
	if samples == 0 || dimension == 0 {
		return nil, &FileError{Fault: fmt.Sprintf("array \"inputs\" is empty (%d x %d)", samples, dimension),
			Fix: "give at least one row and one input column"}
	}
	points := &Points{Inputs: mat.NewDense(samples, dimension, inputs.Float64s())} // S x D
	if points.Labels, err = readIDs(arrays["labels"], "labels", samples, LabelColumn); err != nil {
		return nil, err
	}
	if clusters, ok := arrays["clusters"]; ok {
		if points.Clusters, err = readIDs(clusters, "clusters", samples, ClusterColumn); err != nil {
			return nil, err
		}
	}
	return finish(points)
}

// readIDs returns an array of one integer per sample.
func readIDs(array npy.Array, name string, samples, column int) ([]int, error) {
	if len(array.Shape) != 1 || array.Shape[0] != samples {
		return nil, &FileError{Fault: fmt.Sprintf("array %q has shape %v, but there are %d rows of inputs", name, array.Shape, samples),
			Fix: "give it one axis with one integer per row"}
	}
	ids := make([]int, samples)
	for row, value := range array.Float64s() {
		id, ok := integer(value)
		if !ok {
			fault, fix := idFault(column, strconv.FormatFloat(value, 'g', -1, 64))
			return nil, &PointError{Row: row, Column: column, Fault: fault, Fix: fix}
		}
		ids[row] = id
	}
	return ids, nil
}
