package machine

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// exchange passes values between the machine's memory and operations that run themselves.
type exchange struct {
	single  *emitter[float32]
	double  *emitter[float64]
	foreign map[*value]G.Value // values that are neither float32 nor float64
}

// fallback emits an instruction that calls the operation's Do. The operation receives tensors over the machine's memory, created
// anew in every run because some operations transpose or reshape their operands; it receives copies if it declares that it
// overwrites an operand. The result is copied, because some operations return an operand itself; if pointers is set, that is an
// error.
func (x *exchange) fallback(in *instruction, pointers bool) step {
	fetch := make([]func() G.Value, len(in.args)-in.witnesses)
	for i, v := range in.args[:len(fetch)] {
		fetch[i] = x.fetch(v, in.operation.OverwritesInput() >= 0)
	}
	store := x.store(in.out)
	operation, arguments := in.operation, make([]G.Value, len(fetch))
	return func() (err error) {
		defer func() {
			if reason := recover(); reason != nil {
				err = fmt.Errorf("the operation panicked: %v", reason)
			}
			clear(arguments)
		}()
		for i, f := range fetch {
			arguments[i] = f()
		}
		result, err := operation.Do(arguments...)
		if err != nil {
			return err
		}
		for i, v := range arguments {
			if pointers && v == result {
				return &returnedOperandError{i}
			}
		}
		return store(result)
	}
}

// fetch returns the function that makes a Gorgonia value of v.
func (x *exchange) fetch(v *value, clone bool) func() G.Value {
	switch v.dtype {
	case tensor.Float32:
		return fetchFrom(x.single.slot(v), v.shape, clone)
	case tensor.Float64:
		return fetchFrom(x.double.slot(v), v.shape, clone)
	}
	return func() G.Value {
		current := x.foreign[v]
		if v.kind == constant {
			current = v.literal
		}
		if clone {
			if copied, err := G.CloneValue(current); err == nil {
				return copied
			}
		}
		if dense, ok := current.(*tensor.Dense); ok {
			return dense.ShallowClone() // an operation may reshape its operand
		}
		return current
	}
}

func fetchFrom[T kernel.Float](s *slot[T], shape []int, clone bool) func() G.Value {
	return func() G.Value {
		data := s.data
		if clone {
			data = append([]T(nil), data...)
		}
		return view(data, append([]int(nil), shape...))
	}
}

// store returns the function that copies the result of an operation into v.
func (x *exchange) store(v *value) func(G.Value) error {
	switch v.dtype {
	case tensor.Float32:
		return storeTo(x.single.slot(v), v)
	case tensor.Float64:
		return storeTo(x.double.slot(v), v)
	}
	return func(result G.Value) error {
		if result == nil {
			return fmt.Errorf("the operation returned nothing")
		}
		copied, err := G.CloneValue(result)
		if err != nil {
			return err
		}
		x.foreign[v] = copied
		return nil
	}
}

func storeTo[T kernel.Float](s *slot[T], v *value) func(G.Value) error {
	return func(result G.Value) error {
		switch {
		case result == nil:
			return fmt.Errorf("the operation returned nothing")
		case result.Dtype() != v.dtype:
			return fmt.Errorf("the operation returned %v, the graph says %v", result.Dtype(), v.dtype)
		}
		dense, ok := result.(*tensor.Dense)
		switch {
		case !ok && v.size == 1 && scalar[T](result) != nil:
			s.data[0], s.returned = *scalar[T](result), nil
			return nil
		case !ok:
			return fmt.Errorf("the operation returned a %T, which is not dense", result)
		case product(dense.Shape()) != v.size:
			return fmt.Errorf("the operation returned the shape %v, the graph says %v", dense.Shape(), tensor.Shape(v.shape))
		}
		if s.returned = nil; !sameShape(dense.Shape(), v.shape) {
			s.returned = dense.Shape().Clone()
		}
		switch {
		case plain(dense, v.size):
			copy(s.data, elements[T](dense, v.size))
		default:
			gather(s.data, dense)
		}
		return nil
	}
}

// returnedOperandError reports, with Gorgonia's message, that an operation returned an operand as its result. See [WithPointerWatch].
type returnedOperandError struct{ operand int }

func (e *returnedOperandError) Error() string {
	return fmt.Sprintf("Pointer clash found in value. The operation returned its operand %d itself", e.operand)
}
