package machine

// schedule reorders the program so that memory is freed early. The next instruction is the first one that
// can run and does not need more memory than it frees; if there is none, the first one that can run.
func schedule(p *program) {
	n := len(p.instructions)
	maker := make([]int, len(p.values))
	for i := range maker {
		maker[i] = -1
	}
	for i, in := range p.instructions {
		maker[in.out.id] = i
	}
	root := make([]*value, len(p.values)) // whose memory a value shares
	left := make([]int, len(p.values))    // uses of that memory still to come
	for _, v := range p.values {
		root[v.id] = v
	}
	waits := make([]int, n)       // operands not yet computed
	followers := make([][]int, n) // the instructions that wait for one
	fallback := -1                // the last fallback so far: fallbacks keep their order, because they may draw random numbers
	for i, in := range p.instructions {
		if in.code == codeFallback {
			if fallback >= 0 {
				waits[i]++
				followers[fallback] = append(followers[fallback], i)
			}
			fallback = i
		}
		if in.code == codeReshape {
			root[in.out.id] = root[in.args[0].id]
		}
		for _, v := range in.args {
			left[root[v.id].id]++
			if m := maker[v.id]; m >= 0 {
				waits[i]++
				followers[m] = append(followers[m], i)
			}
		}
	}
	for _, w := range p.outputs {
		left[root[w.v.id].id]++
	}
	for _, r := range p.readings {
		left[root[r.v.id].id]++
	}
	// frees reports whether running in allocates no more memory than it frees.
	frees := func(in *instruction) bool {
		need := in.out.size
		if in.code == codeReshape {
			need = 0
		}
		counted := map[*value]int{}
		for _, v := range in.args {
			r := root[v.id]
			counted[r]++
			if r.kind == computed && counted[r] == left[r.id] {
				need -= r.size
			}
		}
		return need <= 0
	}
	var order []*instruction
	run := func(i int) (ready []int) {
		in := p.instructions[i]
		order = append(order, in)
		for _, v := range in.args {
			left[root[v.id].id]--
		}
		for _, f := range followers[i] {
			if waits[f]--; waits[f] == 0 {
				ready = append(ready, f)
			}
		}
		return ready
	}
	done := make([]bool, n)
	var waiting []int // ready, but would allocate memory; checked again when one of their operands loses a user
	for i := range n {
		if done[i] {
			continue
		}
		pending := []int{i}
		for len(pending) > 0 {
			next := pending[0]
			pending = pending[1:]
			if done[next] || waits[next] > 0 {
				continue
			}
			done[next] = true
			waiting = append(waiting, run(next)...)
			kept := waiting[:0]
			for _, f := range waiting {
				switch {
				case done[f]:
				case frees(p.instructions[f]):
					pending = append(pending, f)
					kept = append(kept, f)
				default:
					kept = append(kept, f)
				}
			}
			waiting = kept
		}
	}
	p.instructions = order
}
