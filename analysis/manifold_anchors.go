package analysis

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// leastAxis is the variance along an axis, as a fraction of the Frobenius norm of the Gram matrix and for each of its rows, below
// which the axis is rounding.
const leastAxis = 1e-15

// pointCloud is the samples of one manifold as S = (s, 1).
type pointCloud struct {
	coordinates blas64.General // M x D: s in orthonormal axes of its span
	lengths     []float64      // M: |S|
	gram        blas64.General // M x M, full: S_i.S_j / (|S_i| |S_j|)
	manifold    Manifold       // what needs no draws
}

// newPointCloud returns the cloud of deviations, M x N, whose mean is 0.
//
// No result depends on the orientation of the axes, so the coordinates are the factor of the Gram matrix rather than its
// eigenvectors, which take ten times as long.
func newPointCloud(deviations blas64.General) *pointCloud {
	m := deviations.Rows
	c := &pointCloud{manifold: Manifold{Samples: m}}
	if largestMagnitude(deviations.Data) < leastCentre {
		c.coordinates = blas64.General{Rows: m}
		c.finish()
		return c
	}
	gram := newGeneral(m, m)
	selfProduct(gram, deviations)
	mirror(gram)
	sum, squares := 0.0, floats.Dot(gram.Data, gram.Data)
	for i := range m {
		sum += gram.Data[i*m+i]
	}
	c.coordinates = gramFactor(gram, min(m-1, deviations.Cols), leastAxis*float64(m)*math.Sqrt(squares))
	c.manifold.Spanned = c.coordinates.Cols
	c.manifold.VarianceRadius = math.Sqrt(sum / float64(m))
	c.manifold.Participation = sum * sum / squares
	c.finish()
	return c
}

// gramFactor returns the coordinates, M x D, of points that have a Gram matrix, up to rotation: its Cholesky factor with
// the farthest point first, D at most most. It ends once the remaining axes have a mean square of at most least.
//
// Source: Golub, Van Loan, Matrix Computations, 4th ed., section 4.2.8 (outer product Cholesky with pivoting).
func gramFactor(gram blas64.General, most int, least float64) blas64.General {
	m := gram.Rows
	factor := newGeneral(m, most)
	left := make([]float64, m) // squared distance of each point from the span so far
	for i := range left {
		left[i] = gram.Data[i*gram.Stride+i]
	}
	column := blas64.Vector{N: m, Inc: 1, Data: make([]float64, m)}
	kept := 0
	for ; kept < most && floats.Sum(left) > least*float64(most-kept); kept++ {
		pivot := floats.MaxIdx(left)
		root := math.Sqrt(left[pivot])
		copy(column.Data, rowOf(gram, pivot))
		if kept > 0 {
			known := tile(factor, 0, 0, m, kept)
			blas64.Gemv(blas.NoTrans, -1, known, blas64.Vector{N: kept, Inc: 1, Data: rowOf(known, pivot)}, 1, column)
		}
		for i, value := range column.Data {
			if left[i] == 0 {
				continue // in the span
			}
			value /= root
			factor.Data[i*factor.Stride+kept] = value
			left[i] = max(left[i]-value*value, 0)
		}
		factor.Data[pivot*factor.Stride+kept] = root
		left[pivot] = 0
	}
	if kept == most {
		return factor
	}
	compact := newGeneral(m, kept)
	for i := range m {
		copy(rowOf(compact, i), rowOf(factor, i))
	}
	return compact
}

// finish computes lengths and gram.
func (c *pointCloud) finish() {
	m, d := c.coordinates.Rows, c.coordinates.Cols
	c.lengths = make([]float64, m)
	homogeneous := newGeneral(m, d+1)
	for i := range m {
		row := rowOf(homogeneous, i)
		copy(row, rowOf(c.coordinates, i))
		row[d] = 1
		c.lengths[i] = floats.Norm(row, 2)
		floats.Scale(1/c.lengths[i], row)
	}
	c.gram = newGeneral(m, m)
	selfProduct(c.gram, homogeneous)
	mirror(c.gram)
}

// targets returns draws Gaussian vectors T, one a row of D+1.
func (c *pointCloud) targets(draws int, random *rand.Rand) blas64.General {
	targets := newGeneral(draws, c.coordinates.Cols+1)
	for i := range targets.Data {
		targets.Data[i] = random.NormFloat64()
	}
	return targets
}

// anchorPoints is the solutions for many targets.
type anchorPoints struct {
	targets  blas64.General // draws x (D+1)
	points   blas64.General // draws x D: s~
	costs    []float64      // draws: |V - T|^2
	unsolved int
}

