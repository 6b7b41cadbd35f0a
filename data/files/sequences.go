package files

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"gonum.org/v1/gonum/mat"
)

// sequenceArrays are the arrays that [ReadSequences] reads.
var sequenceArrays = []string{"inputs", "labels", "targets", "mask", "lengths", "conditions"}

// ReadSequences returns the sequences in a .npz file with the arrays
//
//	inputs      S x T x D
//	labels      S, classes as integers or text, or
//	targets     S x T x C, values
//	mask        S x T weights of what is asked, 0 or more; without it, classes at the last time of each sequence, values at all times
//	lengths     S numbers of steps, from 1 to T; without it, T
//	conditions  S integers or texts; without it, the labels
//
// of which inputs and one of labels and targets are required. With targets, labels only name the samples. Values after the end of a
// sequence, and targets with a mask of 0, are ignored and may be NaN; inputs with a mask of 0 are seen by the network and have to
// be numbers. T is at most [data.LongestSequence].
//
// Errors are one line with file, place and fix: [*data.FileError] or [*data.PointError].
func ReadSequences(path string) (*data.Sequences, error) {
	q, err := readSequences(path)
	var point *data.PointError
	if errors.As(err, &point) && point.Column == data.ClusterColumn {
		point.Place = fmt.Sprintf("conditions[%d]", point.Row)
	}
	if err != nil {
		return nil, inFile(err, path)
	}
	q.Origin.File = path
	return q, nil
}

