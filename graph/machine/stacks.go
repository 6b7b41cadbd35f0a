package machine

// stackOperands puts the operands that one product or one sum adds up into one storage, in the order in
// which they are added, so that they can be read as a single tall matrix. A value is in at most one stack; a sum over operands that
// a product has stacked appends the rest of its operands to that stack.
func (pl *plan) stackOperands() {
	stacks := map[*storage][]*value{}
	for _, in := range pl.p.instructions {
		if in.code == codeProduct && in.pairs() > 1 {
			left, right := in.args[:in.pairs()], in.args[in.pairs():2*in.pairs()]
			if pl.loose(left) && pl.loose(right) && !overlap(left, right) {
				pl.newStack(stacks, left)
				pl.newStack(stacks, right)
			}
		}
	}
	for _, in := range pl.p.instructions {
		if in.code != codeSum || len(in.terms()) < 2 {
			continue
		}
		if pl.loose(in.terms()) {
			pl.newStack(stacks, in.terms())
			continue
		}
		pl.extendStack(stacks, in)
	}
}

// loose reports whether all values are different, own their memory and are not in a stack yet.
func (pl *plan) loose(values []*value) bool {
	seen := make(map[*value]bool, len(values))
	for _, v := range values {
		if v.kind != computed || pl.root(v) != v || pl.places[v.id].storage != nil || seen[v] {
			return false
		}
		seen[v] = true
	}
	return true
}

func overlap(a, b []*value) bool {
	seen := make(map[*value]bool, len(a))
	for _, v := range a {
		seen[v] = true
	}
	for _, v := range b {
		if seen[v] {
			return true
		}
	}
	return false
}

func (pl *plan) newStack(stacks map[*storage][]*value, values []*value) {
	s := &storage{dtype: values[0].dtype, first: -1, stack: true}
	for _, v := range values {
		pl.push(stacks, s, v)
	}
}

func (pl *plan) push(stacks map[*storage][]*value, s *storage, v *value) {
	pl.places[v.id] = place{storage: s, offset: s.size}
	s.size += v.size
	stacks[s] = append(stacks[s], v)
}

// extendStack appends the operands of a sum that are in no stack to the one stack that holds its other operands, if the stack holds
// nothing else, and sorts the operands into the stack's order.
func (pl *plan) extendStack(stacks map[*storage][]*value, in *instruction) {
	var s *storage
	var rest []*value
	members := map[*value]bool{}
	for _, v := range in.terms() {
		if pl.root(v) != v || v.kind != computed || members[v] {
			return
		}
		members[v] = true
		switch at := pl.places[v.id].storage; {
		case at == nil:
			rest = append(rest, v)
		case s == nil || s == at:
			s = at
		default:
			return
		}
	}
	for _, v := range stacks[s] {
		if !members[v] {
			return
		}
	}
	for _, v := range rest {
		pl.push(stacks, s, v)
	}
	copy(in.args, stacks[s])
}
