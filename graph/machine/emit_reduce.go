package machine

import (
	"math"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// codeSum is the sum over the middle of (outer, middle, inner); several operands are added up.
var codeSum = &opcode{
	name:       "sum",
	single:     (*emitter[float32]).sum,
	double:     (*emitter[float64]).sum,
	overwrites: overwritesAddend,
	detail:     overMiddle,
}

// sum emits the sum over the middle of (outer, middle, inner). Several operands, which have outer 1, are added up;
// those that the plan has stacked are one tall operand.
func (e *emitter[T]) sum(in *instruction) step {
	dst := e.slot(in.out)
	outer, inner := in.outer, in.inner
	if len(in.args) > 1 || outer == 1 && inner > 1 {
		var parts []*slot[T]
		terms := in.terms()
		first := 0
		for i := 1; i <= len(terms); i++ {
			if i < len(terms) && e.adjacent(terms[i-1], terms[i]) {
				continue
			}
			parts = append(parts, e.joined(terms[first:i]))
			first = i
		}
		addend := e.addend(in)
		return func() error {
			beta := startFrom(dst, addend)
			for _, x := range parts {
				kernel.ColumnSums(dst.data, x.data, inner, len(x.data)/inner, inner, beta)
				beta = 1
			}
			return nil
		}
	}
	x, middle := e.slot(in.args[0]), in.middle
	switch {
	case inner == 1 && outer == 1:
		return func() error { dst.data[0] = kernel.Sum(x.data); return nil }
	case inner == 1:
		return func() error { kernel.RowSums(dst.data, x.data, middle, outer, middle, 0); return nil }
	}
	return func() error {
		for i := range outer {
			kernel.ColumnSums(dst.data[i*inner:(i+1)*inner], x.data[i*middle*inner:], inner, middle, inner, 0)
		}
		return nil
	}
}

// codeMaximum is the largest element over the middle of (outer, middle, inner).
var codeMaximum = &opcode{
	name:   "maximum",
	single: (*emitter[float32]).maximum,
	double: (*emitter[float64]).maximum,
	detail: overMiddle,
}

// maximum emits the largest element over the middle of (outer, middle, inner).
func (e *emitter[T]) maximum(in *instruction) step {
	dst, x := e.slot(in.out), e.slot(in.args[0])
	outer, middle, inner := in.outer, in.middle, in.inner
	return func() error {
		for i := range outer {
			block := x.data[i*middle*inner : (i+1)*middle*inner]
			row := dst.data[i*inner : (i+1)*inner]
			copy(row, block)
			for j := inner; j < len(block); j += inner {
				for c, v := range block[j : j+inner] {
					if v > row[c] {
						row[c] = v
					}
				}
			}
		}
		return nil
	}
}

// codeSoftmax is the softmax, or its logarithm, over the middle of (outer, middle, inner).
var codeSoftmax = &opcode{
	name:   "softmax",
	single: (*emitter[float32]).softmax,
	double: (*emitter[float64]).softmax,
	detail: overMiddle,
}

// softmax emits the softmax or its logarithm over the middle of (outer, middle, inner).
func (e *emitter[T]) softmax(in *instruction) step {
	dst, x := e.slot(in.out), e.slot(in.args[0])
	outer, middle, inner := in.outer, in.middle, in.inner
	switch {
	case inner == 1 && in.logarithm:
		return func() error { kernel.LogSoftmaxRows(dst.data, x.data, outer, middle); return nil }
	case inner == 1:
		return func() error { kernel.SoftmaxRows(dst.data, x.data, outer, middle); return nil }
	}
	logarithm := in.logarithm
	return func() error {
		for i := range outer {
			for c := range inner {
				at := i*middle*inner + c
				softmaxStrided(dst.data[at:], x.data[at:], middle, inner, logarithm)
			}
		}
		return nil
	}
}

// softmaxStrided computes the softmax of n numbers that lie stride apart.
func softmaxStrided[T kernel.Float](dst, x []T, n, stride int, logarithm bool) {
	largest := x[0]
	for j := 1; j < n; j++ {
		largest = max(largest, x[j*stride])
	}
	var sum float64
	for j := range n {
		sum += math.Exp(float64(x[j*stride] - largest))
	}
	logSum := math.Log(sum)
	for j := range n {
		shifted := float64(x[j*stride]-largest) - logSum
		if !logarithm {
			shifted = math.Exp(shifted)
		}
		dst[j*stride] = T(shifted)
	}
}

// codeSoftmaxGradient is computed from the softmax and the incoming gradient.
var codeSoftmaxGradient = &opcode{
	name:   "softmax gradient",
	single: (*emitter[float32]).softmaxGradient,
	double: (*emitter[float64]).softmaxGradient,
	detail: overMiddle,
}

// softmaxGradient emits the gradient through a softmax y = softmax(x): y (g - sum g y), or through its
// logarithm y = log softmax(x): g - exp(y) sum g. The sums are over the middle of (outer, middle, inner).
func (e *emitter[T]) softmaxGradient(in *instruction) step {
	dst, y, g := e.slot(in.out), e.slot(in.args[0]), e.slot(in.args[1])
	outer, middle, inner, logarithm := in.outer, in.middle, in.inner, in.logarithm
	return func() error {
		if logarithm {
			kernel.Exp(dst.data, y.data)
		} else {
			kernel.Mul(dst.data, y.data, g.data)
		}
		for i := range outer {
			for c := range inner {
				from, to := i*middle*inner+c, (i+1)*middle*inner
				if logarithm {
					var sum T
					for j := from; j < to; j += inner {
						sum += g.data[j]
					}
					for j := from; j < to; j += inner {
						dst.data[j] = g.data[j] - dst.data[j]*sum
					}
				} else {
					var sum T
					for j := from; j < to; j += inner {
						sum += dst.data[j]
					}
					for j := from; j < to; j += inner {
						dst.data[j] -= y.data[j] * sum
					}
				}
			}
		}
		return nil
	}
}
