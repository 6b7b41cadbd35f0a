package machine

import (
	"slices"

	"gorgonia.org/tensor"
)

// storage is a block of memory that holds one value, or values that are never live together, or a stack.
type storage struct {
	dtype       tensor.Dtype
	size        int // elements
	first, last int // instructions between which it is in use, both included
	offset      int // in the memory of its type
	stack       bool
}

// place is the location of a value.
type place struct {
	storage *storage
	offset  int // in storage
}

// plan gives every value of a program its memory.
type plan struct {
	p      *program
	roots  []*value // by value id: the value whose memory it shares; reshaping makes no copy
	places []place  // by root id; no storage for inputs and constants
	size   map[tensor.Dtype]int
}

// lineElements is the size of a cache line in elements of the smaller type: every storage starts at one.
const lineElements = 16

// planMemory decides which values share memory. Two values do only if the last use of one is not after the definition of the other;
// an element-wise instruction may overwrite an operand that it is the last to use. The operands that a product or a sum adds up are
// stacked: they are contiguous.
func planMemory(p *program) *plan {
	pl := &plan{p: p, roots: make([]*value, len(p.values)), places: make([]place, len(p.values)), size: map[tensor.Dtype]int{}}
	for _, v := range p.values {
		pl.roots[v.id] = v
	}
	for _, in := range p.instructions {
		if in.code == codeReshape {
			pl.roots[in.out.id] = pl.root(in.args[0])
		}
	}
	pl.stackOperands()
	last := pl.lastUses()
	var all []*storage
	for i, in := range p.instructions {
		v := in.out
		if pl.root(v) != v || !v.native() {
			continue
		}
		if at := pl.places[v.id]; at.storage != nil { // in a stack
			if at.storage.first < 0 {
				at.storage.first = i
				all = append(all, at.storage)
			}
			at.storage.last = max(at.storage.last, last[v.id])
			continue
		}
		if s := pl.overwritable(in, i, last); s != nil {
			s.last = last[v.id]
			pl.places[v.id] = place{storage: s}
			continue
		}
		s := &storage{dtype: v.dtype, size: v.size, first: i, last: last[v.id]}
		pl.places[v.id] = place{storage: s}
		all = append(all, s)
	}
	pl.assign(all)
	return pl
}

func (pl *plan) root(v *value) *value { return pl.roots[v.id] }

// at returns the place of a value; its storage is nil for inputs and constants.
func (pl *plan) at(v *value) place { return pl.places[pl.root(v).id] }

// lastUses returns, by root id, the last instruction that needs the value. Outputs stay live to the end.
func (pl *plan) lastUses() []int {
	last := make([]int, len(pl.p.values))
	for i, in := range pl.p.instructions {
		last[pl.root(in.out).id] = max(last[pl.root(in.out).id], i)
		for _, v := range in.args {
			last[pl.root(v).id] = i
		}
	}
	end := len(pl.p.instructions)
	for _, w := range pl.p.outputs {
		last[pl.root(w.v).id] = end
	}
	for _, r := range pl.p.readings {
		last[pl.root(r.v).id] = end
	}
	return last
}

// overwritable returns the storage of an operand that instruction i may overwrite with its result.
func (pl *plan) overwritable(in *instruction, i int, last []int) *storage {
	for _, k := range in.overwrites() {
		r := pl.root(in.args[k])
		if in.addend > 0 && pl.sharesRoot(in, k) {
			continue
		}
		s := pl.places[r.id].storage
		if s == nil || s.stack || last[r.id] != i || s.size != in.out.size || s.dtype != in.out.dtype {
			continue
		}
		return s
	}
	return nil
}

// overwrites lists the operands whose memory the result may use.
func (in *instruction) overwrites() []int {
	if in.code.overwrites == nil {
		return nil
	}
	return in.code.overwrites(in)
}

// sharesRoot reports whether another operand shares the memory of operand k.
func (pl *plan) sharesRoot(in *instruction, k int) bool {
	for j, v := range in.args {
		if j != k && pl.root(v) == pl.root(in.args[k]) {
			return true
		}
	}
	return false
}

// assign gives every storage its offset: in order of time, each takes the smallest gap that holds it.
func (pl *plan) assign(all []*storage) {
	slices.SortStableFunc(all, func(a, b *storage) int { return a.first - b.first })
	gaps := map[tensor.Dtype]*gapList{}
	var active []*storage
	for _, s := range all {
		list := gaps[s.dtype]
		if list == nil {
			list = &gapList{}
			gaps[s.dtype] = list
		}
		active = slices.DeleteFunc(active, func(old *storage) bool {
			if old.last < s.first {
				gaps[old.dtype].release(old.offset, padded(old.size))
				return true
			}
			return false
		})
		s.offset = list.take(padded(s.size))
		active = append(active, s)
	}
	for dtype, list := range gaps {
		pl.size[dtype] = list.end
	}
}

func padded(size int) int { return (size + lineElements - 1) / lineElements * lineElements }

// gapList is the free part of a growing block of memory.
type gapList struct {
	gaps []gap // by offset, never adjacent
	end  int
}

type gap struct{ offset, size int }

func (l *gapList) take(size int) int {
	best := -1
	for i, g := range l.gaps {
		if g.size >= size && (best < 0 || g.size < l.gaps[best].size) {
			best = i
		}
	}
	if best < 0 {
		offset := l.end
		if n := len(l.gaps); n > 0 && l.gaps[n-1].offset+l.gaps[n-1].size == l.end {
			offset = l.gaps[n-1].offset // grow the gap at the end
			l.gaps = l.gaps[:n-1]
		}
		l.end = offset + size
		return offset
	}
	g := &l.gaps[best]
	offset := g.offset
	g.offset, g.size = g.offset+size, g.size-size
	if g.size == 0 {
		l.gaps = slices.Delete(l.gaps, best, best+1)
	}
	return offset
}

func (l *gapList) release(offset, size int) {
	i, _ := slices.BinarySearchFunc(l.gaps, offset, func(g gap, at int) int { return g.offset - at })
	l.gaps = slices.Insert(l.gaps, i, gap{offset, size})
	if i+1 < len(l.gaps) && offset+size == l.gaps[i+1].offset {
		l.gaps[i].size += l.gaps[i+1].size
		l.gaps = slices.Delete(l.gaps, i+1, i+2)
	}
	if i > 0 && l.gaps[i-1].offset+l.gaps[i-1].size == offset {
		l.gaps[i-1].size += l.gaps[i].size
		l.gaps = slices.Delete(l.gaps, i, i+1)
	}
}
