package files

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"gonum.org/v1/gonum/mat"
)

// pointArrays are the arrays that [ReadPoints] reads.
var pointArrays = []string{"inputs", "labels", "clusters"}

// readArchive reads points from a .npz file of the given size in bytes, as described at [ReadPointsWith]. Other arrays in the file
// are ignored, unless a name looks like a misspelling of these.
func readArchive(reader io.ReaderAt, size int64) (*data.Points, error) {
	arrays, unread, err := npy.DecodeKnown(reader, size)
	if err != nil {
		return nil, archiveFault(err)
	}
	names := slices.Sorted(maps.Keys(arrays))
	for _, wanted := range pointArrays {
		has, err := hasArray(arrays, unread, wanted)
		if err != nil {
			return nil, err
		}
		if !has && wanted != "clusters" {
			return nil, &data.FileError{Fault: fmt.Sprintf("has no array %q (but %q)", wanted, names), Fix: savezLine(names)}
		}
	}
	inputs := arrays["inputs"]
	if len(inputs.Shape) != 2 {
		fix := "reshape it with inputs.reshape(len(inputs), -1)"
		return nil, &data.FileError{Fault: fmt.Sprintf("array \"inputs\" has %d axes, not 2", len(inputs.Shape)), Fix: fix}
	}
	samples, dimension := inputs.Shape[0], inputs.Shape[1]
	if samples == 0 || dimension == 0 {
		return nil, &data.FileError{Fault: fmt.Sprintf("array \"inputs\" is empty (%d x %d)", samples, dimension),
			Fix: "give at least one row and one input column"}
	}
	if inputs.Text != nil {
		return nil, &data.FileError{Fault: `array "inputs" is text`, Fix: "convert it with inputs.astype('<f8'), without the columns that are no numbers"}
	}
	points := &data.Points{Inputs: mat.NewDense(samples, dimension, inputs.Float64s()), Origin: &data.Origin{Ignored: otherArrays(arrays, unread, pointArrays)}} // S x D
	labels, err := readIDs(arrays["labels"], "labels", samples, data.LabelColumn)
	if err != nil {
		return nil, err
	}
	var groups *ids
	if clusters, ok := arrays["clusters"]; ok {
		if groups, err = readIDs(clusters, "clusters", samples, data.ClusterColumn); err != nil {
			return nil, err
		}
	}
	return finish(points, labels, groups)
}

// hasArray reports whether an archive has an array.
//
// Errors: an array of an unsupported type, or one with a similar name.
func hasArray(arrays map[string]array.Array, unread map[string]error, wanted string) (bool, error) {
	if _, ok := arrays[wanted]; ok {
		return true, nil
	}
	if err := unread[wanted]; err != nil {
		return false, archiveFault(err)
	}
	if similar := similarName(slices.Sorted(maps.Keys(arrays)), wanted); similar != "" {
		return false, &data.FileError{Fault: fmt.Sprintf("has an array %q but none named %q", similar, wanted), Fix: fmt.Sprintf("rename it to %q", wanted)}
	}
	return false, nil
}

// otherArrays returns the names of the unused arrays of an archive.
func otherArrays(arrays map[string]array.Array, unread map[string]error, used []string) []string {
	all := slices.Concat(slices.Sorted(maps.Keys(arrays)), slices.Sorted(maps.Keys(unread)))
	return slices.DeleteFunc(all, func(name string) bool { return slices.Contains(used, name) })
}

// archiveFault describes an error of an archive, whose text already includes the fix.
func archiveFault(err error) *data.FileError {
	fault, fix, _ := strings.Cut(strings.TrimPrefix(err.Error(), "npy: "), "; ")
	return &data.FileError{Fault: fault, Fix: fix, Cause: err}
}

// savezLine returns the call that saves the arrays with the given names under the expected names, for names that other programs
// give to inputs and labels.
func savezLine(names []string) string {
	guess := func(usual ...string) string {
		for _, usual := range usual {
			if slices.Contains(names, usual) {
				return fmt.Sprintf("file[%q]", usual)
			}
		}
		return "..."
	}
	return fmt.Sprintf("save it with numpy.savez(path, inputs=%s, labels=%s)", guess("inputs", "X", "x", "data", "features", "X_train", "x_train", "points", "samples"),
		guess("labels", "y", "Y", "target", "targets", "y_train", "classes", "class"))
}

// readIDs collects an array of one entry per sample, S or S x 1.
func readIDs(array array.Array, name string, samples, column int) (*ids, error) {
	shape := array.Shape
	if len(shape) == 2 && shape[1] == 1 {
		shape = shape[:1]
	}
	if len(shape) != 1 || shape[0] != samples {
		fix := "give it one axis with one entry per row"
		if len(shape) == 2 && shape[0] == samples {
			fix = fmt.Sprintf("if its rows mark the class among %d columns: %s.argmax(axis=1)", shape[1], name)
		}
		return nil, &data.FileError{Fault: fmt.Sprintf("array %q has shape %v, but there are %d rows of inputs", name, array.Shape, samples), Fix: fix}
	}
	collected := newIDs(column)
	switch {
	case array.Text != nil:
		for _, text := range array.Text {
			collected.add(text)
		}
	case array.Int64 != nil:
		for _, value := range array.Int64 {
			collected.add(strconv.FormatInt(value, 10))
		}
	default:
		for _, value := range array.Float64s() {
			collected.add(strconv.FormatFloat(value, 'g', -1, 64))
		}
	}
	return collected, nil
}
