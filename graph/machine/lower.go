package machine

import (
	"errors"
	"fmt"
	"reflect"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// lower turns a graph into a program, one instruction for each operation that a result needs.
func lower(g *G.ExprGraph, s selection) (*program, error) {
	if len(g.AllNodes()) == 0 {
		return nil, ErrEmptyGraph
	}
	vertices, err := operandsFirst(s.roots(g))
	if err != nil {
		return nil, &CompileError{Err: fmt.Errorf("the graph has no order to run in: %w", err)}
	}
	if err := checkEdges(g, vertices); err != nil {
		return nil, err
	}
	l := &lowering{p: &program{}, values: make(map[*G.Node]*value, len(vertices)), states: map[uintptr]*value{}}
	for _, v := range vertices {
		if err := l.node(v); err != nil {
			return nil, &CompileError{Node: label(v.node), Err: err}
		}
	}
	if err := l.outputs(vertices, s); err != nil {
		return nil, err
	}
	if len(l.p.outputs)+len(l.p.readings) == 0 {
		return nil, ErrNothingWanted
	}
	return l.p, nil
}

type lowering struct {
	p      *program
	values map[*G.Node]*value
	states map[uintptr]*value // results of operations that run themselves, keyed by the operation's address
}

// node adds the value of one node, whose operands have been added before.
func (l *lowering) node(vertex vertex) error {
	n := vertex.node
	var args []*value
	for _, operand := range vertex.operands {
		v := l.values[operand]
		if v == nil {
			return fmt.Errorf("its operand %s has no value", label(operand))
		}
		args = append(args, v)
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
	case isConstant(operation):
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

// isConstant reports whether an operation is a constant number or tensor of the graph.
func isConstant(operation G.Op) bool {
	name := fmt.Sprintf("%T", operation)
	return name == "gorgonia.constantScalar" || name == "gorgonia.constantTensor"
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

// witnesses lists the results of earlier operations whose state the operation shares, such as the statistics of a batch
// normalisation that its derivative needs. It must run after them even if it does not use their results.
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

// size1 reports whether a value is a single number, whatever its shape.
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
