package machine

import (
	"errors"
	"fmt"
	"reflect"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// lower turns a graph into a program, one instruction for each operation that a result needs.
// want lists the nodes whose values the user asked for; empty means all results.
func lower(g *G.ExprGraph, want G.Nodes) (*program, error) {
	if len(g.AllNodes()) == 0 {
		return nil, ErrEmptyGraph
	}
	sorted, err := G.Sort(g)
	if err != nil {
		return nil, &CompileError{Err: fmt.Errorf("the graph has no order to run in: %w", err)}
	}
	l := &lowering{p: &program{}, values: make(map[*G.Node]*value, len(sorted)), used: map[*G.Node]bool{}, states: map[uintptr]*value{}}
	inGraph := make(map[*G.Node]bool, len(sorted))
	for i := len(sorted) - 1; i >= 0; i-- { // operands first
		inGraph[sorted[i]] = true
		if err := l.node(g, sorted[i]); err != nil {
			return nil, &CompileError{Node: sorted[i].Name(), Err: err}
		}
	}
	if len(want) == 0 {
		want = l.results(sorted)
	}
	seen := map[*G.Node]bool{}
	for _, n := range want {
		if n == nil {
			return nil, &CompileError{Err: errors.New("a wanted node is nil; check the error of the call that made it")}
		}
		v := l.values[n]
		if v == nil {
			reason := "it is wanted but not in this graph"
			if inGraph[n] {
				reason = "it is wanted but is a statement without a value"
			}
			return nil, &CompileError{Node: n.Name(), Err: errors.New(reason)}
		}
		if !seen[n] {
			seen[n] = true
			l.p.outputs = append(l.p.outputs, wanted{node: n, v: v})
		}
	}
	l.borrowedGradients(sorted, seen)
	if len(l.p.outputs)+len(l.p.readings) == 0 {
		return nil, ErrNothingWanted
	}
	return l.p, nil
}

type lowering struct {
	p      *program
	values map[*G.Node]*value
	used   map[*G.Node]bool   // by an operation or a read statement
	states map[uintptr]*value // results of operations that run themselves, by the operation's address
}

// node adds the value of one node, whose operands have been added before.
func (l *lowering) node(g *G.ExprGraph, n *G.Node) error {
	var args []*value
	if children := g.From(n.ID()); children != nil {
		for children.Next() {
			child := children.Node().(*G.Node)
			v := l.values[child]
			if v == nil {
				return fmt.Errorf("its operand %s has no value", child.Name())
			}
			args = append(args, v)
			l.used[child] = true
		}
	}
	operation := n.Op()
	name := fmt.Sprintf("%T", operation)
	switch {
	case operation == nil:
		v, err := l.input(n)
		if err != nil {
			return err
		}
		l.values[n] = v
		return nil
	case name == "gorgonia.readOp":
		into := (*G.Value)(reflect.ValueOf(operation).FieldByName("into").UnsafePointer())
		if into == nil || len(args) != 1 {
			return errors.New("the read statement has no target")
		}
		l.p.readings = append(l.p.readings, reading{args[0], into})
		return nil
	case operation.Type() == nil:
		return nil // another statement; gorgonia.Set has no effect when run
	case name == "gorgonia.constantScalar" || name == "gorgonia.constantTensor":
		l.values[n] = l.constant(n)
		return nil
	}
	v := l.p.newValue(computed, n.Dtype(), n.Shape())
	v.node = n
	l.values[n] = v
	r := &request{p: l.p, operation: operation, text: operation.String(), args: args, out: v}
	if number, ok := r.knownSize(name); ok {
		v.kind, v.uniform, v.number = constant, true, number
		return nil
	}
	in := r.recognise(name)
	if in == nil {
		witnesses := l.witnesses(operation, v)
		in = &instruction{code: codeFallback, operation: operation, args: append(args, witnesses...), witnesses: len(witnesses)}
	}
	if in.args == nil {
		in.args = args
	}
	in.out = v
	l.p.instructions = append(l.p.instructions, in)
	return nil
}

func (l *lowering) input(n *G.Node) (*value, error) {
	shape := n.Shape()
	if len(shape) == 0 && n.Dims() != 0 {
		bound := n.Value()
		if bound == nil {
			return nil, errors.New("the input has neither a shape nor a value; give it WithShape or WithValue")
		}
		shape = bound.Shape().Clone()
	}
	v := l.p.newValue(input, n.Dtype(), shape)
	v.node = n
	return v, nil
}

func (l *lowering) constant(n *G.Node) *value {
	literal := n.Value()
	v := l.p.newValue(constant, literal.Dtype(), literal.Shape().Clone())
	v.node = n
	switch x := literal.(type) {
	case *G.F64:
		v.uniform, v.number = true, float64(*x)
	case *G.F32:
		v.uniform, v.number = true, float64(*x)
	default:
		v.literal = literal
	}
	return v
}

// results lists the nodes that nothing else uses and the gradients of inputs.
func (l *lowering) results(sorted G.Nodes) (want G.Nodes) {
	for i := len(sorted) - 1; i >= 0; i-- {
		n := sorted[i]
		if v := l.values[n]; !l.used[n] && v != nil && v.kind == computed {
			want = append(want, n)
		}
		if n.IsVar() && l.values[n.Deriv()] != nil {
			want = append(want, n.Deriv())
		}
	}
	return want
}

// borrowedGradients adds a copy for every input whose wanted gradient is an input or a constant itself.
func (l *lowering) borrowedGradients(sorted G.Nodes, want map[*G.Node]bool) {
	for i := len(sorted) - 1; i >= 0; i-- {
		n := sorted[i]
		if d := n.Deriv(); n.IsVar() && want[d] && l.values[d].kind != computed && l.values[d].native() {
			l.p.outputs = append(l.p.outputs, wanted{node: d, v: l.values[d], gradientOf: n})
		}
	}
}

// witnesses lists the results of earlier operations whose state the operation shares, such as the statistics of a batch
// normalisation that its derivative needs. It must run behind them even if it does not use their results.
func (l *lowering) witnesses(operation G.Op, out *value) (list []*value) {
	v := reflect.ValueOf(operation)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	for i := range v.Elem().NumField() {
		if f := v.Elem().Field(i); f.Kind() == reflect.Pointer && l.states[f.Pointer()] != nil {
			list = append(list, l.states[f.Pointer()])
		}
	}
	l.states[v.Pointer()] = out
	return list
}

// size1 reports whether a value is one number, of whatever shape.
func size1(v *value) bool { return v.size == 1 }

// sameType reports whether all values are float32 or all are float64.
func sameType(out *value, args []*value) bool {
	if out.dtype != tensor.Float32 && out.dtype != tensor.Float64 {
		return false
	}
	for _, v := range args {
		if v.dtype != out.dtype {
			return false
		}
	}
	return true
}
