package graph

import (
	"regexp"
	"strconv"
	"strings"

	G "gorgonia.org/gorgonia"
)

var (
	// timeIndex matches the step in a node's name, like "h[3]"; an axis, like "Σ[0]", is not one.
	timeIndex = regexp.MustCompile(`^([\w-]+)\[\d+\]`)
	// transposeName matches a transposed factor in the name of a product, like the Rt of "hRt[3]" and "hRt_z[3]".
	transposeName = regexp.MustCompile(`([A-Z])t(_|\b)`)
	// operands matches the suffix with which Gorgonia names an operation's inputs, like "(%1, %1f)".
	operands = regexp.MustCompile(`\((%[0-9a-f]+(, )?)+\)$`)
	// axes matches the axes of an operation, as in "Σ[0]" and "Softmax{1, true}()".
	axes = regexp.MustCompile(`[\[{(].*$`)
)

// nodeName returns the name that the node was given, "" if Gorgonia generated it from the operation.
func nodeName(n *G.Node) string {
	if n.Op() == nil || !operands.MatchString(n.Name()) && n.Name() != strings.TrimPrefix(operationText(n), "const ") {
		return n.Name()
	}
	return ""
}

// nodeOperation returns a short form of the operation: tanh, ×, Σ, a constant's value; "" for inputs.
func nodeOperation(n *G.Node) string {
	text := strings.TrimPrefix(operationText(n), "const ")
	switch {
	case strings.HasPrefix(text, "Aᵀ{"):
		return "transpose"
	case strings.HasPrefix(text, "Softmax{") && strings.Contains(text, "true"):
		return "log softmax"
	case text == "A × B":
		return "×"
	case text == "neg", text == "-":
		return "−"
	case strings.HasPrefix(text, "A"): // Aᵀ × B
		return text
	}
	if short := axes.ReplaceAllString(text, ""); short != "" && !isSize(n) {
		return strings.Replace(short, "Softmax", "softmax", 1)
	}
	return text
}

func operationText(n *G.Node) string {
	if n.Op() == nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimSuffix(n.Op().String(), " false"), " true")
}

// movesOnly reports whether an operation only moves values and computes nothing.
func movesOnly(n *G.Node) bool {
	text := operationText(n)
	return strings.HasPrefix(text, "Aᵀ{") || strings.HasPrefix(text, "Reshape(") || strings.HasPrefix(text, "Repeat") || isSize(n)
}

func isConstant(n *G.Node) bool { return strings.HasPrefix(operationText(n), "const ") }

// isSize reports whether a node holds only a size for a repeat or a mean.
func isSize(n *G.Node) bool { return strings.HasPrefix(operationText(n), "SizeOf=") }

func nodeShape(n *G.Node) string {
	sizes := make([]string, n.Shape().Dims())
	for i, size := range n.Shape() {
		sizes[i] = strconv.Itoa(size)
	}
	return strings.Join(sizes, " × ")
}