// anchors solves the quadratic programme for every target at margin kappa, or for the first ones until ctx is done.
func (c *pointCloud) anchors(ctx context.Context, targets blas64.General, margin float64) *anchorPoints {
	m, d, draws := c.coordinates.Rows, c.coordinates.Cols, targets.Rows
	a := &anchorPoints{targets: targets, points: newGeneral(draws, d), costs: make([]float64, draws)}
	solver := newCone(c.gram)
	along, b := newGeneral(draws, m), make([]float64, m)
	if d > 0 {
		blas64.Gemm(blas.NoTrans, blas.Trans, 1, tile(targets, 0, 0, draws, d), c.coordinates, 0, along)
	}
	for draw := range draws {
		if ctx.Err() != nil {
			return a
		}
		projections, last := rowOf(along, draw), rowOf(targets, draw)[d]
		farthest := floats.MaxIdx(projections)
		for i, projection := range projections {
			// V.S <= -kappa is (-V).S >= kappa: the cone projects -T.
			b[i] = -(projection + last + margin) / c.lengths[i]
		}
		if !solver.solve(b) {
			a.unsolved++
		}
		anchor, total := rowOf(a.points, draw), 0.0
		for _, i := range solver.active {
			total += solver.lambda[i] / c.lengths[i]
		}
		if total == 0 {
			copy(anchor, rowOf(c.coordinates, farthest))
			continue
		}
		for _, i := range solver.active {
			floats.AddScaled(anchor, solver.lambda[i]/c.lengths[i]/total, rowOf(c.coordinates, i))
		}
		a.costs[draw] = total * total * (1 + floats.Dot(anchor, anchor))
	}
	return a
}

// capacity returns alpha_M at the margin of the costs, with its standard error.
//
// The mean cost is corrected by two functions of the draws with known means: the cost of the centre alone, max(t0 + kappa, 0)^2, whose
// mean is the inverse of Gardner's capacity of points, and the square |t|^2 with mean D. Their coefficients are found by
// least squares. The correction leaves no error for a point, and a fraction of it for small and for large manifolds.
// Since the centre is in the hull, the mean cost is never below that of a point.
//
// Source: Owen, Monte Carlo theory, methods and examples, section 8.9 (control variates by regression).
func (a *anchorPoints) capacity(margin float64) (capacity, standardError float64) {
	draws, d := a.points.Rows, a.points.Cols
	centre, square := make([]float64, draws), make([]float64, draws)
	for i := range draws {
		target := rowOf(a.targets, i)
		centre[i] = math.Pow(max(target[d]+margin, 0), 2)
		square[i] = floats.Dot(target[:d], target[:d])
	}
	least := squaresUpTo(margin, margin)
	mean, n := stat.Mean(a.costs, nil), float64(draws)
	first, second := stat.Mean(centre, nil), stat.Mean(square, nil)
	// Normal equations of the two coefficients.
	a11, a12, a22 := stat.Variance(centre, nil), stat.Covariance(centre, square, nil), stat.Variance(square, nil)
	b1, b2 := stat.Covariance(centre, a.costs, nil), stat.Covariance(square, a.costs, nil)
	var c1, c2 float64
	if determinant := a11*a22 - a12*a12; determinant > 1e-9*a11*a22 {
		c1, c2 = (b1*a22-b2*a12)/determinant, (b2*a11-b1*a12)/determinant
	} else if a11 > 0 {
		c1 = b1 / a11
	}
	left := max(stat.Variance(a.costs, nil)-c1*b1-c2*b2, 0) * (n - 1) / (n - 3)
	mean = max(mean-c1*(first-least)-c2*(second-float64(d)), least)
	return 1 / mean, math.Sqrt(left/n) / (mean * mean)
}

// radius returns R_M.
func (a *anchorPoints) radius() float64 {
	draws, d := a.points.Rows, a.points.Cols
	mean := make([]float64, d)
	for i := range draws {
		floats.AddScaled(mean, 1/float64(draws), rowOf(a.points, i))
	}
	sum := 0.0
	for i := range draws {
		sum += squaredDistance(rowOf(a.points, i), mean)
	}
	return math.Sqrt(sum / float64(draws))
}

// dimension returns D_M.
func (a *anchorPoints) dimension() float64 {
	draws, d := a.points.Rows, a.points.Cols
	sum := 0.0
	for i := range draws {
		target, anchor := rowOf(a.targets, i)[:d], rowOf(a.points, i)
		if lengths := floats.Norm(target, 2) * floats.Norm(anchor, 2); lengths > 0 {
			sum += floats.Dot(target, anchor) / lengths
		}
	}
	// In one dimension every cosine is 1 up to rounding.
	mean := min(sum/float64(draws), 1)
	return float64(d) * mean * mean
}
