package machine

import (
	"fmt"
	"strings"

	G "gorgonia.org/gorgonia"
)

// code says what an instruction does. B, N and the like stand for sizes of its operands.
type code uint8

const (
	codeFallback        code = iota // the graph's operation runs itself
	codeCopy                        // a copy in memory of its own
	codeReshape                     // the same memory under another shape
	codeUnary                       // function of every element
	codeBinary                      // function of two elements; spans say how an operand is repeated
	codeRepeat                      // the operand repeated along an axis, written out
	codeProduct                     // act(sum_i op(A_i) op(B_i) + addend + bias), or that times (1 - slope^2)
	codeBatchedProduct              // op(A_i) op(B_i) for all i of the leading axes
	codeDot                         // inner product of two vectors
	codeSum                         // sum over the middle of (outer, middle, inner); several operands are added up
	codeMaximum                     // the same for the largest
	codeSoftmax                     // over the middle of (outer, middle, inner)
	codeSoftmaxGradient             // from the softmax and the gradient that comes in
	codeTanhGradient                // g (1 - y^2)
	codeReLUGradient                // g (x >= 0)
	codeTranspose                   // rows to columns
	codePermute                     // any order of axes
	codeSlice                       // a part along one axis
	codeSliceGradient               // zeros with a part along one axis
	codeConcatenate                 // operands one behind the other along an axis
)

var codeNames = [...]string{
	"do", "copy", "reshape", "unary", "binary", "repeat", "product", "batched product", "dot", "sum", "maximum",
	"softmax", "softmax gradient", "tanh gradient", "relu gradient", "transpose", "permute", "slice", "slice gradient", "concatenate",
}

// activation is what a product is followed by.
type activation uint8

const (
	identity activation = iota
	tanh
	relu
)

// span says how an operand of a binary function is repeated: element i of the result takes element
// i/(repeat*inner)*inner + i%inner of the operand. repeat 1 takes the operand as it is.
type span struct{ repeat, inner int }

var whole = span{1, 1}

// instruction computes one value from others.
type instruction struct {
	code code
	args []*value
	out  *value

	operation G.Op   // fallback, slices: the graph's operation
	witnesses int    // fallback: operands at the end that only have to be there
	function  string // unary, binary: Gorgonia's name for it
	spans     [2]span

	transA, transB      bool
	m, n                int   // products: rows and columns of the result
	depth               []int // products: args hold A_1 .. A_p, then B_1 .. B_p; op(A_i) is m x depth[i-1]
	addend, bias, slope int   // products, sums: their places in args, 0 for none
	act                 activation

	outer, middle, inner int // reductions, repeat, slices, concatenate
	times                int // repeat
	logarithm            bool
	pattern              []int // permute
}

// pairs is the number of matrix products that a product adds up.
func (in *instruction) pairs() int { return len(in.depth) }

// terms are the operands that a sum adds up, without the addend.
func (in *instruction) terms() []*value {
	if in.addend > 0 {
		return in.args[:in.addend]
	}
	return in.args
}

func (in *instruction) String() string {
	var b strings.Builder
	switch in.code {
	case codeFallback:
		fmt.Fprintf(&b, "do %v", in.operation)
	case codeUnary, codeBinary:
		b.WriteString(in.function)
	case codeSoftmax, codeSoftmaxGradient:
		if in.logarithm {
			b.WriteString("log ")
		}
		b.WriteString(codeNames[in.code])
	case codeProduct:
		in.describeProduct(&b)
		return b.String()
	default:
		b.WriteString(codeNames[in.code])
	}
	for i, v := range in.args {
		separator := ","
		if i == 0 {
			separator = ""
		}
		fmt.Fprintf(&b, "%s %v", separator, v)
		if in.code == codeBinary && in.spans[i].repeat > 1 && v.kind != constant {
			fmt.Fprintf(&b, "(x%d)", in.spans[i].repeat)
		}
	}
	switch in.code {
	case codeSum, codeMaximum, codeSoftmax, codeSoftmaxGradient:
		fmt.Fprintf(&b, " over %d of (%d, %d, %d)", in.middle, in.outer, in.middle, in.inner)
	case codePermute:
		fmt.Fprintf(&b, " to %v", in.pattern)
	case codeRepeat:
		fmt.Fprintf(&b, " x%d", in.times)
	}
	return b.String()
}

func (in *instruction) describeProduct(b *strings.Builder) {
	mark := func(transposed bool) string {
		if transposed {
			return "ᵀ"
		}
		return ""
	}
	b.WriteString("product")
	for i := range in.depth {
		if i == 3 && in.pairs() > 6 {
			fmt.Fprintf(b, " + ... %d in all", in.pairs())
			break
		}
		if i > 0 {
			b.WriteString(" +")
		}
		fmt.Fprintf(b, " %v%s × %v%s", in.args[i], mark(in.transA), in.args[in.pairs()+i], mark(in.transB))
	}
	if in.addend > 0 {
		fmt.Fprintf(b, " + %v", in.args[in.addend])
	}
	if in.bias > 0 {
		fmt.Fprintf(b, " + row %v", in.args[in.bias])
	}
	switch in.act {
	case tanh:
		b.WriteString(", then tanh")
	case relu:
		b.WriteString(", then relu")
	}
	if in.slope > 0 {
		fmt.Fprintf(b, ", times 1 - %v²", in.args[in.slope])
	}
}
