package machine

import (
	"fmt"

	"gorgonia.org/tensor"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// codeTranspose swaps rows and columns.
var codeTranspose = &opcode{
	name:   "transpose",
	single: (*emitter[float32]).transpose,
	double: (*emitter[float64]).transpose,
}

func (e *emitter[T]) transpose(in *instruction) step {
	dst, src := e.slot(in.out), e.slot(in.args[0])
	rows, columns := in.args[0].shape[0], in.args[0].shape[1]
	return func() error {
		kernel.Transpose(dst.data, rows, src.data, columns, rows, columns)
		return nil
	}
}

// codePermute is any permutation of axes.
var codePermute = &opcode{
	name:   "permute",
	single: (*emitter[float32]).permute,
	double: (*emitter[float64]).permute,
	detail: func(in *instruction) string { return fmt.Sprintf(" to %v", in.pattern) },
}

// permute emits a copy with the axes in another order: axis i of the result is axis pattern[i] of the operand.
func (e *emitter[T]) permute(in *instruction) step {
	dst, src := e.slot(in.out), e.slot(in.args[0])
	from := in.args[0].shape
	strides := make([]int, len(from))
	for i := range strides {
		strides[i] = product(from[in.pattern[i]+1:])
	}
	shape, index := in.out.shape, make([]int, len(from))
	return func() error {
		clear(index)
		at := 0
		for i := range dst.data {
			dst.data[i] = src.data[at]
			at = advance(index, shape, strides, at)
		}
		return nil
	}
}

// advance moves index to the next element, row by row, and returns its position by the strides.
func advance(index, shape, strides []int, at int) int {
	for axis := len(index) - 1; axis >= 0; axis-- {
		index[axis]++
		at += strides[axis]
		if index[axis] < shape[axis] {
			return at
		}
		at -= index[axis] * strides[axis]
		index[axis] = 0
	}
	return at
}

// bounds returns the bounds of a slice, which gorgonia.UnsafeLet may have changed since compiling.
func (in *instruction) bounds() (start, step int, err error) {
	s := in.operation.(tensor.Slice)
	if !validSlice(s, in.middle) || sliceLength(s) != in.times {
		return 0, 0, fmt.Errorf("slice %d:%d:%d of %d does not have the length %d it had when the graph was compiled",
			s.Start(), s.End(), s.Step(), in.middle, in.times)
	}
	return s.Start(), sliceStep(s), nil
}

// codeSlice is a part along one axis.
var codeSlice = &opcode{
	name:   "slice",
	single: (*emitter[float32]).slice,
	double: (*emitter[float64]).slice,
}

// slice emits a copy of a part along the middle of (outer, middle, inner).
func (e *emitter[T]) slice(in *instruction) step {
	dst, src := e.slot(in.out), e.slot(in.args[0])
	outer, middle, inner, length := in.outer, in.middle, in.inner, in.times
	return func() error {
		start, stride, err := in.bounds()
		if err != nil {
			return err
		}
		for i := range outer {
			for j := range length {
				from := (i*middle + start + j*stride) * inner
				copy(dst.data[(i*length+j)*inner:][:inner], src.data[from:])
			}
		}
		return nil
	}
}

// codeSliceGradient is zeros except for a part along one axis.
var codeSliceGradient = &opcode{
	name:   "slice gradient",
	single: (*emitter[float32]).sliceGradient,
	double: (*emitter[float64]).sliceGradient,
}

// sliceGradient emits zeros with the operand at the position of a slice.
func (e *emitter[T]) sliceGradient(in *instruction) step {
	dst, src := e.slot(in.out), e.slot(in.args[0])
	outer, middle, inner, length := in.outer, in.middle, in.inner, in.times
	return func() error {
		start, stride, err := in.bounds()
		if err != nil {
			return err
		}
		clear(dst.data)
		for i := range outer {
			for j := range length {
				to := (i*middle + start + j*stride) * inner
				copy(dst.data[to:to+inner], src.data[(i*length+j)*inner:])
			}
		}
		return nil
	}
}

// codeConcatenate concatenates the operands along an axis.
var codeConcatenate = &opcode{
	name:   "concatenate",
	single: (*emitter[float32]).concatenate,
	double: (*emitter[float64]).concatenate,
}

// concatenate emits the concatenation of the operands along the middle of (outer, middle, inner).
func (e *emitter[T]) concatenate(in *instruction) step {
	dst := e.slot(in.out)
	row := in.out.size / in.outer
	var parts []*slot[T]
	for _, v := range in.args {
		parts = append(parts, e.slot(v))
	}
	outer := in.outer
	return func() error {
		at := 0
		for _, part := range parts {
			width := len(part.data) / outer
			for i := range outer {
				copy(dst.data[i*row+at:][:width], part.data[i*width:])
			}
			at += width
		}
		return nil
	}
}
