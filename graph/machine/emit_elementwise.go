package machine

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// codeCopy is a copy in separate memory.
var codeCopy = &opcode{
	name:   "copy",
	single: (*emitter[float32]).copied,
	double: (*emitter[float64]).copied,
}

func (e *emitter[T]) copied(in *instruction) step {
	dst, src := e.slot(in.out), e.slot(in.args[0])
	return func() error { copy(dst.data, src.data); return nil }
}

// codeUnary is a function of every element.
var codeUnary = &opcode{
	name:       "unary",
	single:     (*emitter[float32]).unary,
	double:     (*emitter[float64]).unary,
	overwrites: overwritesFirst,
}

func (e *emitter[T]) unary(in *instruction) step {
	f, dst, x := unary[T](in.function), e.slot(in.out), e.slot(in.args[0])
	return func() error { f(dst.data, x.data); return nil }
}

// codeBinary is a function of two elements; spans say how an operand is repeated.
var codeBinary = &opcode{
	name:       "binary",
	single:     (*emitter[float32]).binary,
	double:     (*emitter[float64]).binary,
	overwrites: wholeOperands,
}

// wholeOperands are the operands of a binary function that are neither repeated nor single numbers.
func wholeOperands(in *instruction) (list []int) {
	for k, v := range in.args {
		if v.size == in.out.size && in.spans[k] == whole {
			list = append(list, k)
		}
	}
	return list
}

// binary emits a function of two elements. An operand is as large as the result, one number, or repeated by its span.
func (e *emitter[T]) binary(in *instruction) step {
	f := binary[T](in.function)
	a, b := in.args[0], in.args[1]
	dst := e.slot(in.out)
	switch {
	case b.kind == constant && b.uniform && in.out.size > 1:
		x, number := e.slot(a), T(b.number)
		if in.spans[0] == whole {
			return func() error { f.right(dst.data, x.data, number); return nil }
		}
	case a.kind == constant && a.uniform && in.out.size > 1:
		x, number := e.slot(b), T(a.number)
		if in.spans[1] == whole {
			return func() error { f.left(dst.data, number, x.data); return nil }
		}
	}
	x, y := e.slot(a), e.slot(b)
	switch {
	case in.spans[0] == whole && in.spans[1] == whole:
		return func() error { f.both(dst.data, x.data, y.data); return nil }
	case in.spans[0] == whole && size1(b):
		return func() error { f.right(dst.data, x.data, y.data[0]); return nil }
	case in.spans[1] == whole && size1(a):
		return func() error { f.left(dst.data, x.data[0], y.data); return nil }
	case in.spans[0] == whole:
		return repeatRight(f, dst, x, y, in.spans[1])
	case in.spans[1] == whole:
		return repeatLeft(f, dst, x, y, in.spans[0])
	}
	// Both are repeated, which happens only with a constant operand or two small ones.
	return func() error {
		for i := range dst.data {
			f.both(dst.data[i:i+1], x.data[in.spans[0].index(i):][:1], y.data[in.spans[1].index(i):][:1])
		}
		return nil
	}
}

// index is the position of the operand of element i of the result.
func (s span) index(i int) int { return i/(s.repeat*s.inner)*s.inner + i%s.inner }

// repeatRight runs f with the right operand repeated, a row or a number at a time.
func repeatRight[T kernel.Float](f loops[T], dst, x, y *slot[T], s span) step {
	if s.inner == 1 {
		return func() error {
			for i, number := range y.data {
				f.right(dst.data[i*s.repeat:(i+1)*s.repeat], x.data[i*s.repeat:(i+1)*s.repeat], number)
			}
			return nil
		}
	}
	return func() error {
		for i := 0; i < len(dst.data); i += s.inner {
			from := i / (s.repeat * s.inner) * s.inner
			f.both(dst.data[i:i+s.inner], x.data[i:i+s.inner], y.data[from:from+s.inner])
		}
		return nil
	}
}

// repeatLeft runs f with the left operand repeated.
func repeatLeft[T kernel.Float](f loops[T], dst, x, y *slot[T], s span) step {
	if s.inner == 1 {
		return func() error {
			for i, number := range x.data {
				f.left(dst.data[i*s.repeat:(i+1)*s.repeat], number, y.data[i*s.repeat:(i+1)*s.repeat])
			}
			return nil
		}
	}
	return func() error {
		for i := 0; i < len(dst.data); i += s.inner {
			from := i / (s.repeat * s.inner) * s.inner
			f.both(dst.data[i:i+s.inner], x.data[from:from+s.inner], y.data[i:i+s.inner])
		}
		return nil
	}
}

// codeRepeat is a copy of the operand, repeated along an axis.
var codeRepeat = &opcode{
	name:   "repeat",
	single: (*emitter[float32]).repeat,
	double: (*emitter[float64]).repeat,
	detail: func(in *instruction) string { return fmt.Sprintf(" x%d", in.times) },
}

// repeat emits a copy of the operand, viewed as (outer, inner), with every row repeated times times.
func (e *emitter[T]) repeat(in *instruction) step {
	dst, src := e.slot(in.out), e.slot(in.args[0])
	times, inner := in.times, in.inner
	if inner == 1 {
		return func() error {
			for i, x := range src.data {
				row := dst.data[i*times : (i+1)*times]
				for j := range row {
					row[j] = x
				}
			}
			return nil
		}
	}
	return func() error {
		at := 0
		for from := 0; from < len(src.data); from += inner {
			for range times {
				copy(dst.data[at:at+inner], src.data[from:from+inner])
				at += inner
			}
		}
		return nil
	}
}

// codeTanhGradient is g (1 - y^2).
var codeTanhGradient = &opcode{
	name:       "tanh gradient",
	single:     (*emitter[float32]).tanhGradient,
	double:     (*emitter[float64]).tanhGradient,
	overwrites: func(*instruction) []int { return []int{0, 1} },
}

func (e *emitter[T]) tanhGradient(in *instruction) step {
	dst, g, y := e.slot(in.out), e.slot(in.args[0]), e.slot(in.args[1])
	return func() error { kernel.TanhGradient(dst.data, g.data, y.data); return nil }
}

// codeReLUGradient is g (x >= 0).
var codeReLUGradient = &opcode{
	name:       "relu gradient",
	single:     (*emitter[float32]).reluGradient,
	double:     (*emitter[float64]).reluGradient,
	overwrites: func(*instruction) []int { return []int{1} },
}

// reluGradient emits g where x >= 0, else 0. The kernel passes g where its operand is above 0, so the smallest positive number is
// added to x, which makes only 0 positive.
func (e *emitter[T]) reluGradient(in *instruction) step {
	dst, g, x := e.slot(in.out), e.slot(in.args[0]), e.slot(in.args[1])
	smallest := T(math.SmallestNonzeroFloat64)
	if smallest == 0 {
		smallest = T(math.SmallestNonzeroFloat32)
	}
	return func() error {
		kernel.AddScalar(dst.data, smallest, x.data)
		kernel.ReLUGradient(dst.data, g.data, dst.data)
		return nil
	}
}
