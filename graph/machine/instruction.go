package machine

import (
	"fmt"
	"strings"

	G "gorgonia.org/gorgonia"
)

// opcode is one kind of instruction: its name, how it is emitted and how it is placed in memory. Passes identify the instructions
// that they rewrite by the variable; everything else that the compiler has to know about an instruction is here. Supporting another
// Gorgonia operation takes one opcode beside its step, and one row of table that recognises it.
type opcode struct {
	name string
	// single and double emit the step on the two types of numbers; nil for an instruction that needs none.
	single func(*emitter[float32], *instruction) step
	double func(*emitter[float64], *instruction) step
	// overwrites lists the operands that the instruction may overwrite with its result, element by element; nil for none.
	overwrites func(*instruction) []int
	// detail returns what the listing shows after the operands; nil for nothing.
	detail func(*instruction) string
}

// Opcodes without a step of the emitter.
var (
	codeFallback = &opcode{name: "do"}      // the graph's operation runs itself
	codeReshape  = &opcode{name: "reshape"} // the same memory under another shape
)

// activation is the function applied to the result of a product.
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

// instruction computes one value from others. B, N and the like stand for sizes of its operands.
type instruction struct {
	code *opcode
	args []*value
	out  *value

	operation G.Op   // fallback, slices: the graph's operation
	witnesses int    // fallback: operands at the end that only have to be computed before
	function  string // unary, binary: Gorgonia's name for it
	spans     [2]span

	transA, transB      bool
	m, n                int   // products: rows and columns of the result
	depth               []int // products: args hold A_1 .. A_p, then B_1 .. B_p; op(A_i) is m x depth[i-1]
	addend, bias, slope int   // products, sums: their indices in args, 0 for none
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
	case codeProduct:
		in.describeProduct(&b)
		return b.String()
	case codeFallback:
		fmt.Fprintf(&b, "do %v", in.operation)
	case codeUnary, codeBinary:
		b.WriteString(in.function)
	default:
		if in.logarithm {
			b.WriteString("log ")
		}
		b.WriteString(in.code.name)
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
	if in.code.detail != nil {
		b.WriteString(in.code.detail(in))
	}
	return b.String()
}

// overMiddle is the detail of an instruction that works along the middle axis of (outer, middle, inner).
func overMiddle(in *instruction) string {
	return fmt.Sprintf(" over %d of (%d, %d, %d)", in.middle, in.outer, in.middle, in.inner)
}

// overwritesFirst is for instructions whose first operand may hold the result.
func overwritesFirst(*instruction) []int { return []int{0} }

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
