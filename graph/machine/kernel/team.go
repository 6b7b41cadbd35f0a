package kernel

import "sync"

// parallelFlops is the size, in floating-point operations, from which a product is worth waking other goroutines for:
// some 200 microseconds of one core. Waking takes 5 microseconds on a quiet machine and several times that on a
// virtual one, and a step wakes them for every product: at 8e6 two threads were slower than one.
const parallelFlops = 2e7

// team is the goroutines of a [Scratch]. They hold the team, not the Scratch, so that the latter can be collected.
type team[T Float] struct {
	product product[T]
	spaces  []workspace[T] // one for each goroutine; the caller's is the first
	wake    []chan struct{}
	pending sync.WaitGroup
	parts   int
}

func newTeam[T Float](threads int) *team[T] {
	t := &team[T]{spaces: make([]workspace[T], threads)}
	for i := 1; i < threads; i++ {
		wake := make(chan struct{}, 1)
		t.wake = append(t.wake, wake)
		go func() {
			for range wake {
				t.part(i)
				t.pending.Done()
			}
		}()
	}
	return t
}

// stop ends the goroutines.
func (t *team[T]) stop() {
	for _, wake := range t.wake {
		close(wake)
	}
}

// run computes t.product, alone when it is small.
func (t *team[T]) run() {
	p := &t.product
	t.parts = len(t.spaces)
	if t.parts > 1 {
		if 2*float64(p.m)*float64(p.n)*float64(p.k) < parallelFlops {
			t.parts = 1
		} else {
			longest, unit := p.split()
			t.parts = min(t.parts, (longest+unit-1)/unit)
		}
	}
	if t.parts <= 1 {
		p.compute(&t.spaces[0], 0, p.m, 0, p.n)
		return
	}
	t.pending.Add(t.parts - 1)
	for i := 1; i < t.parts; i++ {
		t.wake[i-1] <- struct{}{}
	}
	t.part(0)
	t.pending.Wait()
}

// split returns the length of the side that is shared out and the unit it is cut in: rows when there are
// at least as many as columns, so that each goroutine packs the smaller part twice.
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
