package machine

import (
	"unsafe"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// step runs one instruction. Only a fallback can fail.
type step func() error

// slot is where a running program finds the elements of a value: a part of the machine's memory, a constant, or the memory of the
// tensor that is currently bound to an input.
type slot[T kernel.Float] struct {
	data []T
	// returned is the shape of the result of an operation that runs itself, nil if it is the node's.
	returned []int
}

// emitter turns the instructions on one type of number into steps.
type emitter[T kernel.Float] struct {
	dtype   tensor.Dtype
	plan    *plan
	memory  []T
	slots   map[*value]*slot[T] // by root
	scratch *kernel.Scratch[T]
	filled  int // elements of constants and copies outside memory
}

func newEmitter[T kernel.Float](dtype tensor.Dtype, pl *plan, threads int) *emitter[T] {
	e := &emitter[T]{dtype: dtype, plan: pl, slots: map[*value]*slot[T]{}}
	e.memory = aligned[T](pl.size[dtype])
	m, n, k := pl.largestProduct(dtype)
	e.scratch = kernel.NewScratch[T](m, n, k, threads)
	return e
}

// aligned returns n zeros that start at a cache line.
func aligned[T kernel.Float](n int) []T {
	const line = 64
	var zero T
	width := int(unsafe.Sizeof(zero))
	x := make([]T, n+line/width)
	skip := 0
	if rest := int(uintptr(unsafe.Pointer(&x[0])) % line); rest != 0 {
		skip = (line - rest) / width
	}
	return x[skip : skip+n : skip+n]
}

// largestProduct returns the largest sizes of any product of the program, to size the packing buffers.
func (pl *plan) largestProduct(dtype tensor.Dtype) (m, n, k int) {
	for _, in := range pl.p.instructions {
		if in.out.dtype != dtype || in.code != codeProduct && in.code != codeBatchedProduct {
			continue
		}
		depth := 0
		for _, d := range in.depth {
			depth += d
		}
		m, n, k = max(m, in.m), max(n, in.n), max(k, depth)
	}
	return m, n, k
}

// bytes returns the number of bytes that the emitter has allocated.
func (e *emitter[T]) bytes() int64 {
	var zero T
	return int64(len(e.memory)+e.filled)*int64(unsafe.Sizeof(zero)) + int64(e.scratch.Bytes())
}

// owns reports whether data is in the memory that runs write to.
func (e *emitter[T]) owns(data []T) bool {
	if len(data) == 0 || len(e.memory) == 0 {
		return false
	}
	first, last := uintptr(unsafe.Pointer(&e.memory[0])), uintptr(unsafe.Pointer(&e.memory[len(e.memory)-1]))
	from, to := uintptr(unsafe.Pointer(&data[0])), uintptr(unsafe.Pointer(&data[len(data)-1]))
	return from <= last && to >= first
}

// slot returns the slot of a value, which is that of the value whose memory it shares.
func (e *emitter[T]) slot(v *value) *slot[T] {
	root := e.plan.root(v)
	if s := e.slots[root]; s != nil {
		return s
	}
	s := &slot[T]{}
	e.slots[root] = s
	switch {
	case root.kind == constant && root.uniform:
		s.data = aligned[T](root.size)
		for i := range s.data {
			s.data[i] = T(root.number)
		}
		e.filled += root.size
	case root.kind == constant:
		s.data = e.literal(root)
	case root.kind == computed:
		at := e.plan.at(root)
		s.data = e.memory[at.storage.offset+at.offset:][:root.size:root.size]
	}
	return s
}

// literal returns the elements of a constant tensor, row by row, in place if they are stored that way.
func (e *emitter[T]) literal(v *value) []T {
	dense, ok := v.literal.(*tensor.Dense)
	if !ok {
		return make([]T, v.size)
	}
	if plain(dense, v.size) {
		return elements[T](dense, v.size)
	}
	data := make([]T, v.size)
	gather(data, dense)
	e.filled += v.size
	return data
}

// view returns the value as Gorgonia sees it: a pointer to a number for a scalar, else a tensor over the same memory.
func view[T kernel.Float](data []T, shape []int) G.Value {
	if len(shape) == 0 && len(data) == 1 {
		switch p := any(&data[0]).(type) {
		case *float32:
			return (*G.F32)(p)
		case *float64:
			return (*G.F64)(p)
		}
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data), tensor.WithEngine(G.StandardEngine{}))
}
