package machine

// The rules of a program, which every pass finds and leaves in force. Tests check them after each pass (check_test.go).
//
//   - An instruction computes one value, and no other instruction computes that value. It stands behind the instructions that
//     compute its operands.
//   - No operand, output or reading is a value that was replaced.
//   - Operands have the sizes that the instruction reads.
//
// Within a pass they may be broken:
//
//   - replace(old, v) only notes that v stands for old. Until settle has rewritten the program, what is read from it may be
//     stale: pass every operand through find before comparing it or looking up its maker.
//   - settle drops instructions that are nil, so indices into the list are wrong behind it, and so are makers and uses.
//     A pass that changes the list asks for them anew, or keeps them up to date itself.
//   - prune, which settles first, drops instructions whose results nobody uses. A pass that takes the last use of a value away
//     ends with it. Fallbacks are dropped like any other instruction: an operation has no effect but its result and the state
//     that it shares with others, whose users hold it by witnesses.
//   - A count of uses includes outputs and readings, so a value that can be asked for is never fused away.
//   - shape and node of a value that an instruction computes may be changed only while no other instruction reads it (flip).

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
