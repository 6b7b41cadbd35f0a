package machine

import (
	"reflect"
	"strings"

	G "gorgonia.org/gorgonia"
)

// request is one operation of the graph that is to become an instruction.
type request struct {
	p         *program
	operation G.Op
	text      string // operation.String()
	args      []*value
	out       *value
}

// table maps operations of Gorgonia v0.9.18 to instructions: from the Go type of an operation to the function that builds the
// instruction. The types are unexported, so the keys are their names. A function returns nil for a form that it does not recognise,
// and the operation then runs itself.
var table = map[string]func(*request) *instruction{
	"gorgonia.elemUnaryOp":    (*request).unary,
	"gorgonia.elemBinOp":      (*request).binary,
	"gorgonia.linAlgBinOp":    (*request).linear,
	"*gorgonia.repeatOp":      (*request).repeat,
	"gorgonia.reshapeOp":      (*request).reshape,
	"gorgonia.sumOp":          (*request).reduce,
	"*gorgonia.maxOp":         (*request).reduce,
	"*gorgonia.softmaxOp":     (*request).softmax,
	"*gorgonia.softmaxDiffOp": (*request).softmax,
	"gorgonia.transposeOp":    (*request).transpose,
	"*gorgonia.transposeOp":   (*request).transpose,
	"*gorgonia.sliceOp":       (*request).slice,
	"gorgonia.sliceIncrOp":    (*request).slice,
	"gorgonia.concatOp":       (*request).concatenate,
}

// recognise returns the instruction for the request, without its result, or nil.
func (r *request) recognise(name string) *instruction {
	form := table[name]
	if form == nil || r.out.size == 0 {
		return nil
	}
	arguments := r.args
	if name == "*gorgonia.repeatOp" {
		arguments = r.args[:1] // the count may be an integer
	}
	if !sameType(r.out, arguments) {
		return nil
	}
	return form(r)
}

// knownSize returns the value of a size operation.
func (r *request) knownSize(name string) (float64, bool) {
	if name != "gorgonia.sizeOp" || !r.out.native() || len(r.args) != 1 {
		return 0, false
	}
	if len(r.args[0].shape) == 0 {
		return 1, true
	}
	axis, ok := r.integer("axis")
	if !ok || axis >= len(r.args[0].shape) {
		return 0, false
	}
	return float64(r.args[0].shape[axis]), true
}

// field returns an unexported field of the operation, for reading.
func (r *request) field(name string) (reflect.Value, bool) {
	v := reflect.ValueOf(r.operation)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return reflect.Value{}, false
	}
	f := v.FieldByName(name)
	return f, f.IsValid()
}

func (r *request) integer(name string) (int, bool) {
	f, ok := r.field(name)
	if !ok || f.Kind() != reflect.Int {
		return 0, false
	}
	return int(f.Int()), true
}

func (r *request) boolean(name string) (value, ok bool) {
	f, ok := r.field(name)
	if !ok || f.Kind() != reflect.Bool {
		return false, false
	}
	return f.Bool(), true
}

func (r *request) integers(name string) ([]int, bool) {
	f, ok := r.field(name)
	if !ok || f.Kind() != reflect.Slice || f.Type().Elem().Kind() != reflect.Int {
		return nil, false
	}
	list := make([]int, f.Len())
	for i := range list {
		list[i] = int(f.Index(i).Int())
	}
	return list, true
}

func (r *request) unary() *instruction {
	if len(r.args) != 1 || r.args[0].size != r.out.size || !knownUnary(r.text) {
		return nil
	}
	if r.text == "sign" && len(r.out.shape) == 0 {
		return nil // Gorgonia gives a scalar 0 the sign 1, and a tensor's 0 the sign 0
	}
	return &instruction{code: codeUnary, function: r.text}
}

// binary recognises "+ false", "⊙ false", ">= true" and so on; the flag means that a comparison returns numbers, not booleans.
func (r *request) binary() *instruction {
	function, _, ok := strings.Cut(r.text, " ")
	if !ok || len(r.args) != 2 || !knownBinary(function) {
		return nil
	}
	in := &instruction{code: codeBinary, function: function}
	for i, v := range r.args {
		switch v.size {
		case r.out.size:
			in.spans[i] = whole
		case 1:
			in.spans[i] = span{r.out.size, 1}
		default:
			return nil
		}
	}
	return in
}

// linear recognises the products of matrices and vectors by their symbols, "Aᵀ × B" and the like.
func (r *request) linear() *instruction {
	transA, okA := r.boolean("transA")
	transB, okB := r.boolean("transB")
	if !okA || !okB || len(r.args) != 2 {
		return nil
	}
	a, b, out := r.args[0].shape, r.args[1].shape, r.out.shape
	in := &instruction{code: codeProduct, transA: transA, transB: transB}
	known := false
	switch strings.ReplaceAll(r.text, "ᵀ", "") {
	case "A ××× B":
		lead := len(a) - 2
		if lead < 1 || len(b) != len(a) || len(out) != len(a) {
			return nil
		}
		in.code, in.outer = codeBatchedProduct, product(a[:lead])
		known = product(b[:lead]) == in.outer && product(out[:lead]) == in.outer && in.fits(a[lead:], b[lead:], out[lead:])
	case "A × B":
		known = len(a) == 2 && len(b) == 2 && len(out) == 2 && in.fits(a, b, out)
	case "A × b":
		known = len(a) == 2 && !transB && in.fits(a, []int{r.args[1].size, 1}, []int{r.out.size, 1})
	case "a ⊗ b": // a column times a row
		in.transA, in.transB = false, false
		m, n := r.args[0].size, r.args[1].size
		known = m*n == r.out.size && in.fits([]int{m, 1}, []int{1, n}, []int{m, n})
	case "a ⋅ b":
		in.code = codeDot
		known = r.args[0].size == r.args[1].size && r.out.size == 1
	}
	if !known {
		return nil
	}
	return in
}

// fits sets the sizes of a product and reports whether op(a) op(b) has the shape out.
func (in *instruction) fits(a, b, out []int) bool {
	m, k := a[0], a[1]
	if in.transA {
		m, k = k, m
	}
	l, n := b[0], b[1]
	if in.transB {
		l, n = n, l
	}
	in.m, in.n, in.depth = m, n, []int{k}
	return k == l && out[0] == m && out[1] == n
}
