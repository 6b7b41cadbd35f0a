package machine

import (
	"math"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// vectorised lists the functions of one element that have a kernel.
func vectorised[T kernel.Float](function string) func(dst, x []T) {
	switch function {
	case "tanh":
		return kernel.Tanh[T]
	case "exp":
		return kernel.Exp[T]
	case "sigmoid":
		return kernel.Sigmoid[T]
	case "ln":
		return kernel.Log[T]
	case "neg":
		return kernel.Neg[T]
	case "square":
		return kernel.Square[T]
	case "sqrt":
		return kernel.Sqrt[T]
	case "relu":
		return kernel.ReLU[T]
	}
	return nil
}

// scalarUnary lists the other functions of one element, by Gorgonia's names. "relu" comes from derivatives.go.
var scalarUnary = map[string]func(x float64) float64{
	"abs":      math.Abs,
	"sign":     sign,
	"ceil":     math.Ceil,
	"floor":    math.Floor,
	"sin":      math.Sin,
	"cos":      math.Cos,
	"log2":     math.Log2,
	"inv":      func(x float64) float64 { return 1 / x },
	"invSqrt":  func(x float64) float64 { return 1 / math.Sqrt(x) },
	"cube":     func(x float64) float64 { return x * x * x },
	"log1p":    math.Log1p,
	"expm1":    math.Expm1,
	"softplus": softplus,
}

// sign is Gorgonia's sign for tensors: 0 and NaN are unchanged.
func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// softplus returns log(1 + e^x), without overflow.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

func knownUnary(function string) bool {
	return scalarUnary[function] != nil || vectorised[float64](function) != nil
}

// unary returns the loop that computes dst = function(x); dst may be x.
func unary[T kernel.Float](function string) func(dst, x []T) {
	if loop := vectorised[T](function); loop != nil {
		return loop
	}
	f := scalarUnary[function]
	return func(dst, x []T) {
		for i, v := range x {
			dst[i] = T(f(float64(v)))
		}
	}
}

// loops are the three ways to run a function of two elements. dst may be any operand.
type loops[T kernel.Float] struct {
	both  func(dst, a, b []T)        // a[i] with b[i]
	right func(dst, a []T, scalar T) // a[i] with scalar
	left  func(dst []T, scalar T, b []T)
}

// scalarBinary lists the functions of two elements without a kernel, by Gorgonia's names.
var scalarBinary = map[string]func(a, b float64) float64{
	"^":  math.Pow,
	"<":  func(a, b float64) float64 { return truth(a < b) },
	">":  func(a, b float64) float64 { return truth(a > b) },
	"<=": func(a, b float64) float64 { return truth(a <= b) },
	">=": func(a, b float64) float64 { return truth(a >= b) },
	"==": func(a, b float64) float64 { return truth(a == b) },
	"!=": func(a, b float64) float64 { return truth(a != b) },
}

func truth(condition bool) float64 {
	if condition {
		return 1
	}
	return 0
}

func knownBinary(function string) bool {
	switch function {
	case "+", "-", "⊙", "÷":
		return true
	}
	return scalarBinary[function] != nil
}

func binary[T kernel.Float](function string) loops[T] {
	switch function {
	case "+":
		return loops[T]{
			both:  kernel.Add[T],
			right: func(dst, a []T, scalar T) { kernel.AddScalar(dst, scalar, a) },
			left:  kernel.AddScalar[T],
		}
	case "-":
		return loops[T]{
			both:  kernel.Sub[T],
			right: func(dst, a []T, scalar T) { kernel.AddScalar(dst, -scalar, a) },
			left: func(dst []T, scalar T, b []T) {
				kernel.Neg(dst, b)
				kernel.AddScalar(dst, scalar, dst)
			},
		}
	case "⊙":
		return loops[T]{
			both:  kernel.Mul[T],
			right: func(dst, a []T, scalar T) { kernel.Scale(dst, scalar, a) },
			left:  kernel.Scale[T],
		}
	case "÷":
		return loops[T]{
			both: kernel.Div[T],
			right: func(dst, a []T, scalar T) {
				for i, v := range a {
					dst[i] = v / scalar
				}
			},
			left: func(dst []T, scalar T, b []T) {
				for i, v := range b {
					dst[i] = scalar / v
				}
			},
		}
	case ">=":
		return greaterEqual[T]()
	}
	f := scalarBinary[function]
	return loops[T]{
		both: func(dst, a, b []T) {
			for i, v := range a {
				dst[i] = T(f(float64(v), float64(b[i])))
			}
		},
		right: func(dst, a []T, scalar T) {
			for i, v := range a {
				dst[i] = T(f(float64(v), float64(scalar)))
			}
		},
		left: func(dst []T, scalar T, b []T) {
			for i, v := range b {
				dst[i] = T(f(float64(scalar), float64(v)))
			}
		},
	}
}

// greaterEqual is the comparison in a rectifier, so branch-free loops pay off: signs are hard to predict.
func greaterEqual[T kernel.Float]() loops[T] {
	return loops[T]{
		both: func(dst, a, b []T) {
			for i, v := range a {
				dst[i] = T(bit(v >= b[i]))
			}
		},
		right: func(dst, a []T, scalar T) {
			for i, v := range a {
				dst[i] = T(bit(v >= scalar))
			}
		},
		left: func(dst []T, scalar T, b []T) {
			for i, v := range b {
				dst[i] = T(bit(scalar >= v))
			}
		},
	}
}

// bit compiles to one instruction.
func bit(condition bool) int32 {
	if condition {
		return 1
	}
	return 0
}
