package analysis

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// productPanel is the height of the panels in which a symmetric product is computed, each up to its part of the
// diagonal. General products are used because fast implementations usually replace only these.
const productPanel = 24

// panelHeight is the height of panels of a product of that many rows: each panel reads all before it again, which costs time once
// they no longer fit in the caches. With 1000 rows in float32, 96 is a quarter faster than 24.
func panelHeight(rows int) int {
	if rows >= 500 {
		return 4 * productPanel
	}
	return productPanel
}

// stockBLAS reports whether blas64 is Gonum's own, see [stock].
func stockBLAS() bool { return stock[float64]() }

// newGeneral returns a matrix of zeros.
func newGeneral(rows, columns int) blas64.General {
	return blas64.General{Rows: rows, Cols: columns, Stride: columns, Data: make([]float64, rows*columns)}
}

// rowOf returns row i of a, sharing its memory.
func rowOf(a blas64.General, i int) []float64 { return a.Data[i*a.Stride:][:a.Cols] }

// top returns the first rows of a, sharing its memory.
func top(a blas64.General, rows int) blas64.General {
	a.Rows = rows
	return a
}

// tile returns the rows x columns part of a whose first element is (i, j), sharing its memory.
func tile(a blas64.General, i, j, rows, columns int) blas64.General {
	return blas64.General{Rows: rows, Cols: columns, Stride: a.Stride, Data: a.Data[i*a.Stride+j : (i+rows-1)*a.Stride+j+columns]}
}

// multiply sets to to a b, or adds a b to it. a has few rows, of which many elements may be 0.
func multiply(to, a, b blas64.General, add bool) {
	multiplyMatrix(matrix[float64](to), matrix[float64](a), matrix[float64](b), add)
}

// multiplyMatrix is multiply in either precision.
func multiplyMatrix[T precision](to, a, b matrix[T], add bool) {
	if to.Rows == 0 {
		return
	}
	if !stock[T]() {
		var beta T
		if add {
			beta = 1
		}
		product(blas.NoTrans, blas.NoTrans, 1, a, b, beta, to)
		return
	}
	if !add {
		for i := range to.Rows {
			clear(to.row(i))
		}
	}
	// Each row of b serves all rows of a while it is in the first cache.
	for k := range a.Cols {
		for i := range a.Rows {
			if factor := a.Data[i*a.Stride+k]; factor != 0 {
				addScaled(to.row(i), factor, b.row(k))
			}
		}
	}
}

// selfProduct sets the lower triangle of to to a a^T, rows x rows; above the diagonal, to is undefined.
func selfProduct(to, a blas64.General) { selfProductMatrix(matrix[float64](to), matrix[float64](a)) }

// selfProductMatrix is selfProduct in either precision.
func selfProductMatrix[T precision](to, a matrix[T]) {
	if stock[T]() {
		rowProduct(to, a, a)
		return
	}
	panel := panelHeight(a.Rows)
	for i := 0; i < a.Rows; i += panel {
		height := min(panel, a.Rows-i)
		product(blas.NoTrans, blas.Trans, 1, a.tile(i, 0, height, a.Cols), a.top(i+height), 0, to.tile(i, 0, height, i+height))
	}
}

// rowProduct sets the lower triangle of to to a b^T, rows x rows, by sums over whole rows.
func rowProduct[T precision](to, a, b matrix[T]) {
	for i := range a.Rows {
		row := to.row(i)
		for j := range i + 1 {
			row[j] = dot(a.row(i), b.row(j))
		}
	}
}

// columnProduct sets the lower triangle of to to a^T b, columns x columns, by panels, each up to its part of the
// diagonal, without transposed copies. It needs a better product than Gonum's own.
func columnProduct[T precision](to, a, b matrix[T]) {
	panel := panelHeight(a.Cols)
	for i := 0; i < a.Cols; i += panel {
		height := min(panel, a.Cols-i)
		left, right := a.tile(0, i, a.Rows, height), b.tile(0, 0, b.Rows, i+height)
		product(blas.Trans, blas.NoTrans, 1, left, right, 0, to.tile(i, 0, height, i+height))
	}
}

// transposeInto sets to to the transpose of a.
func transposeInto(to, a blas64.General) { transposeMatrix(matrix[float64](to), matrix[float64](a)) }

// transposeMatrix is transposeInto in either precision. Eight rows at a time fill a cache line of the result.
func transposeMatrix[T precision](to, a matrix[T]) {
	const side = 8
	i := 0
	for ; i+side <= a.Rows; i += side {
		n := a.Cols
		r0, r1, r2, r3 := a.row(i)[:n], a.row(i + 1)[:n], a.row(i + 2)[:n], a.row(i + 3)[:n]
		r4, r5, r6, r7 := a.row(i + 4)[:n], a.row(i + 5)[:n], a.row(i + 6)[:n], a.row(i + 7)[:n]
		for j := range n {
			line := to.Data[j*to.Stride+i:][:side]
			line[0], line[1], line[2], line[3] = r0[j], r1[j], r2[j], r3[j]
			line[4], line[5], line[6], line[7] = r4[j], r5[j], r6[j], r7[j]
		}
	}
	for ; i < a.Rows; i++ {
		for j, value := range a.row(i) {
			to.Data[j*to.Stride+i] = value
		}
	}
}

// mirror copies the lower triangle of a, which is square, to the upper one.
func mirror(a blas64.General) { mirrorMatrix(matrix[float64](a)) }

// mirrorMatrix is mirror in either precision.
func mirrorMatrix[T precision](a matrix[T]) {
	for i := range a.Rows {
		for j := range i {
			a.Data[j*a.Stride+i] = a.Data[i*a.Stride+j]
		}
	}
}
