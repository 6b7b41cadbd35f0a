package kernel

// Tanh writes the hyperbolic tangent of every element of x to dst, to 2.5 ulp. dst may be x, here and in
// all functions of elements.
func Tanh[T Float](dst, x []T) {
	need("Tanh", "dst", len(dst), len(x))
	table[T]().tanh(pointer(dst), pointer(x), len(x))
}

// Exp writes e^x for every element of x to dst, to 1.5 ulp: +Inf above the range, 0 below it.
func Exp[T Float](dst, x []T) {
	need("Exp", "dst", len(dst), len(x))
	table[T]().exp(pointer(dst), pointer(x), len(x))
}

// Sigmoid writes 1/(1+e^-x) for every element of x to dst, to 2.5 ulp, also where the result is denormal.
func Sigmoid[T Float](dst, x []T) {
	need("Sigmoid", "dst", len(dst), len(x))
	table[T]().sigmoid(pointer(dst), pointer(x), len(x))
}

// Log writes the natural logarithm of every element of x to dst, to 1 ulp: -Inf for zero, NaN below.
func Log[T Float](dst, x []T) {
	need("Log", "dst", len(dst), len(x))
	table[T]().log(pointer(dst), pointer(x), len(x))
}

// ReLU writes max(x, 0) for every element of x to dst. NaN and -0 stay.
func ReLU[T Float](dst, x []T) {
	need("ReLU", "dst", len(dst), len(x))
	table[T]().relu(pointer(dst), pointer(x), len(x))
}

// Neg writes -x for every element of x to dst.
func Neg[T Float](dst, x []T) {
	need("Neg", "dst", len(dst), len(x))
	table[T]().neg(pointer(dst), pointer(x), len(x))
}

// Square writes x*x for every element of x to dst.
func Square[T Float](dst, x []T) {
	need("Square", "dst", len(dst), len(x))
	table[T]().square(pointer(dst), pointer(x), len(x))
}

// Sqrt writes the square root of every element of x to dst, correctly rounded: NaN below zero.
func Sqrt[T Float](dst, x []T) {
	need("Sqrt", "dst", len(dst), len(x))
	table[T]().sqrt(pointer(dst), pointer(x), len(x))
}

// Add writes a+b to dst, element by element, for the length of a.
func Add[T Float](dst, a, b []T) {
	need("Add", "dst", len(dst), len(a))
	need("Add", "b", len(b), len(a))
	table[T]().add(pointer(dst), pointer(a), pointer(b), len(a))
}

// Sub writes a-b to dst, element by element, for the length of a.
func Sub[T Float](dst, a, b []T) {
	need("Sub", "dst", len(dst), len(a))
	need("Sub", "b", len(b), len(a))
	table[T]().sub(pointer(dst), pointer(a), pointer(b), len(a))
}

// Mul writes a*b to dst, element by element, for the length of a.
func Mul[T Float](dst, a, b []T) {
	need("Mul", "dst", len(dst), len(a))
	need("Mul", "b", len(b), len(a))
	table[T]().mul(pointer(dst), pointer(a), pointer(b), len(a))
}

// Div writes a/b to dst, element by element, for the length of a.
func Div[T Float](dst, a, b []T) {
	need("Div", "dst", len(dst), len(a))
	need("Div", "b", len(b), len(a))
	table[T]().div(pointer(dst), pointer(a), pointer(b), len(a))
}

// Scale writes s*x to dst.
func Scale[T Float](dst []T, s T, x []T) {
	need("Scale", "dst", len(dst), len(x))
	table[T]().scale(pointer(dst), pointer(x), len(x), s)
}

// AddScalar writes x+s to dst.
func AddScalar[T Float](dst []T, s T, x []T) {
	need("AddScalar", "dst", len(dst), len(x))
	table[T]().addScalar(pointer(dst), pointer(x), len(x), s)
}

// Axpy adds alpha*x to dst.
func Axpy[T Float](dst []T, alpha T, x []T) {
	need("Axpy", "dst", len(dst), len(x))
	table[T]().axpy(pointer(dst), pointer(x), len(x), alpha)
}

// TanhGradient writes grad*(1-h*h) to dst: the gradient before a tanh whose output is h.
func TanhGradient[T Float](dst, grad, h []T) {
	need("TanhGradient", "dst", len(dst), len(h))
	need("TanhGradient", "grad", len(grad), len(h))
	table[T]().tanhGradient(pointer(dst), pointer(grad), pointer(h), len(h))
}

// ReLUGradient writes grad where h > 0, else 0, to dst: the gradient before a ReLU whose output (or input) is h.
func ReLUGradient[T Float](dst, grad, h []T) {
	need("ReLUGradient", "dst", len(dst), len(h))
	need("ReLUGradient", "grad", len(grad), len(h))
	table[T]().reluGradient(pointer(dst), pointer(grad), pointer(h), len(h))
}
