package machine

import (
	"math"

	"gorgonia.org/tensor"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// foldConstants evaluates at compile time what depends on constants only: functions, repetitions and reshapings of numbers. It then
// drops additions of 0 and multiplications by 1 and combines factors and signs. Gradients are full of both: the derivative of a
// mean starts from 1, divided by sizes and repeated to the shape of the data.
func foldConstants(p *program) {
	makers := p.makers()
	for i, in := range p.instructions {
		for k, v := range in.args {
			in.args[k] = find(v)
		}
		if number, ok := knownResult(in); ok {
			v := p.newNumber(in.out.dtype, in.out.shape, number)
			v.node = in.out.node
			replace(in.out, v)
			p.instructions[i] = nil
			continue
		}
		for simplify(p, in, makers) {
		}
		if in.code == codeReshape && sameShape(in.args[0].shape, in.out.shape) && in.args[0].kind != constant {
			replace(in.out, in.args[0])
			p.instructions[i] = nil
		}
	}
	prune(p)
}

func sameShape(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// knownResult returns the number that all elements of the result equal.
func knownResult(in *instruction) (float64, bool) {
	for _, v := range in.args {
		if v.kind != constant || !v.uniform {
			return 0, false
		}
	}
	if !in.out.native() {
		return 0, false
	}
	switch in.code {
	case codeReshape, codeRepeat:
		return in.args[0].number, true
	case codeUnary, codeBinary:
		if in.out.dtype == tensor.Float32 {
			return apply[float32](in), true
		}
		return apply[float64](in), true
	}
	return 0, false
}

// apply computes one element of a unary or binary instruction on numbers, as the program would.
func apply[T kernel.Float](in *instruction) float64 {
	x := []T{T(in.args[0].number)}
	if in.code == codeUnary {
		unary[T](in.function)(x, x)
	} else {
		binary[T](in.function).both(x, x, []T{T(in.args[1].number)})
	}
	return float64(x[0])
}

// simplify rewrites one instruction in place and reports whether it may simplify further.
func simplify(p *program, in *instruction, makers []*instruction) bool {
	toReshape := func(v *value) bool {
		*in = instruction{code: codeReshape, args: []*value{v}, out: in.out}
		return false
	}
	// factor turns the instruction into c times v.
	factor := func(c float64, v *value) bool {
		number := p.newNumber(in.out.dtype, nil, c)
		*in = instruction{code: codeBinary, function: "⊙", args: []*value{number, v}, out: in.out, spans: [2]span{{in.out.size, 1}, whole}}
		return true
	}
	if in.code == codeUnary && in.function == "neg" {
		inner := makerOf(makers, in.args[0])
		if inner == nil {
			return false
		}
		switch c, v, ok := scaled(inner); {
		case ok && v.size == in.out.size:
			return factor(-c, v)
		case inner.code == codeBinary && inner.function == "÷" && isUniform(inner.args[1]) && inner.args[0].size == in.out.size:
			number := p.newNumber(in.out.dtype, nil, -inner.args[1].number)
			*in = instruction{code: codeBinary, function: "÷", args: []*value{inner.args[0], number}, out: in.out, spans: [2]span{whole, {in.out.size, 1}}}
		}
		return false
	}
	if in.code != codeBinary {
		return false
	}
	a, b := in.args[0], in.args[1]
	full := func(v *value) bool { return v.size == in.out.size }
	switch in.function {
	case "+":
		if full(a) && b.isNumber(0) {
			return toReshape(a)
		}
		if full(b) && a.isNumber(0) {
			return toReshape(b)
		}
	case "-":
		if full(a) && b.isNumber(0) {
			return toReshape(a)
		}
	case "÷":
		if full(a) && b.isNumber(1) {
			return toReshape(a)
		}
		if full(a) && isUniform(b) && powerOfTwo(b.number) {
			return factor(1/b.number, a)
		}
	case "⊙":
		c, v, ok := scaled(in)
		if !ok || !full(v) {
			return false
		}
		if c == 1 {
			return toReshape(v)
		}
		if inner := makerOf(makers, v); inner != nil {
			if d, w, ok := scaled(inner); ok && full(w) {
				return factor(c*d, w)
			}
		}
	}
	return false
}

func isUniform(v *value) bool { return v.kind == constant && v.uniform }

// powerOfTwo reports whether dividing by x is the same as multiplying by 1/x.
func powerOfTwo(x float64) bool {
	fraction, exponent := math.Frexp(x)
	return math.Abs(fraction) == 0.5 && exponent > -100 && exponent < 100
}

// scaled splits a scaled or negated value into the number c and the value v.
func scaled(in *instruction) (c float64, v *value, ok bool) {
	switch {
	case in.code == codeUnary && in.function == "neg":
		return -1, in.args[0], true
	case in.code == codeBinary && in.function == "⊙" && isUniform(in.args[0]):
		return in.args[0].number, in.args[1], true
	case in.code == codeBinary && in.function == "⊙" && isUniform(in.args[1]):
		return in.args[1].number, in.args[0], true
	}
	return 0, nil, false
}

// makerOf returns the instruction that computes v, looking through reshapings, which keep the order of elements.
func makerOf(makers []*instruction, v *value) *instruction {
	for {
		v = find(v)
		if v.id >= len(makers) || makers[v.id] == nil {
			return nil
		}
		in := makers[v.id]
		if in.code != codeReshape {
			return in
		}
		v = in.args[0]
	}
}
