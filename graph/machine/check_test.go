package machine

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// checked is an option that checks the program after every pass.
func checked(s *settings) error {
	var list []pass
	for _, one := range s.passes {
		list = append(list, pass{one.name, func(p *program) {
			one.run(p)
			if err := check(p); err != nil {
				panic(fmt.Sprintf("after pass %q: %v\n%v", one.name, err, p.listing()))
			}
		}})
	}
	s.passes = list
	return nil
}

// check returns an error if a program breaks the rules in passes.go.
func check(p *program) error {
	defined := make([]bool, len(p.values))
	available := func(v *value) error {
		switch {
		case v.replacement != nil:
			return fmt.Errorf("%v was replaced by %v", v, find(v))
		case v.id >= len(p.values) || p.values[v.id] != v:
			return fmt.Errorf("%v is not a value of the program", v)
		case v.kind == computed && !defined[v.id]:
			return fmt.Errorf("%v is not computed before it is needed", v)
		}
		return nil
	}
	for i, in := range p.instructions {
		if in == nil {
			return fmt.Errorf("instruction %d is nil", i)
		}
		for _, v := range in.args {
			if err := available(v); err != nil {
				return fmt.Errorf("instruction %d, %v: operand: %w", i, in, err)
			}
		}
		switch v := in.out; {
		case v.kind != computed:
			return fmt.Errorf("instruction %d, %v, computes an input or a constant", i, in)
		case v.replacement != nil:
			return fmt.Errorf("instruction %d, %v, computes a value that was replaced", i, in)
		case defined[v.id]:
			return fmt.Errorf("instruction %d, %v, computes %v a second time", i, in, v)
		}
		if v := in.out; product(v.shape) != v.size {
			return fmt.Errorf("%v of shape %v has the size %d", v, tensor.Shape(v.shape), v.size)
		}
		if err := checkSizes(in); err != nil {
			return fmt.Errorf("instruction %d, %v: %w", i, in, err)
		}
		defined[in.out.id] = true
	}
	for _, o := range p.outputs {
		if err := available(o.v); err != nil {
			return fmt.Errorf("output %s: %w", label(o.node), err)
		}
	}
	for _, r := range p.readings {
		if err := available(r.v); err != nil {
			return fmt.Errorf("read statement: %w", err)
		}
	}
	return nil
}

// checkSizes compares the sizes of operands with what the instruction reads of them.
func checkSizes(in *instruction) error {
	size := func(k, want int) error {
		if got := in.args[k].size; got != want {
			return fmt.Errorf("operand %d has %d elements, want %d", k, got, want)
		}
		return nil
	}
	switch in.code {
	case codeUnary, codeReshape, codeCopy, codeTranspose, codePermute, codeSoftmax:
		return size(0, in.out.size)
	case codeTanhGradient, codeReLUGradient, codeSoftmaxGradient:
		if err := size(0, in.out.size); err != nil {
			return err
		}
		return size(1, in.out.size)
	case codeBinary:
		for k, s := range in.spans {
			if s == whole && in.out.size > 1 {
				if err := size(k, in.out.size); err != nil {
					return err
				}
			} else if want := in.out.size / s.repeat; in.args[k].size != want && in.args[k].size != 1 {
				return size(k, want)
			}
		}
	case codeProduct:
		pairs := in.pairs()
		for i, depth := range in.depth {
			if err := size(i, in.m*depth); err != nil {
				return err
			}
			if err := size(pairs+i, depth*in.n); err != nil {
				return err
			}
		}
		for _, k := range []int{in.addend, in.slope} {
			if k > 0 {
				if err := size(k, in.m*in.n); err != nil {
					return err
				}
			}
		}
		if in.bias > 0 {
			return size(in.bias, in.n)
		}
	}
	return nil
}

// checkPlan replays a program and checks at every instruction that the result does not overwrite a value that is still needed,
// except an operand that the instruction may overwrite.
func checkPlan(pl *plan) error {
	last := pl.lastUses()
	type region struct {
		v        *value
		from, to int
	}
	live := map[tensor.Dtype][]region{}
	for i, in := range pl.p.instructions {
		if pl.root(in.out) != in.out || !in.out.native() {
			continue
		}
		at := pl.at(in.out)
		if at.storage == nil {
			return fmt.Errorf("instruction %d, %v, has no place for its result", i, in)
		}
		from := at.storage.offset + at.offset
		var kept []region
		for _, r := range live[in.out.dtype] {
			overwrites := false
			for _, k := range in.overwrites() {
				overwrites = overwrites || pl.root(in.args[k]) == r.v
			}
			if last[r.v.id] >= i && !(last[r.v.id] == i && overwrites) && from < r.to && r.from < from+in.out.size {
				return fmt.Errorf("instruction %d, %v, writes over %v", i, in, r.v)
			}
			if last[r.v.id] > i {
				kept = append(kept, r)
			}
		}
		live[in.out.dtype] = append(kept, region{in.out, from, from + in.out.size})
	}
	return nil
}

// TestCheckFindsFaults breaks a correct program in every way that check detects.
func TestCheckFindsFaults(t *testing.T) {
	faults := map[string]func(p *program){
		"order":    func(p *program) { p.instructions[0], p.instructions[1] = p.instructions[1], p.instructions[0] },
		"nil":      func(p *program) { p.instructions[0] = nil },
		"stale":    func(p *program) { replace(p.instructions[0].out, p.instructions[0].args[0]) },
		"twice":    func(p *program) { p.instructions[1].out = p.instructions[0].out },
		"missing":  func(p *program) { p.instructions = p.instructions[:1] },
		"size":     func(p *program) { p.instructions[0].args[0] = p.newNumber(tensor.Float64, []int{2}, 1) },
		"output":   func(p *program) { p.outputs[0].v = p.newValue(computed, tensor.Float64, nil) },
		"stranger": func(p *program) { p.instructions[0].args[0] = &value{kind: input, id: 0} },
	}
	for name, spoil := range faults {
		g := G.NewGraph()
		y := must(G.Tanh(must(G.Exp(vector(g, "x", 1, 2, 3)))))
		p, err := lower(g, selection{want: G.Nodes{y}})
		if err != nil {
			t.Fatal(err)
		}
		if err := check(p); err != nil {
			t.Fatal(err)
		}
		spoil(p)
		if err := check(p); err == nil {
			t.Errorf("%s: not found", name)
		}
	}
}
