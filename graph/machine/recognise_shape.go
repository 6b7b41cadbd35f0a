package machine

import (
	"strings"

	"gorgonia.org/tensor"
)

func (r *request) reshape() *instruction {
	if len(r.args) != 1 || r.args[0].size != r.out.size {
		return nil
	}
	return &instruction{code: codeReshape}
}

// repeat recognises Repeat0, Repeat1, ...: every slice along the axis is repeated several times in a row.
func (r *request) repeat() *instruction {
	axis, ok := r.integer("along")
	if !ok || len(r.args) != 2 || r.args[0].size == 0 || r.out.size%r.args[0].size != 0 {
		return nil
	}
	times := r.out.size / r.args[0].size
	if !r.args[1].isNumber(float64(times)) {
		return nil
	}
	if size1(r.args[0]) {
		return &instruction{code: codeRepeat, args: r.args[:1], outer: 1, times: times, inner: 1}
	}
	in := &instruction{code: codeRepeat, args: r.args[:1], outer: 1, times: times, inner: 1}
	for i, n := range r.args[0].shape {
		if i <= axis {
			in.outer *= n
		} else {
			in.inner *= n
		}
	}
	return in
}

// reduce recognises sums and maxima over adjacent axes.
func (r *request) reduce() *instruction {
	along, ok := r.integers("along")
	if !ok || len(r.args) != 1 {
		return nil
	}
	in := &instruction{code: codeSum}
	if strings.HasPrefix(r.text, "Max") {
		in.code = codeMaximum
	}
	shape := r.args[0].shape
	reduced := make([]bool, len(shape))
	for _, axis := range along {
		if axis < 0 || axis >= len(shape) || reduced[axis] {
			return nil
		}
		reduced[axis] = true
	}
	if len(along) == 0 {
		for i := range reduced {
			reduced[i] = true
		}
	}
	in.outer, in.middle, in.inner = 1, 1, 1
	stage := 0 // before, in and after the reduced axes
	for i, n := range shape {
		switch {
		case reduced[i] && stage < 2:
			stage = 1
			in.middle *= n
		case reduced[i]:
			return nil
		case stage == 0:
			in.outer *= n
		default:
			stage = 2
			in.inner *= n
		}
	}
	if in.outer*in.inner != r.out.size {
		return nil
	}
	return in
}

func (r *request) softmax() *instruction {
	axis, okAxis := r.integer("axis")
	logarithm, okLog := r.boolean("isLog")
	if !okAxis || !okLog || len(r.args) == 0 {
		return nil
	}
	shape := r.out.shape
	in := &instruction{code: codeSoftmax, logarithm: logarithm}
	switch {
	case len(r.args) == 3: // the input, which is not needed, the softmax, and the incoming gradient
		in.code, in.args = codeSoftmaxGradient, r.args[1:]
		if axis < 0 {
			axis += len(shape)
		}
	case axis == -1 && len(shape) == 2 && shape[1] == 1:
		axis = 0 // Gorgonia treats a column as a vector
	case axis == -1:
		axis = len(shape) - 1
	}
	if len(r.args) != 1 && len(r.args) != 3 || axis < 0 || axis >= len(shape) {
		return nil
	}
	for _, v := range r.args {
		if v.size != r.out.size {
			return nil
		}
	}
	in.outer, in.middle, in.inner = product(shape[:axis]), shape[axis], product(shape[axis+1:])
	return in
}

func (r *request) transpose() *instruction {
	pattern, ok := r.integers("pattern")
	if !ok || len(r.args) != 1 || len(pattern) != len(r.args[0].shape) || r.args[0].size != r.out.size {
		return nil
	}
	if len(pattern) == 2 && pattern[0] == 1 && pattern[1] == 0 {
		return &instruction{code: codeTranspose}
	}
	return &instruction{code: codePermute, pattern: pattern}
}

// slice recognises one slice along one axis and its gradient. The bounds are read in every run, because gorgonia.UnsafeLet can change them.
func (r *request) slice() *instruction {
	axis, ok := r.integer("along")
	bounds, isSlice := r.operation.(tensor.Slice)
	field, hasSlice := r.field("Slice")
	if !ok || !isSlice || !hasSlice || len(r.args) == 0 {
		return nil
	}
	if field.IsNil() { // everything
		if len(r.args) != 1 || r.args[0].size != r.out.size {
			return nil
		}
		return &instruction{code: codeReshape}
	}
	in := &instruction{code: codeSlice, operation: r.operation}
	shape, part := r.args[0].shape, r.out
	if strings.HasSuffix(r.text, "+=...") {
		if len(r.args) != 2 {
			return nil
		}
		in.code, in.args, part = codeSliceGradient, r.args[1:], r.args[1]
	}
	if axis < 0 || axis >= len(shape) || !validSlice(bounds, shape[axis]) {
		return nil
	}
	in.outer, in.middle, in.inner = product(shape[:axis]), shape[axis], product(shape[axis+1:])
	in.times = sliceLength(bounds)
	if in.outer*in.times*in.inner != part.size {
		return nil
	}
	return in
}

func validSlice(s tensor.Slice, size int) bool {
	return s.Start() >= 0 && s.End() > s.Start() && s.End() <= size && s.Step() >= 0
}

// sliceStep is the distance between the indices of a slice; Gorgonia gives a slice of one element the step 0.
func sliceStep(s tensor.Slice) int { return max(s.Step(), 1) }

// sliceLength is the number of indices of a slice.
func sliceLength(s tensor.Slice) int { return (s.End() - s.Start() + sliceStep(s) - 1) / sliceStep(s) }

func (r *request) concatenate() *instruction {
	axis, ok := r.integer("axis")
	if !ok || len(r.args) == 0 || axis < 0 || axis >= len(r.out.shape) {
		return nil
	}
	in := &instruction{code: codeConcatenate}
	in.outer, in.inner = product(r.out.shape[:axis]), product(r.out.shape[axis+1:])
	total := 0
	for _, v := range r.args {
		if len(v.shape) != len(r.out.shape) || product(v.shape[:axis]) != in.outer {
			return nil
		}
		total += v.size
	}
	if total != r.out.size {
		return nil
	}
	return in
}
