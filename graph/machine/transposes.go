package machine

import "slices"

// foldTransposes lets products read their operands transposed: op(A) and op(B) are flags. The transpose of a product,
// or of a sum of products, becomes the product of the transposes in the other order.
func foldTransposes(p *program) {
	makers, uses := p.makers(), p.uses()
	for i, in := range p.instructions {
		for k, v := range in.args {
			in.args[k] = find(v)
		}
		switch in.code {
		case codeProduct:
			in.foldOperands(makers, uses)
		case codeTranspose:
			v := in.args[0]
			if inner := makers[v.id]; inner != nil && inner.code == codeTranspose {
				source := find(inner.args[0])
				replace(in.out, source)
				uses[source.id] += uses[in.out.id]
				p.instructions[i] = nil
			} else if flippable(makers, uses, v) {
				flip(makers, v)
				replace(in.out, v)
				v.node = in.out.node
				uses[v.id] = uses[in.out.id]
				p.instructions[i] = nil
			}
		}
	}
	prune(p)
}

// foldOperands sets the flags of a product whose operands are transposes.
func (in *instruction) foldOperands(makers []*instruction, uses []int) {
	if in.pairs() != 1 {
		return
	}
	k := in.depth[0]
	if t := makers[in.args[0].id]; t != nil && t.code == codeTranspose && stored(in.args[0], in.m, k, in.transA) {
		in.args[0], in.transA = find(t.args[0]), !in.transA
		uses[in.args[0].id]++
	}
	if t := makers[in.args[1].id]; t != nil && t.code == codeTranspose && stored(in.args[1], k, in.n, in.transB) {
		in.args[1], in.transB = find(t.args[0]), !in.transB
		uses[in.args[1].id]++
	}
}

// stored reports whether v is a matrix in memory whose op has the given sizes; a vector that a product treats as a row or a column is not.
func stored(v *value, rows, columns int, transposed bool) bool {
	if transposed {
		rows, columns = columns, rows
	}
	return len(v.shape) == 2 && v.shape[0] == rows && v.shape[1] == columns
}

// flippable reports whether v is a product, or a sum of products, that only its transpose uses.
func flippable(makers []*instruction, uses []int, v *value) bool {
	in := makers[v.id]
	if in == nil || uses[v.id] != 1 || len(v.shape) != 2 {
		return false
	}
	switch {
	case in.code == codeProduct:
		return in.pairs() == 1 && stored(v, in.m, in.n, false)
	case in.code == codeBinary && in.function == "+" && in.spans == [2]span{whole, whole}:
		return flippable(makers, uses, find(in.args[0])) && flippable(makers, uses, find(in.args[1]))
	}
	return false
}

// flip turns v into its transpose.
func flip(makers []*instruction, v *value) {
	in := makers[v.id]
	v.shape = []int{v.shape[1], v.shape[0]}
	if in.code != codeProduct {
		flip(makers, find(in.args[0]))
		flip(makers, find(in.args[1]))
		return
	}
	in.args[0], in.args[1] = in.args[1], in.args[0]
	in.transA, in.transB = !in.transB, !in.transA
	in.m, in.n = in.n, in.m
}

// sharedTransposes writes a transposed copy of a matrix, once per run, if several products need it: reading B transposed costs each
// of them a separate packing. A product of a single row does not need it: it is inner products with the rows as stored.
func sharedTransposes(p *program) {
	const fewRows = 8 // below, the products are too small to pay for a pass over the matrix
	rows, count := make([]int, len(p.values)), make([]int, len(p.values))
	for _, in := range p.instructions {
		if in.readsTransposed() {
			rows[in.args[1].id] += in.m
			count[in.args[1].id]++
		}
	}
	written := map[*value]*value{}
	for i := 0; i < len(p.instructions); i++ {
		in := p.instructions[i]
		if !in.readsTransposed() || count[in.args[1].id] < 2 || rows[in.args[1].id] < fewRows {
			continue
		}
		b := in.args[1]
		t := written[b]
		if t == nil {
			t = p.newValue(computed, b.dtype, []int{b.shape[1], b.shape[0]})
			written[b] = t
			p.instructions = slices.Insert(p.instructions, i, &instruction{code: codeTranspose, args: []*value{b}, out: t})
			i++
		}
		in.args[1], in.transB = t, false
	}
}

func (in *instruction) readsTransposed() bool {
	return in.code == codeProduct && in.pairs() == 1 && in.transB && in.m > 1 && stored(in.args[1], in.depth[0], in.n, true)
}
