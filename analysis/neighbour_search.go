package analysis

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// neighbourCancellation is the bound on the relative error of a squared distance from products above which differences
// are taken. The error itself is about a thousandth of its bound, and far below what 600 samples can resolve.
const neighbourCancellation = 1e-8

// neighbourSearch fills found with the neighbours of points, all of them different.
type neighbourSearch struct {
	ctx    context.Context // once done, the search ends unfinished
	points *mat.Dense
	found  *neighbourhoods
	k      int
	unit   float64 // found distances are those of points times unit; 0 before the first search
}

// among finds the neighbours of the wanted ones of members, whose k nearest points are among members. Both are ascending;
// wanted are indices into members.
func (s *neighbourSearch) among(members, wanted []int) {
	const largestFactor = 0x1p1000 // above which deviations are too small to be scaled to 1
	deviations, _, factor := centred(rowsOf(s.points, members))
	if s.unit == 0 {
		s.unit = min(factor, largestFactor)
	}
	if factor > largestFactor {
		for _, i := range wanted {
			s.exactly(members, i, make([]float64, len(members)), 0)
		}
		return
	}
	squares := newGeneral(len(members), len(members))
	selfProduct(squares, deviations)
	mirror(squares)
	norms := make([]float64, len(members))
	for i := range norms {
		norms[i] = squares.Data[i*squares.Stride+i]
	}
	// A sum of N products rounds by at most N 2^-53 of its size; 64 covers the three sums and the centring.
	margin := 64 * float64(deviations.Cols+8) * 0x1p-53 * slices.Max(norms)

	var pending []int
	limits, candidates, groups := make([]float64, len(members)), 0, newGroups(len(members))
	for _, i := range wanted {
		row := rowOf(squares, i)
		for j, product := range row {
			row[j] = norms[i] + norms[j] - 2*product
		}
		row[i] = math.Inf(1) // no point is its own neighbour
		lengths, indices := s.of(members[i])
		smallest(lengths, indices, row)
		if margin < neighbourCancellation*lengths[0] {
			for at, square := range lengths {
				lengths[at], indices[at] = math.Sqrt(square)*(s.unit/factor), members[indices[at]]
			}
			continue
		}
		limit := lengths[s.k-1] + 2*margin
		limits[i] = limit
		pending = append(pending, i)
		for j, square := range row {
			if square <= limit {
				groups.join(i, j)
				candidates++
			}
		}
	}
	if candidates > 2*s.k*len(pending) {
		pending = s.regroup(members, pending, groups)
	}
	for _, i := range pending {
		if s.ctx.Err() != nil {
			return
		}
		s.exactly(members, i, rowOf(squares, i), limits[i])
	}
}

// regroup searches again for the pending ones whose group is smaller than members, and returns the others.
func (s *neighbourSearch) regroup(members, pending []int, groups groups) (left []int) {
	places := map[int][]int{} // of the members of each group
	for i := range members {
		root := groups.root(i)
		places[root] = append(places[root], i)
	}
	done := map[int]bool{}
	for _, i := range pending {
		root := groups.root(i)
		group := places[root]
		if len(group) == len(members) {
			left = append(left, i)
			continue
		}
		if done[root] {
			continue
		}
		done[root] = true
		inner := make([]int, len(group))
		var wanted []int
		for at, place := range group {
			inner[at] = members[place]
			if _, found := slices.BinarySearch(pending, place); found {
				wanted = append(wanted, at)
			}
		}
		s.among(inner, wanted)
	}
	return left
}

// exactly finds the neighbours of the i-th of members from differences, among those whose rough square is within limit.
func (s *neighbourSearch) exactly(members []int, i int, rough []float64, limit float64) {
	lengths, indices := s.of(members[i])
	for at := range lengths {
		lengths[at] = math.Inf(1)
	}
	point := s.points.RawRowView(members[i])
	for j, square := range rough {
		if square > limit || j == i {
			continue
		}
		if length := distance(point, s.points.RawRowView(members[j]), s.unit, lengths[s.k-1]); length < lengths[s.k-1] {
			insert(lengths, indices, length, members[j])
		}
	}
}

// of returns the distances and indices of the neighbours of a point, for writing.
func (s *neighbourSearch) of(point int) ([]float64, []int) {
	return rowOf(s.found.distances, point), s.found.indices[point*s.k:][:s.k]
}

// groups is a partition of 0..n-1: each element points to another of its group, and its root to itself.
type groups []int

func newGroups(n int) groups { return allRows(n) }

// root returns the element that stands for the group of i. It shortens the path there.
func (g groups) root(i int) int {
	for g[i] != i {
		g[i] = g[g[i]]
		i = g[i]
	}
	return i
}

// join makes one group of those of i and j.
func (g groups) join(i, j int) { g[g.root(j)] = g.root(i) }

// rowsOf returns the given rows of points; points itself if these are all.
func rowsOf(points *mat.Dense, rows []int) *mat.Dense {
	all, columns := points.Dims()
	if len(rows) == all {
		return points
	}
	some := mat.NewDense(len(rows), columns, nil)
	for to, from := range rows {
		some.SetRow(to, points.RawRowView(from))
	}
	return some
}

// smallest sets to to the smallest of values, ascending, and indices to where they are.
func smallest(to []float64, indices []int, values []float64) {
	for i := range to {
		to[i] = math.Inf(1)
	}
	worst := math.Inf(1)
	for i, value := range values {
		if value < worst {
			insert(to, indices, value, i)
			worst = to[len(to)-1]
		}
	}
}

// insert puts value into sorted, which is ascending, and index at the same place of indices; the largest drops out.
func insert(sorted []float64, indices []int, value float64, index int) {
	at := len(sorted) - 1
	for ; at > 0 && sorted[at-1] > value; at-- {
		sorted[at], indices[at] = sorted[at-1], indices[at-1]
	}
	sorted[at], indices[at] = value, index
}

// distance returns the Euclidean distance of a and b, which differ, times factor; at least 1e-300, also where the squares
// underflow. It may stop and return any value above most once it is sure to exceed most.
func distance(a, b []float64, factor, most float64) float64 {
	const block = 32
	b = b[:len(a)]
	sum, enough := 0.0, 1.001*most*most
	for start := 0; start < len(a); start += block {
		end := min(start+block, len(a))
		left, right := a[start:end], b[start:end]
		var s0, s1, s2, s3 float64
		for len(left) >= 4 && len(right) >= 4 {
			d0, d1 := (left[0]-right[0])*factor, (left[1]-right[1])*factor
			d2, d3 := (left[2]-right[2])*factor, (left[3]-right[3])*factor
			s0 += d0 * d0
			s1 += d1 * d1
			s2 += d2 * d2
			s3 += d3 * d3
			left, right = left[4:], right[4:]
		}
		for i, x := range left {
			difference := (x - right[i]) * factor
			s0 += difference * difference
		}
		sum += (s0 + s1) + (s2 + s3)
		if sum > enough {
			break
		}
	}
	if sum > 1e-280 {
		return math.Sqrt(sum)
	}
	largest := 0.0
	for i, x := range a {
		largest = math.Max(largest, math.Abs(x-b[i]))
	}
	const least = 1e-300 // whose inverse does not overflow
	if largest*factor <= least {
		return least
	}
	sum = 0
	for i, x := range a {
		ratio := (x - b[i]) / largest
		sum += ratio * ratio
	}
	return math.Sqrt(sum) * (largest * factor)
}
