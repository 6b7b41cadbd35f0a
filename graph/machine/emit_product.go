package machine

import "github.com/unfurl-rnn/unfurl/graph/machine/kernel"

// run is a part of a sum of products whose operands are contiguous: one product of depth k.
type run[T kernel.Float] struct {
	a, b     *slot[T]
	lda, ldb int
	k        int
}

// runs joins the products that the plan has stacked.
func (e *emitter[T]) runs(in *instruction) []run[T] {
	var list []run[T]
	p := in.pairs()
	first := 0
	for i := 1; i <= p; i++ {
		if i < p && in.transA && !in.transB && e.adjacent(in.args[i-1], in.args[i]) && e.adjacent(in.args[p+i-1], in.args[p+i]) {
			continue
		}
		k := 0
		for _, depth := range in.depth[first:i] {
			k += depth
		}
		r := run[T]{a: e.joined(in.args[first:i]), b: e.joined(in.args[p+first : p+i]), lda: k, ldb: in.n, k: k}
		if in.transA {
			r.lda = in.m
		}
		if in.transB {
			r.ldb = k
		}
		list = append(list, r)
		first = i
	}
	return list
}

// adjacent reports whether b directly follows a in memory.
func (e *emitter[T]) adjacent(a, b *value) bool {
	x, y := e.plan.at(a), e.plan.at(b)
	return x.storage != nil && x.storage == y.storage && y.offset == x.offset+a.size
}

// joined returns the slot of contiguous values.
func (e *emitter[T]) joined(values []*value) *slot[T] {
	if len(values) == 1 {
		return e.slot(values[0])
	}
	size := 0
	for _, v := range values {
		size += v.size
	}
	at := e.plan.at(values[0])
	return &slot[T]{data: e.memory[at.storage.offset+at.offset:][:size:size]}
}

// codeProduct is act(sum_i op(A_i) op(B_i) + addend + bias), or that times (1 - slope^2).
var codeProduct = &opcode{
	name:       "product",
	single:     (*emitter[float32]).product,
	double:     (*emitter[float64]).product,
	overwrites: overwritesAddend,
}

// overwritesAddend is for sums that may accumulate in the memory of their addend.
func overwritesAddend(in *instruction) []int {
	if in.addend == 0 {
		return nil
	}
	return []int{in.addend}
}

// product emits the products, the last of them with bias and activation in its epilogue.
func (e *emitter[T]) product(in *instruction) step {
	runs := e.runs(in)
	dst := e.slot(in.out)
	var bias, slope *slot[T]
	addend := e.addend(in)
	if in.bias > 0 {
		bias = e.slot(in.args[in.bias])
	}
	if in.slope > 0 {
		slope = e.slot(in.args[in.slope])
	}
	act := map[activation]kernel.Activation{
		identity: kernel.Identity, tanh: kernel.TanhActivation, relu: kernel.ReLUActivation,
	}[in.act]
	transA, transB, m, n, scratch := in.transA, in.transB, in.m, in.n, e.scratch
	return func() error {
		beta := startFrom(dst, addend)
		for i := range runs {
			r := &runs[i]
			if i == len(runs)-1 && (bias != nil || act != kernel.Identity) {
				var row []T
				if bias != nil {
					row = bias.data
				}
				kernel.GemmEpilogue(transA, transB, m, n, r.k, r.a.data, r.lda, r.b.data, r.ldb, beta, dst.data, n, row, act, scratch)
			} else {
				kernel.Gemm(transA, transB, m, n, r.k, 1, r.a.data, r.lda, r.b.data, r.ldb, beta, dst.data, n, scratch)
			}
			beta = 1
		}
		if slope != nil {
			kernel.TanhGradient(dst.data, dst.data, slope.data)
		}
		return nil
	}
}

// addend returns the slot of the addend, nil if there is none, the result's own slot if the addend is already there.
func (e *emitter[T]) addend(in *instruction) *slot[T] {
	if in.addend == 0 {
		return nil
	}
	v := in.args[in.addend]
	if at := e.plan.at(v); at.storage != nil && at == e.plan.at(in.out) {
		return e.slot(in.out)
	}
	return e.slot(v)
}

// startFrom copies the addend into dst and returns the factor of dst in the sum.
func startFrom[T kernel.Float](dst, addend *slot[T]) T {
	if addend == nil {
		return 0
	}
	if addend != dst {
		copy(dst.data, addend.data)
	}
	return 1
}

// codeBatchedProduct is op(A_i) op(B_i) for all i of the leading axes.
var codeBatchedProduct = &opcode{
	name:   "batched product",
	single: (*emitter[float32]).batchedProduct,
	double: (*emitter[float64]).batchedProduct,
}

// batchedProduct emits one product for each of outer pairs of matrices.
func (e *emitter[T]) batchedProduct(in *instruction) step {
	dst, a, b, scratch := e.slot(in.out), e.slot(in.args[0]), e.slot(in.args[1]), e.scratch
	transA, transB, m, n, k := in.transA, in.transB, in.m, in.n, in.depth[0]
	lda, ldb := k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	return func() error {
		for i := range in.outer {
			kernel.Gemm(transA, transB, m, n, k, 1, a.data[i*m*k:], lda, b.data[i*k*n:], ldb, 0, dst.data[i*m*n:], n, scratch)
		}
		return nil
	}
}

// codeDot is the inner product of two vectors.
var codeDot = &opcode{
	name:   "dot",
	single: (*emitter[float32]).dot,
	double: (*emitter[float64]).dot,
}

func (e *emitter[T]) dot(in *instruction) step {
	dst, a, b := e.slot(in.out), e.slot(in.args[0]), e.slot(in.args[1])
	return func() error { dst.data[0] = kernel.Dot(a.data, b.data); return nil }
}
