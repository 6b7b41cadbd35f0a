package machine

import "fmt"

// mergeDuplicates computes an expression that occurs several times only once. Gorgonia merges most when the graph is built, but not
// those that differ only in how a size is expressed.
func mergeDuplicates(p *program) {
	first := map[string]*value{}
	for i, in := range p.instructions {
		for k, v := range in.args {
			in.args[k] = find(v)
		}
		if in.code == codeFallback || !in.out.native() {
			continue // may be random, or have state
		}
		key := in.key()
		if v := first[key]; v != nil {
			replace(in.out, v)
			p.instructions[i] = nil
			continue
		}
		first[key] = in.out
	}
	p.settle()
}

// key is equal for instructions that compute the same value.
func (in *instruction) key() string {
	plain := *in
	plain.args, plain.out, plain.operation = nil, nil, nil
	key := fmt.Sprintf("%+v %v", plain, in.out.shape)
	for _, v := range in.args {
		if isUniform(v) {
			key += fmt.Sprintf(" %v%v", v.number, v.shape)
		} else {
			key += fmt.Sprintf(" #%d", v.id)
		}
	}
	if in.operation != nil {
		key += fmt.Sprintf(" %p", in.operation) // a slice, whose bounds can be moved
	}
	return key
}
