package kernel

import (
	"runtime"
	"sync/atomic"
)

const (
	// parallelFlops is the size, in floating-point operations, from which a product is shared: some 20 microseconds of
	// one thread, against a hand-over of about one to a worker that is still awake.
	parallelFlops = 2e6
	// spins is how often a worker looks for the next product before it goes to sleep: for some 200 microseconds. To wake a sleeping
	// one takes as long as a small product, and the products of a training step follow each other closely.
	spins = 2000
	// looks is how many looks it takes between giving way to other goroutines.
	looks = 64
)

// The states of a worker.
const (
	idle    = iota // looks for work
	working        // has been given a part, or is computing it
	asleep         // waits on its channel
	ended
)

// worker is one goroutine of a team.
type worker struct {
	state atomic.Int32
	wake  chan struct{}
	_     [64]byte // keeps the states of two workers out of one cache line
}

// team is the goroutines of a [Scratch]. They hold the team, not the Scratch, so that the latter can be collected.
type team[T Float] struct {
	product  product[T]
	spaces   []workspace[T] // one for each goroutine; the caller's is the first
	workers  []*worker      // all but the caller
	parts    int
	pending  atomic.Int32 // parts that other goroutines have not finished
	waiting  atomic.Bool  // the caller sleeps until the last of them has
	finished chan struct{}
}

func newTeam[T Float](threads int) *team[T] {
	t := &team[T]{spaces: make([]workspace[T], threads), finished: make(chan struct{}, 1)}
	for i := 1; i < threads; i++ {
		w := &worker{wake: make(chan struct{}, 1)}
		t.workers = append(t.workers, w)
		go t.serve(w, i)
	}
	return t
}

// stop ends the goroutines.
func (t *team[T]) stop() {
	for _, w := range t.workers {
		w.hand(ended)
	}
}

// hand gives the worker a new state and wakes it if need be.
func (w *worker) hand(state int32) {
	if w.state.Swap(state) == asleep {
		w.wake <- struct{}{}
	}
}

// await returns the state that the worker was given.
func (w *worker) await() int32 {
	for range spins {
		for range looks {
			if s := w.state.Load(); s != idle {
				return s
			}
		}
		runtime.Gosched()
	}
	if w.state.CompareAndSwap(idle, asleep) {
		<-w.wake
	}
	return w.state.Load()
}

// serve computes the i-th part of one product after the other.
func (t *team[T]) serve(w *worker, i int) {
	for w.await() == working {
		t.part(i)
		// A new part may come as soon as the caller sees that none is pending, so the state is cleared before. stop may
		// come too, of which this must not lose sight.
		w.state.CompareAndSwap(working, idle)
		if t.pending.Add(-1) == 0 && t.waiting.CompareAndSwap(true, false) {
			t.finished <- struct{}{}
		}
	}
}

// wait returns when the workers have finished their parts.
func (t *team[T]) wait() {
	for range spins {
		for range looks {
			if t.pending.Load() == 0 {
				return
			}
		}
		runtime.Gosched()
	}
	t.waiting.Store(true)
	if t.pending.Load() == 0 && t.waiting.CompareAndSwap(true, false) {
		return // no worker has seen that anybody waits
	}
	<-t.finished
}

// run computes t.product, alone when it is small.
func (t *team[T]) run() {
	p := &t.product
	t.parts = len(t.spaces)
	if t.parts > 1 {
		if 2*float64(p.m)*float64(p.n)*float64(p.k) < parallelFlops {
			t.parts = 1
		} else {
			length, unit := p.split()
			t.parts = min(t.parts, (length+unit-1)/unit)
		}
	}
	if t.parts <= 1 {
		p.compute(&t.spaces[0], 0, p.m, 0, p.n)
		return
	}
	t.pending.Store(int32(t.parts - 1))
	for _, w := range t.workers[:t.parts-1] {
		w.hand(working)
	}
	t.part(0)
	t.wait()
}

// split returns the length of the side that is shared out and the unit it is cut in: the longer side, so that
// what every goroutine packs for itself is the smaller operand.
func (p *product[T]) split() (length, unit int) {
	g := p.functions.gemm
	if p.m >= p.n {
		return p.m, g.rows
	}
	return p.n, g.panel
}

// part computes the i-th of t.parts parts of the product.
func (t *team[T]) part(i int) {
	p := &t.product
	length, unit := p.split()
	units := (length + unit - 1) / unit
	from, to := i*units/t.parts*unit, min((i+1)*units/t.parts*unit, length)
	if p.m >= p.n {
		p.compute(&t.spaces[i], from, to, 0, p.n)
	} else {
		p.compute(&t.spaces[i], 0, p.m, from, to)
	}
}
