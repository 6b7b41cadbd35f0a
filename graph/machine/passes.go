package machine

// pass is one rewriting of a program. It leaves a program that computes the same outputs.
type pass struct {
	name string
	run  func(*program)
}

// passes are all rewritings, in the order in which they run.
var passes = []pass{
	{"prune", prune},
	{"constants", foldConstants},
	{"duplicates", mergeDuplicates},
	{"broadcasts", foldBroadcasts},
	{"transposes", foldTransposes},
	{"tanh derivatives", fuseTanhGradients},
	{"rectifiers", fuseRectifiers},
	{"sums", accumulate},
	{"products", fuseProducts},
	{"shared transposes", sharedTransposes},
	{"schedule", schedule},
}

// prune drops every instruction whose result nobody uses.
func prune(p *program) {
	p.settle()
	needed := make([]bool, len(p.values))
	for _, w := range p.outputs {
		needed[w.v.id] = true
	}
	for _, r := range p.readings {
		needed[r.v.id] = true
	}
	for i := len(p.instructions) - 1; i >= 0; i-- {
		in := p.instructions[i]
		if !needed[in.out.id] {
			p.instructions[i] = nil
			continue
		}
		for _, v := range in.args {
			needed[v.id] = true
		}
	}
	p.settle()
}
