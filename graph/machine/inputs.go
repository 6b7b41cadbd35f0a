package machine

import (
	"fmt"
	"unsafe"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// binding connects an input node with the slot that the program reads.
type binding struct {
	node *G.Node
	name string
	v    *value
	// update is called when a value, or memory, other than in the previous run is bound.
	update func(bound G.Value) error

	bound  G.Value // in the last run
	memory uintptr
	staged bool // the elements are copied in every run
}

// refresh updates the slot. It does not allocate while the same tensor stays bound.
func (b *binding) refresh() error {
	bound := b.node.Value()
	if bound == nil {
		return &InputError{b.name, "no value is bound to it; call gorgonia.Let before RunAll"}
	}
	if b.unchanged(bound) {
		return nil
	}
	if bound.Dtype() != b.v.dtype {
		return &InputError{b.name, fmt.Sprintf("the value is of type %v; the graph was compiled for %v", bound.Dtype(), b.v.dtype)}
	}
	if !bound.Shape().Eq(tensor.Shape(b.v.shape)) {
		return &InputError{b.name, fmt.Sprintf("the value has the shape %v; the graph was compiled for %v", bound.Shape(), tensor.Shape(b.v.shape))}
	}
	if err := b.update(bound); err != nil {
		return &InputError{b.name, err.Error()}
	}
	b.bound, b.memory = bound, address(bound)
	return nil
}

// address returns the address of the elements of a value, 0 for none.
func address(v G.Value) uintptr {
	if v.MemSize() == 0 {
		return 0
	}
	return v.Uintptr()
}

// unchanged reports whether the slot is still valid: the same value in the same memory, with its elements in row-major order.
func (b *binding) unchanged(bound G.Value) bool {
	if bound != b.bound || b.staged || address(bound) != b.memory || !bound.Shape().Eq(tensor.Shape(b.v.shape)) {
		return false
	}
	dense, ok := bound.(*tensor.Dense)
	return !ok || !b.v.native() || plain(dense, b.v.size)
}

// bindInput returns the binding of a native input.
func bindInput[T kernel.Float](e *emitter[T], v *value) *binding {
	b := &binding{node: v.node, name: label(v.node), v: v}
	s := e.slot(v)
	var copied []T
	// stage returns memory owned by the input, for elements that are not in row-major order or that a run may overwrite.
	stage := func() []T {
		if copied == nil {
			copied = make([]T, v.size)
		}
		b.staged = true
		return copied
	}
	b.update = func(bound G.Value) error {
		b.staged = false
		dense, ok := bound.(*tensor.Dense)
		switch {
		case v.size == 0:
			return fmt.Errorf("the value is empty; the machine takes at least one element")
		case !ok && v.size == 1 && scalar[T](bound) != nil:
			s.data = unsafe.Slice(scalar[T](bound), 1)
		case !ok:
			return fmt.Errorf("the value is a %T; the machine takes dense tensors and scalars", bound)
		case dense.IsMasked():
			return fmt.Errorf("the tensor has a mask; bind one without")
		case plain(dense, v.size):
			s.data = elements[T](dense, v.size)
		default:
			// A view or a column-major tensor, perhaps changed since the last run.
			s.data = stage()
			gather(s.data, dense)
		}
		if !b.staged && e.owns(s.data) {
			// A result of this machine that is fed back: the run overwrites it while the input is still needed.
			result := s.data
			s.data = stage()
			copy(s.data, result)
		}
		return nil
	}
	return b
}

// bindForeign returns the binding of an input that only fallbacks read, such as indices.
func bindForeign(v *value, set func(G.Value)) *binding {
	b := &binding{node: v.node, name: label(v.node), v: v}
	b.update = func(bound G.Value) error {
		set(bound)
		return nil
	}
	return b
}

// scalar returns the number that a Gorgonia scalar holds, nil for anything else.
func scalar[T kernel.Float](v G.Value) *T {
	switch x := v.(type) {
	case *G.F32:
		p, _ := any((*float32)(x)).(*T)
		return p
	case *G.F64:
		p, _ := any((*float64)(x)).(*T)
		return p
	}
	return nil
}

// plain reports whether the elements of a tensor are contiguous in row-major order.
func plain(d *tensor.Dense, size int) bool {
	if d.DataSize() != size && !(size == 1 && d.DataSize() <= 1) {
		return false
	}
	shape, strides := d.Shape(), d.Strides()
	if size == 1 {
		return true
	}
	if len(strides) != len(shape) {
		return len(strides) == 1 && strides[0] == 1 // a vector written as a row or a column
	}
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		if shape[i] != 1 && strides[i] != step {
			return false
		}
		step *= shape[i]
	}
	return true
}

// elements returns the memory of a tensor; for a plain one, element i is number i in row-major order.
func elements[T kernel.Float](d *tensor.Dense, size int) []T {
	var zero T
	if unsafe.Sizeof(zero) == 4 {
		x := d.Float32s()
		return (*(*[]T)(unsafe.Pointer(&x)))[:size:size]
	}
	x := d.Float64s()
	return (*(*[]T)(unsafe.Pointer(&x)))[:size:size]
}

// gather copies the elements of a tensor in row-major order, whatever its strides.
func gather[T kernel.Float](dst []T, d *tensor.Dense) {
	var zero T
	src := elements[T](d, int(d.MemSize()/unsafe.Sizeof(zero)))
	shape, strides := d.Shape(), d.Strides()
	if len(strides) != len(shape) {
		// One stride for a vector written as a row or a column.
		for i := range dst {
			dst[i] = src[i*strides[0]]
		}
		return
	}
	var few [8]int // on the stack for the usual number of axes
	index := append(few[:0], make([]int, len(shape))...)
	at := 0
	for i := range dst {
		dst[i] = src[at]
		at = advance(index, shape, strides, at)
	}
}
