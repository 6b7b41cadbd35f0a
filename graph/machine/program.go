package machine

import (
	"fmt"
	"strings"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// kind is the origin of a value.
type kind uint8

const (
	computed kind = iota // by an instruction
	input                // from the value bound to a node, looked up in every run
	constant             // known at compile time
)

// value is one tensor or scalar of a program, assigned once.
type value struct {
	id    int
	kind  kind
	dtype tensor.Dtype
	shape []int
	size  int     // elements; 1 for a scalar
	node  *G.Node // the node whose value it is; nil for values that passes add

	// Constants: all elements equal number, or literal holds them.
	uniform bool
	number  float64
	literal G.Value

	replacement *value // the value that a pass replaced it with
}

// native reports whether the machine's own instructions can process the value.
func (v *value) native() bool { return v.dtype == tensor.Float32 || v.dtype == tensor.Float64 }

// isNumber reports whether v is a constant whose elements all equal number.
func (v *value) isNumber(number float64) bool {
	return v.kind == constant && v.uniform && v.number == number
}

func (v *value) String() string {
	if v.kind == constant && v.uniform {
		return fmt.Sprint(v.number)
	}
	if v.kind != computed && v.node != nil {
		return label(v.node)
	}
	return fmt.Sprintf("%%%d", v.id)
}

// label returns a readable name of the value.
func (v *value) label() string {
	if v.node != nil {
		return label(v.node)
	}
	return v.String()
}

// reading is a gorgonia.Read statement: v is to be copied to *into after every run.
type reading struct {
	v    *value
	into *G.Value
}

// output is a value that the user can read: that of a node, or the gradient of one.
type output struct {
	node *G.Node // whose value it is
	v    *value
	// gradientOf is the node whose gradient this is, nil for a plain value. A gradient does not share its storage, because a solver
	// zeroes it after its step.
	gradientOf *G.Node
	// alone means that Grad made the node and that it is the gradient of nothing else, so the gradient may share the node's storage.
	alone bool
	// dual gradients are added to the node's dual value after every run, instead of replacing it.
	dual bool
}

// program is a list of instructions in an order in which they can run.
type program struct {
	instructions []*instruction
	values       []*value // all values ever created, in the order of their ids
	outputs      []output
	readings     []reading
}

// newValue adds a value of the given type.
func (p *program) newValue(k kind, dtype tensor.Dtype, shape []int) *value {
	v := &value{id: len(p.values), kind: k, dtype: dtype, shape: shape, size: product(shape)}
	p.values = append(p.values, v)
	return v
}

// newNumber adds a constant with equal elements.
func (p *program) newNumber(dtype tensor.Dtype, shape []int, number float64) *value {
	v := p.newValue(constant, dtype, shape)
	if dtype == tensor.Float32 {
		number = float64(float32(number))
	}
	v.uniform, v.number = true, number
	return v
}

func product(shape []int) int {
	size := 1
	for _, n := range shape {
		size *= n
	}
	return size
}

// find returns the value that replaces v after the replacements so far.
func find(v *value) *value {
	for v.replacement != nil {
		v = v.replacement
	}
	return v
}

// replace makes every later use of old a use of v; settle applies it. v takes over old's name if it has none.
func replace(old, v *value) {
	if v.node == nil && v.kind == computed {
		v.node = old.node
	}
	old.replacement = v
}

// settle applies the replacements to all operands and outputs and drops the instructions that are nil.
func (p *program) settle() {
	kept := p.instructions[:0]
	for _, in := range p.instructions {
		if in == nil {
			continue
		}
		for i, v := range in.args {
			in.args[i] = find(v)
		}
		kept = append(kept, in)
	}
	clear(p.instructions[len(kept):])
	p.instructions = kept
	for i := range p.outputs {
		p.outputs[i].v = find(p.outputs[i].v)
	}
	for i := range p.readings {
		p.readings[i].v = find(p.readings[i].v)
	}
}

// uses counts how often each value is an operand or a result of the program, by value id.
func (p *program) uses() []int {
	count := make([]int, len(p.values))
	for _, in := range p.instructions {
		if in == nil {
			continue
		}
		for _, v := range in.args {
			count[find(v).id]++
		}
	}
	for _, w := range p.outputs {
		count[find(w.v).id]++
	}
	for _, r := range p.readings {
		count[find(r.v).id]++
	}
	return count
}

// makers returns the instruction that computes each value, by value id.
func (p *program) makers() []*instruction {
	makers := make([]*instruction, len(p.values))
	for _, in := range p.instructions {
		if in != nil {
			makers[in.out.id] = in
		}
	}
	return makers
}

// givenName returns the name that the user gave a node, not one that Gorgonia generates.
func givenName(n *G.Node) string {
	if n == nil {
		return ""
	}
	name := n.Name()
	if n.Op() != nil && strings.HasPrefix(name, n.Op().String()+"(") {
		return ""
	}
	return name
}

// listing returns a readable form of the program.
func (p *program) listing() Program {
	var l Program
	for _, v := range p.values {
		if v.kind == input && v.replacement == nil {
			l.Inputs = append(l.Inputs, fmt.Sprintf("%v %v %v", v, v.dtype, tensor.Shape(v.shape)))
		}
	}
	for _, in := range p.instructions {
		line := Instruction{Result: in.out.String(), Shape: in.out.shape, Operation: in.String()}
		line.Node = givenName(in.out.node)
		l.Instructions = append(l.Instructions, line)
	}
	for _, w := range p.outputs {
		name := givenName(w.node)
		if name == "" {
			name = fmt.Sprintf("node %d", w.node.ID())
		}
		if w.gradientOf != nil {
			name = "gradient of " + label(w.gradientOf)
		}
		l.Outputs = append(l.Outputs, fmt.Sprintf("%v = %s", w.v, name))
	}
	return l
}

// Program is a listing of a compiled graph.
type Program struct {
	Inputs       []string      // name, type, shape
	Instructions []Instruction // in the order in which they run
	Outputs      []string      // value = node
}

// Instruction is one line of a [Program].
type Instruction struct {
	Result    string // a name for the value, %7
	Shape     []int  // of the result
	Operation string // the operation and its operands
	Node      string // the name that was given to the node with this value, if any
}

// String returns the listing, one instruction a line.
func (l Program) String() string {
	var b strings.Builder
	for _, line := range l.Inputs {
		fmt.Fprintf(&b, "input   %s\n", line)
	}
	for i, in := range l.Instructions {
		fmt.Fprintf(&b, "%4d  %-6s %-12v %s", i, in.Result, tensor.Shape(in.Shape), in.Operation)
		if in.Node != "" {
			fmt.Fprintf(&b, "   # %s", in.Node)
		}
		b.WriteByte('\n')
	}
	for _, line := range l.Outputs {
		fmt.Fprintf(&b, "output  %s\n", line)
	}
	return b.String()
}