func readSequences(path string) (*data.Sequences, error) {
	if !strings.HasSuffix(strings.ToLower(path), ".npz") {
		return nil, &data.FileError{Fault: "its name does not end in .npz", Fix: "save sequences with numpy.savez(path, inputs=..., labels=...)"}
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
	if !info.Mode().IsRegular() {
		return nil, &data.FileError{Fault: "is no regular file", Fix: "give an .npz file"}
	}
	digest, err := digestOf(file)
	if err != nil {
		return nil, err
	}
	arrays, unread, err := npy.DecodeKnown(file, info.Size())
	if err != nil {
		return nil, archiveFault(err)
	}
	q, err := sequencesOf(arrays, unread)
	if err != nil {
		return nil, err
	}
	q.Origin.SHA256 = digest
	return q, nil
}

// sequencesOf combines the arrays of a file and checks them.
func sequencesOf(arrays map[string]array.Array, unread map[string]error) (*data.Sequences, error) {
	present := slices.Sorted(maps.Keys(arrays))
	for _, wanted := range sequenceArrays {
		if _, err := hasArray(arrays, unread, wanted); err != nil {
			return nil, err
		}
	}
	_, labelled := arrays["labels"]
	targets, valued := arrays["targets"]
	if _, ok := arrays["inputs"]; !ok || !labelled && !valued {
		return nil, &data.FileError{Fault: fmt.Sprintf("has the arrays %q", present), Fix: "save inputs (S x T x D) with labels (S) or targets (S x T x C)"}
	}
	q := &data.Sequences{Origin: &data.Origin{Ignored: otherArrays(arrays, unread, sequenceArrays)}}
	inputs, err := threeAxes(arrays["inputs"], "inputs", nil)
	if err != nil {
		return nil, err
	}
	samples, steps := inputs.Shape[0], inputs.Shape[1]
	if steps > data.LongestSequence {
		return nil, &data.FileError{Fault: fmt.Sprintf("its sequences have %d steps", steps), Fix: fmt.Sprintf("bin or cut them to at most %d", data.LongestSequence)}
	}
	if err := readWeights(q, arrays, samples, steps, valued); err != nil {
		return nil, err
	}
	ends := func(time, row int) bool { return q.Lengths == nil || time < q.Lengths[row] }
	if q.Inputs, err = byTime(inputs, "inputs", ends); err != nil {
		return nil, err
	}
	if valued {
		if targets, err = threeAxes(targets, "targets", inputs.Shape[:2]); err != nil {
			return nil, err
		}
		asked := func(time, row int) bool { return q.Masks == nil || q.Masks[time][row] > 0 }
		if q.Targets, err = byTime(targets, "targets", asked); err != nil {
			return nil, err
		}
	}
	return q, readKinds(q, arrays, samples)
}

// threeAxes checks the shape of an array; its first axes must be those given, if any.
func threeAxes(array array.Array, name string, first []int) (array.Array, error) {
	wanted := "S x T x D"
	if first != nil {
		wanted = fmt.Sprintf("%d x %d x C", first[0], first[1])
	}
	switch {
	case array.Text != nil:
		return array, &data.FileError{Fault: fmt.Sprintf("array %q is text", name), Fix: "convert it to numbers"}
	case len(array.Shape) != 3 || slices.Contains(array.Shape, 0) || first != nil && !slices.Equal(array.Shape[:2], first):
		return array, &data.FileError{Fault: fmt.Sprintf("array %q has shape %v", name, array.Shape), Fix: fmt.Sprintf("give it the shape %s; a single value a step has the shape (S, T, 1)", wanted)}
	}
	return array, nil
}

// byTime splits S x T x D into T of S x D. Values for which counts is false are 0, all others have to be finite.
func byTime(array array.Array, name string, counts func(time, row int) bool) ([]*mat.Dense, error) {
	samples, steps, width := array.Shape[0], array.Shape[1], array.Shape[2]
	values := array.Float64s()
	times := make([]*mat.Dense, steps)
	for time := range times {
		times[time] = mat.NewDense(samples, width, nil)
		for row := range samples {
			if !counts(time, row) {
				continue
			}
			from := values[(row*steps+time)*width:][:width]
			for i, value := range from {
				if math.IsNaN(value) || math.Abs(value) > 1e30 {
					return nil, &data.FileError{Fault: fmt.Sprintf("%s[%d, %d, %d] is %g", name, row, time, i, value),
						Fix: "impute it, scale it to order 1, " + uncounted(name, row, time)}
				}
			}
			times[time].SetRow(row, from)
		}
	}
	return times, nil
}

// uncounted returns how a file can exclude a value: inputs only by the end of the sequence, since the network sees them whatever is
// asked, targets also by the mask.
func uncounted(name string, row, time int) string {
	switch {
	case name == "targets":
		return fmt.Sprintf("or set mask[%d, %d] = 0", row, time)
	case time == 0:
		return "or remove the sequence; mask covers targets, not inputs"
	}
	return fmt.Sprintf("or end the sequence before it by lengths[%d] = %d; mask covers targets, not inputs", row, time)
}

// readWeights reads lengths and mask, and sets the masks that follow from both.
func readWeights(q *data.Sequences, arrays map[string]array.Array, samples, steps int, valued bool) error {
	if array, ok := arrays["lengths"]; ok {
		if !slices.Equal(array.Shape, []int{samples}) || array.Text != nil {
			return &data.FileError{Fault: fmt.Sprintf("array \"lengths\" has shape %v", array.Shape), Fix: fmt.Sprintf("give it %d numbers of steps", samples)}
		}
		for row, length := range array.Float64s() {
			if !(length >= 1 && length <= float64(steps)) || length != math.Trunc(length) {
				return &data.FileError{Fault: fmt.Sprintf("lengths[%d] is %g", row, length), Fix: fmt.Sprintf("give a whole number from 1 to %d", steps)}
			}
			q.Lengths = append(q.Lengths, int(length))
		}
	}
	array, masked := arrays["mask"]
	if masked && (!slices.Equal(array.Shape, []int{samples, steps}) || array.Text != nil) {
		return &data.FileError{Fault: fmt.Sprintf("array \"mask\" has shape %v", array.Shape), Fix: fmt.Sprintf("give it the shape %d x %d", samples, steps)}
	}
	if !masked && q.Lengths == nil {
		return nil
	}
	q.Masks = make([][]float64, steps)
	for time := range q.Masks {
		q.Masks[time] = make([]float64, samples)
	}
	weights := array.Float64s()
	for row := range samples {
		length, sum := steps, 0.0
		if q.Lengths != nil {
			length = q.Lengths[row]
		}
		for time := range length {
			weight := 1.0
			switch {
			case masked:
				weight = weights[row*steps+time]
			case !valued && time < length-1:
				weight = 0
			}
			if !(weight >= 0 && weight <= 1e6) {
				return &data.FileError{Fault: fmt.Sprintf("mask[%d, %d] is %g", row, time, weight), Fix: "give weights from 0 to 1e6"}
			}
			q.Masks[time][row] = weight
			sum += weight
		}
		if sum == 0 {
			return &data.FileError{Fault: fmt.Sprintf("nothing is asked of sequence %d: its mask is 0 at all its %d times", row, length), Fix: "remove the sequence, or mark a time"}
		}
	}
	return nil
}

// readKinds reads labels and conditions.
func readKinds(q *data.Sequences, arrays map[string]array.Array, samples int) error {
	q.Labels, q.Classes = make([]int, samples), 1
	var err error
	if array, ok := arrays["labels"]; ok {
		if q.Labels, q.Origin.Classes, err = numbered(array, "labels", samples, data.LabelColumn); err != nil {
			return err
		}
		q.Classes = slices.Max(q.Labels) + 1
	}
	if q.Targets == nil && q.Classes < 2 {
		return &data.FileError{Fault: fmt.Sprintf("all %d sequences are of one class", samples), Fix: "give sequences of at least two classes, or targets"}
	}
	q.Conditions, q.Origin.Clusters = q.Labels, q.Origin.Classes
	array, ok := arrays["conditions"]
	if !ok {
		return nil
	}
	if q.Conditions, q.Origin.Clusters, err = numbered(array, "conditions", samples, data.ClusterColumn); err != nil {
		return err
	}
	first := map[int]int{} // row of each condition
	for row, condition := range q.Conditions {
		if before, seen := first[condition]; !seen {
			first[condition] = row
		} else if q.Labels[before] != q.Labels[row] {
			return &data.FileError{Fault: fmt.Sprintf("sequences %d and %d are of one condition and of two classes", before, row),
				Fix: "give all sequences of a condition one label, or split the condition"}
		}
	}
	return nil
}

func numbered(array array.Array, name string, samples, column int) ([]int, []string, error) {
	collected, err := readIDs(array, name, samples, column)
	if err != nil {
		return nil, nil, err
	}
	return collected.number()
}
