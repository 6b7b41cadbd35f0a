package kernel

import "fmt"

// tooShort reports a slice that cannot hold the shape it was passed with.
func tooShort(function, argument string, have, want int) {
	panic(fmt.Sprintf("kernel: %s: %s has %d elements, the shape needs %d", function, argument, have, want))
}

// needMatrix panics unless x holds rows x cols elements with leading dimension ld.
func needMatrix(function, argument string, length, ld, rows, cols int) {
	if rows <= 0 || cols <= 0 {
		return
	}
	if ld < cols {
		panic(fmt.Sprintf("kernel: %s: leading dimension of %s is %d, less than its %d columns", function, argument, ld, cols))
	}
	need(function, argument, length, (rows-1)*ld+cols)
}
