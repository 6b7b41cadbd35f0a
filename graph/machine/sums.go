package machine

import "slices"

// longTerm is the depth from which the cost of adding products one by one, with the result read and written each time, is
// negligible beside the product itself. Shorter ones are added up as one product over stacked operands.
const longTerm = 512

// accumulate turns trees of additions, such as the gradient of weights that every step of a network uses, into
// one instruction. Terms of the form AᵀB become one product whose operands the plan stacks in memory, and sums over rows
// become one sum over stacked rows. Other terms are added to that.
func accumulate(p *program) {
	makers, uses := p.makers(), p.uses()
	index := make(map[*instruction]int, len(p.instructions))
	for i, in := range p.instructions {
		index[in] = i
	}
	inner := map[*instruction]bool{} // additions that belong to a larger tree
	made := map[int][]*instruction{} // the replacements of an instruction
	for i := len(p.instructions) - 1; i >= 0; i-- {
		root := p.instructions[i]
		if root == nil || !isAddition(root) || inner[root] {
			continue
		}
		var terms []*value
		var tree []*instruction
		var collect func(v *value)
		collect = func(v *value) {
			in := makers[v.id]
			if in != nil && isAddition(in) && (in == root || uses[v.id] == 1) && sameShape(in.out.shape, root.out.shape) {
				inner[in] = in != root
				tree = append(tree, in)
				collect(in.args[0])
				collect(in.args[1])
				return
			}
			terms = append(terms, v)
		}
		collect(root.out)
		var products, sums []*instruction
		var rest []*value
		for _, v := range terms {
			in := makers[v.id]
			switch {
			case in == nil || uses[v.id] != 1:
				rest = append(rest, v)
			case in.code == codeProduct && in.pairs() == 1 && in.transA && !in.transB:
				products = append(products, in)
			case in.code == codeSum && in.outer == 1 && len(in.args) == 1 && in.inner > 1:
				sums = append(sums, in)
			default:
				rest = append(rest, v)
			}
		}
		if len(products) < 2 && len(sums) < 2 {
			continue
		}
		a := accumulation{p: p, root: root, index: index}
		a.drop(tree)
		a.rewrite(products, sums, rest)
		made[i] = a.made
	}
	var list []*instruction
	for i, in := range p.instructions {
		list = append(list, in)
		list = append(list, made[i]...)
	}
	p.instructions = list
	p.settle()
}

func isAddition(in *instruction) bool {
	return in.code == codeBinary && in.function == "+" && in.spans == [2]span{whole, whole}
}

// accumulation replaces one tree of additions.
type accumulation struct {
	p     *program
	root  *instruction // its last addition
	index map[*instruction]int
	made  []*instruction
}

// drop removes instructions from the program.
func (a *accumulation) drop(list []*instruction) {
	for _, in := range list {
		a.p.instructions[a.index[in]] = nil
	}
}

// emit adds an instruction with a new value.
func (a *accumulation) emit(in *instruction) *value {
	in.out = a.p.newValue(computed, a.root.out.dtype, a.root.out.shape)
	a.made = append(a.made, in)
	return in.out
}

// rewrite makes the instructions that compute the root from its terms.
func (a *accumulation) rewrite(products, sums []*instruction, rest []*value) {
	sameSums := func(x, y *instruction) bool { return x.inner == y.inner }
	sameProducts := func(x, y *instruction) bool { return x.m == y.m && x.n == y.n }
	sums, rest = a.several(sums, rest, sameSums)
	products, rest = a.several(products, rest, sameProducts)
	for len(rest) > 1 {
		rest = append([]*value{a.emit(&instruction{
			code: codeBinary, function: "+", args: []*value{rest[0], rest[1]}, spans: [2]span{whole, whole},
		})}, rest[2:]...)
	}
	for _, group := range grouped(sums, func(in *instruction) int { return in.middle }) {
		sum := &instruction{code: codeSum, outer: 1, inner: group[0].inner}
		for _, in := range group {
			sum.args = append(sum.args, in.args[0])
			sum.middle += in.middle
		}
		rest = a.onto(sum, rest)
	}
	for _, group := range grouped(products, func(in *instruction) int { return in.depth[0] }) {
		sum := &instruction{code: codeProduct, transA: true, m: group[0].m, n: group[0].n}
		for _, in := range group {
			sum.args = append(sum.args, in.args[0])
			sum.depth = append(sum.depth, in.depth[0])
		}
		for _, in := range group {
			sum.args = append(sum.args, in.args[1])
		}
		rest = a.onto(sum, rest)
	}
	a.made[len(a.made)-1].out = a.root.out
}

// several removes the terms from the program, in the order in which their operands are computed, if there are at least two and they
// are alike; otherwise they are treated like any other value.
func (a *accumulation) several(terms []*instruction, rest []*value, alike func(x, y *instruction) bool) ([]*instruction, []*value) {
	usable := len(terms) > 1
	for _, in := range terms {
		usable = usable && alike(in, terms[0])
	}
	if !usable {
		for _, in := range terms {
			rest = append(rest, in.out)
		}
		return nil, rest
	}
	slices.SortFunc(terms, func(x, y *instruction) int { return a.index[x] - a.index[y] })
	a.drop(terms)
	return terms, rest
}

// grouped returns each long term by itself, so that it can be added as soon as its operands are computed and their memory can be
// freed, and short ones together.
func grouped(terms []*instruction, length func(*instruction) int) (groups [][]*instruction) {
	for _, in := range terms {
		if length(in) >= longTerm {
			for _, in := range terms {
				groups = append(groups, []*instruction{in})
			}
			return groups
		}
	}
	if len(terms) > 0 {
		groups = append(groups, terms)
	}
	return groups
}

// onto emits a sum that is added to the terms so far.
func (a *accumulation) onto(sum *instruction, rest []*value) []*value {
	if len(rest) > 0 {
		sum.addend = len(sum.args)
		sum.args = append(sum.args, rest[0])
	}
	return []*value{a.emit(sum)}
}
