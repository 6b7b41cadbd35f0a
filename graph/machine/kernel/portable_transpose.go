package kernel

// transposeBlock is the side of the square that portableTranspose copies at a time: 16 lines of 64 bytes
// on either side stay in the first-level cache.
const transposeBlock = 16

func portableTranspose[T Float](dst *T, ldd int, src *T, lds int, rows, cols int) {
	d, s := slice(dst, (cols-1)*ldd+rows), slice(src, (rows-1)*lds+cols)
	for i0 := 0; i0 < rows; i0 += transposeBlock {
		i1 := min(i0+transposeBlock, rows)
		for j0 := 0; j0 < cols; j0 += transposeBlock {
			j1 := min(j0+transposeBlock, cols)
			for i := i0; i < i1; i++ {
				for j := j0; j < j1; j++ {
					d[j*ldd+i] = s[i*lds+j]
				}
			}
		}
	}
}

func portableCopy[T Float](dst *T, ldd int, src *T, lds int, rows, cols int) {
	for i := range rows {
		copy(slice(offset(dst, i*ldd), cols), slice(offset(src, i*lds), cols))
	}
}
