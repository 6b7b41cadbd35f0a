package kernel

import "gonum.org/v1/gonum/blas/gonum"

// BLAS is Gonum's BLAS with the products of this package. Register it with
// blas32.Use(kernel.BLAS{}) and blas64.Use(kernel.BLAS{}).
type BLAS struct{ gonum.Implementation }
