package machine

// The invariants of a program, which every pass may assume and must preserve. Tests check them after each pass (check_test.go).
//
//   - An instruction computes one value, and no other instruction computes that value. It comes after the instructions that compute
//     its operands.
//   - No operand, output or reading is a value that has been replaced.
//   - Operands have the sizes that the instruction reads.
//
// Within a pass they may be broken:
//
//   - replace(old, v) only records that v replaces old. Until settle has rewritten the program, operands may be stale: pass every
//     operand through find before comparing it or looking up its maker.
//   - settle drops instructions that are nil, so indices into the list are invalid after it, and so are makers and uses. A pass that
//     changes the list recomputes them, or keeps them up to date itself.
//   - prune, which settles first, drops instructions whose results are unused. A pass that removes the last use of a value ends with
//     it. Fallbacks are dropped like any other instruction: an operation has no effect except its result and the state that it
//     shares with others, whose users keep it alive as a witness.
//   - A count of uses includes outputs and readings, so a value that the user can read is never fused away.
//   - shape and node of a value that an instruction computes may be changed only while no other instruction reads it (flip).

// pass is one transformation of a program. The resulting program computes the same outputs.
type pass struct {
	name string
	run  func(*program)
}

// passes lists all transformations in the order in which they run.
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

// prune drops every instruction whose result is unused.
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
