package machine

import (
	"errors"
	"reflect"
	"unsafe"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// This file accesses unexported fields of Gorgonia's nodes. The fields are those of v0.9.18, which go.mod pins; a version with
// other field names gives errors, not wrong numbers.

// operands returns the nodes that a node is computed from, in order and with repetitions.
//
// They are read from the node itself. ExprGraph.From looks a node up by its number in an index that RemoveNode does not update, so
// after a removal, which Gorgonia does itself when it stabilises log(1-p), From returns the operands of another node; so does
// gorgonia.Sort, which calls it.
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

// boundTo returns the address of a node's value.
func boundTo(n *G.Node) (*G.Value, error) {
	field := reflect.ValueOf(n).Elem().FieldByName("boundTo")
	if !field.IsValid() || field.Type() != reflect.TypeFor[G.Value]() {
		return nil, errors.New("this version of Gorgonia keeps values elsewhere; use v0.9.18")
	}
	return (*G.Value)(unsafe.Pointer(field.UnsafeAddr())), nil
}

// bind gives a node whose value is at bound another value, or none. gorgonia.UnsafeLet does the same but rejects a value whose
// shape is not the node's, and some of Gorgonia's operations return such values: the Tensordot of two vectors has the shape () as a
// node and (1) as a value.
func bind(bound *G.Value, v G.Value) {
	if inner := dualValue(*bound); inner.IsValid() {
		setInner(inner, v)
		return
	}
	*bound = v
}

// setInner is a separate function because v escapes to the heap here.
func setInner(inner reflect.Value, v G.Value) { inner.Set(reflect.ValueOf(&v).Elem()) }

// unbindDual removes the gradient of a node whose value is at bound, and keeps the value.
func unbindDual(bound *G.Value) {
	if inner := dualValue(*bound); inner.IsValid() {
		*bound, _ = inner.Interface().(G.Value)
	}
}

// dualValue returns the value within a dual value, which is a number with its derivative; it is not valid for any other value.
func dualValue(v G.Value) reflect.Value {
	switch v.(type) {
	case nil, *tensor.Dense, *G.F32, *G.F64:
		return reflect.Value{}
	}
	dual := reflect.ValueOf(v)
	if dual.Kind() != reflect.Pointer || dual.Elem().Kind() != reflect.Struct {
		return reflect.Value{}
	}
	inner := dual.Elem().FieldByName("Value")
	if !inner.IsValid() || !inner.CanSet() || inner.Type() != reflect.TypeFor[G.Value]() {
		return reflect.Value{}
	}
	return inner
}

// trainingOf returns the address of an operation's training flag; nil if the operation is not one of Gorgonia's. SetTraining also
// resets the statistics of a batch normalisation.
func trainingOf(operation G.TrainModeOp) *bool {
	v := reflect.ValueOf(operation)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	for _, name := range []string{"training", "isTraining"} { // of batch normalisation and dropout
		if field := v.Elem().FieldByName(name); field.IsValid() && field.Kind() == reflect.Bool {
			return (*bool)(unsafe.Pointer(field.UnsafeAddr()))
		}
	}
	return nil
}
