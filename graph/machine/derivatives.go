package machine

// fuseTanhGradients recognises Gorgonia's derivative of tanh, (1 - y y) g, and computes it in one pass.
func fuseTanhGradients(p *program) {
	makers := p.makers()
	for _, in := range p.instructions {
		if in.code != codeBinary || in.function != "⊙" || in.spans != [2]span{whole, whole} {
			continue
		}
		for k := range 2 {
			y := oneMinusSquare(makers, in.args[k])
			g := in.args[1-k]
			if y == nil || y.size != in.out.size {
				continue
			}
			*in = instruction{code: codeTanhGradient, args: []*value{g, y}, out: in.out}
			break
		}
	}
	prune(p)
}

// oneMinusSquare returns y if v is 1 - y², else nil.
func oneMinusSquare(makers []*instruction, v *value) *value {
	difference := makerOf(makers, v)
	if difference == nil || difference.code != codeBinary || difference.function != "-" ||
		!difference.args[0].isNumber(1) || difference.spans[1] != whole {
		return nil
	}
	square := makerOf(makers, difference.args[1])
	switch {
	case square == nil:
		return nil
	case square.code == codeUnary && square.function == "square":
		return square.args[0]
	case square.code == codeBinary && square.function == "⊙" && square.args[0] == square.args[1] && square.spans == [2]span{whole, whole}:
		return square.args[0]
	}
	return nil
}

// fuseRectifiers recognises Gorgonia's rectifier, x (x >= 0), and its derivative, (x >= 0) g.
func fuseRectifiers(p *program) {
	makers := p.makers()
	for _, in := range p.instructions {
		if in.code != codeBinary || in.function != "⊙" || in.spans != [2]span{whole, whole} {
			continue
		}
		for k := range 2 {
			comparison, g := makers[in.args[k].id], in.args[1-k]
			if comparison == nil || comparison.code != codeBinary || comparison.function != ">=" ||
				comparison.spans[0] != whole || !comparison.args[1].isNumber(0) {
				continue
			}
			x := comparison.args[0]
			if x == g {
				*in = instruction{code: codeUnary, function: "relu", args: []*value{x}, out: in.out}
			} else {
				*in = instruction{code: codeReLUGradient, args: []*value{g, x}, out: in.out}
			}
			break
		}
	}
	prune(p)
}
