package machine

// foldBroadcasts lets element-wise instructions read a repeated operand in place instead of from an expanded copy: a bias that is
// added to every row, a mean that is subtracted from every column.
func foldBroadcasts(p *program) {
	makers := p.makers()
	for _, in := range p.instructions {
		if in.code != codeBinary {
			continue
		}
		for k := 1; k >= 0; k-- {
			other := in.args[1-k]
			if in.spans[k] != whole || in.args[k].size == 1 {
				continue
			}
			source, s := repeated(makers, in.args[k])
			if source == nil {
				continue
			}
			if in.spans[1-k] != whole && !size1(other) {
				continue // one repeated operand at a time
			}
			in.args[k], in.spans[k] = source, s
		}
	}
	prune(p)
}

// repeated returns what v repeats, and how; nil if v is not repeated.
func repeated(makers []*instruction, v *value) (*value, span) {
	in := makerOf(makers, v)
	if in == nil || in.code != codeRepeat {
		return nil, span{}
	}
	source, s := in.args[0], span{in.times, in.inner}
	// A single number repeated along several axes in turn.
	for innermost := in; innermost != nil && innermost.code == codeRepeat; innermost = makerOf(makers, innermost.args[0]) {
		if size1(innermost.args[0]) {
			return innermost.args[0], span{v.size, 1}
		}
	}
	return source, s
}
