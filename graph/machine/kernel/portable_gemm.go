package kernel

import "unsafe"

// portableGemm returns the plain Go micro-kernels: tiles of up to 4 rows and 64 columns.
func portableGemm[T Float]() *gemmKernels[T] {
	const rows, panel = 4, 64
	kernels := make([]microKernel[T], rows+1)
	for r := 1; r <= rows; r++ {
		kernels[r] = portableTile[T]
	}
	return &gemmKernels[T]{
		rows: rows, panel: panel,
		variants: []variant[T]{{least: 1, most: unlimited, width: panel, masked: panel, kernels: kernels}},
	}
}

// portableTile computes a tile in pieces of 2 rows and 4 columns, as many sums as the registers hold.
func portableTile[T Float](a, b, c *T, first *int) {
	t := (*tile[T])(unsafe.Pointer(first))
	for i := 0; i < t.rows; i += 2 {
		second := min(i+1, t.rows-1) // an odd last row is computed twice
		for j := 0; j < t.cols; j += 4 {
			ai, ak := bytesAfter(a, i*t.aRow), bytesAfter(a, second*t.aRow)
			bj := offset(b, j)
			var s [8]T
			if t.cols-j >= 4 {
				s = portableStrip(ai, ak, bj, t)
			} else {
				s = portableEdge(ai, ak, bj, t, t.cols-j)
			}
			n := min(4, t.cols-j)
			storeSums(bytesAfter(c, i*t.cRow), j, s[:n], t)
			if second > i {
				storeSums(bytesAfter(c, second*t.cRow), j, s[4:4+n], t)
			}
		}
	}
}

// bytesAfter returns the address n bytes after x.
func bytesAfter[T Float](x *T, n int) *T { return (*T)(unsafe.Add(unsafe.Pointer(x), n)) }

func portableStrip[T Float](a0, a1, b *T, t *tile[T]) [8]T {
	var s00, s01, s02, s03, s10, s11, s12, s13 T
	for p := range t.k {
		row := (*[4]T)(unsafe.Pointer(bytesAfter(b, p*t.bRow)))
		x, y := *bytesAfter(a0, p*t.aCol), *bytesAfter(a1, p*t.aCol)
		s00 += x * row[0]
		s01 += x * row[1]
		s02 += x * row[2]
		s03 += x * row[3]
		s10 += y * row[0]
		s11 += y * row[1]
		s12 += y * row[2]
		s13 += y * row[3]
	}
	return [8]T{s00, s01, s02, s03, s10, s11, s12, s13}
}

func portableEdge[T Float](a0, a1, b *T, t *tile[T], cols int) (s [8]T) {
	for p := range t.k {
		x, y := *bytesAfter(a0, p*t.aCol), *bytesAfter(a1, p*t.aCol)
		for j, v := range slice(bytesAfter(b, p*t.bRow), cols) {
			s[j] += x * v
			s[4+j] += y * v
		}
	}
	return s
}

func storeSums[T Float](row *T, j int, sums []T, t *tile[T]) {
	c := slice(offset(row, j), len(sums))
	for i, s := range sums {
		if t.readC != 0 {
			c[i] = t.alpha*s + t.beta*c[i]
		} else {
			c[i] = t.alpha * s
		}
	}
}

func portableDots[T Float](dst, a, b *T, ldb, rows, k int) {
	d := slice(dst, rows)
	for i := range d {
		d[i] = portableDot(a, bytesAfter(b, i*ldb), k)
	}
}

func portableCombineRows[T Float](dst, a *T, aCol int, b *T, bRow, n int) {
	for p := range 8 {
		portableAxpy(dst, bytesAfter(b, p*bRow), n, *bytesAfter(a, p*aCol))
	}
}
