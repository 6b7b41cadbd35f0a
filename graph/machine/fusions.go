package machine

// fuseProducts fuses into a product the operations on its result, if nothing else uses the result: the addition of another value,
// the addition of a bias to every row, tanh or the derivative of tanh. They then run while the result is in the cache.
func fuseProducts(p *program) {
	makers, uses := p.makers(), p.uses()
	place := map[*instruction]int{}
	for i, in := range p.instructions {
		place[in] = i
	}
	for i, in := range p.instructions {
		fused := in.absorb(makers, uses)
		if fused == nil {
			continue
		}
		// It runs in place of the other instruction, where all its operands are computed.
		old := place[fused]
		p.instructions[old] = nil
		makers[fused.out.id] = nil
		fused.out = in.out
		p.instructions[i] = fused
		place[fused] = i
		makers[in.out.id] = fused
	}
	p.settle()
}

// absorb returns the product whose result only in uses, fused with the operation of in; nil if there is none.
func (in *instruction) absorb(makers []*instruction, uses []int) *instruction {
	candidate := func(v *value) *instruction {
		made := makers[v.id]
		if made == nil || made.code != codeProduct || uses[v.id] != 1 || made.act != identity || made.slope > 0 ||
			!sameShape(v.shape, in.out.shape) {
			return nil
		}
		return made
	}
	switch {
	case in.code == codeBinary && in.function == "+":
		for k := range 2 {
			made := candidate(in.args[k])
			if made == nil || in.spans[k] != whole {
				continue
			}
			other, s := in.args[1-k], in.spans[1-k]
			switch {
			case s == whole && made.addend == 0 && other.size == in.out.size && other != in.args[k]:
				made.addend = made.take(other)
				return made
			case s == span{made.m, made.n} && made.bias == 0 && other.size == made.n && made.n > 1:
				made.bias = made.take(other)
				return made
			}
		}
	case in.code == codeUnary && (in.function == "tanh" || in.function == "relu"):
		if made := candidate(in.args[0]); made != nil {
			made.act = tanh
			if in.function == "relu" {
				made.act = relu
			}
			return made
		}
	case in.code == codeTanhGradient:
		if made := candidate(in.args[0]); made != nil && in.args[1] != in.args[0] {
			made.slope = made.take(in.args[1])
			return made
		}
	}
	return nil
}

// take adds an operand and returns its index.
func (in *instruction) take(v *value) int {
	in.args = append(in.args, v)
	return len(in.args) - 1
}
