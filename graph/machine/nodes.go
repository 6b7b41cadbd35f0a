package machine

import (
	"errors"
	"reflect"
	"unsafe"

	G "gorgonia.org/gorgonia"
)

// Gorgonia keeps what this file reaches for in unexported fields of its nodes. The fields are those of v0.9.18, which go.mod
// pins; a version that names them otherwise gives errors, not wrong numbers.

// operands returns what a node is computed from, in order and with repetitions.
//
// They are read from the node itself. ExprGraph.From looks a node up by its number in an index that RemoveNode leaves as it
// was, so after a removal, which Gorgonia makes by itself when it stabilises log(1-p), From answers with the operands
// of another node; so does gorgonia.Sort, which calls it.
func operands(n *G.Node) ([]*G.Node, error) {
	field := reflect.ValueOf(n).Elem().FieldByName("children")
	if !field.IsValid() || field.Kind() != reflect.Slice || field.Type().Elem() != reflect.TypeFor[*G.Node]() {
		return nil, errors.New("this version of Gorgonia keeps operands elsewhere; use v0.9.18")
	}
	list := make([]*G.Node, field.Len())
	for i := range list {
		list[i] = (*G.Node)(field.Index(i).UnsafePointer())
	}
	return list, nil
}

// bind lets a node show a value, or none. gorgonia.UnsafeLet does the same but refuses a value whose shape is not the node's,
// and some of Gorgonia's operations return such: the Tensordot of two vectors has the shape () as a node and (1) as a value.
func bind(n *G.Node, v G.Value) error {
	field := reflect.ValueOf(n).Elem().FieldByName("boundTo")
	if !field.IsValid() || field.Type() != reflect.TypeFor[G.Value]() {
		return errors.New("this version of Gorgonia keeps values elsewhere; use v0.9.18")
	}
	bound := (*G.Value)(unsafe.Pointer(field.UnsafeAddr()))
	if dual := reflect.ValueOf(*bound); dual.Kind() == reflect.Pointer && dual.Elem().Kind() == reflect.Struct {
		if inner := dual.Elem().FieldByName("Value"); inner.IsValid() && inner.CanSet() && inner.Type() == reflect.TypeFor[G.Value]() {
			inner.Set(reflect.ValueOf(&v).Elem()) // a dual value: the number and its derivative
			return nil
		}
	}
	*bound = v
	return nil
}
