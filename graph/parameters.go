package graph

import (
	"fmt"
	"slices"

	"gorgonia.org/tensor"
)

// Role is the kind of a parameter, for constraints and pictures.
type Role int

const (
	// OtherRole is a bias, a readout or a time constant.
	OtherRole Role = iota
	// RecurrentRole is weights N x N from unit j (column) to unit i (row). Constraints on connections apply to them.
	RecurrentRole
	// InputRole is weights N x D from inputs to units.
	InputRole
)

// Declaration is a parameter before it has values.
type Declaration struct {
	Name   string
	Shape  []int
	Role   Role
	Frozen bool // never trained, whatever the configuration
}

func (d Declaration) size() int {
	size := 1
	for _, n := range d.Shape {
		size *= n
	}
	return size
}

// Parameter is a named tensor of a network.
type Parameter struct {
	Declaration
	Tensor *tensor.Dense
}

// Shape gives the sizes of a network's inputs and outputs.
type Shape struct {
	// Inputs is the number of columns of the graph's input at a step: D, or N if Embedded.
	Inputs int
	// Outputs is the number C of outputs.
	Outputs int
	// Embedded means that inputs are mapped into the space of the units outside the graph, by weights that are never trained: the
	// network then has no input weights.
	Embedded bool
}

// Parameters owns the tensors of a network by name and in order: those of its cell, then the readout's W (C x N) and b2 (C).
// Every graph built from it binds the same memory.
type Parameters struct {
	// Config is the configuration of the network.
	Config Config
	// Shape gives the sizes of the network's inputs and outputs.
	Shape Shape

	entries     []Parameter
	constraints *constraints // nil for none
}

// Names of the readout's parameters, which every network has.
const (
	ReadoutWeights = "W"
	ReadoutBias    = "b2"
)

// All returns the parameters in order. The tensors are not copied.
func (p *Parameters) All() []Parameter { return slices.Clone(p.entries) }

// Names returns the names in order.
func (p *Parameters) Names() []string {
	names := make([]string, len(p.entries))
	for i, entry := range p.entries {
		names[i] = entry.Name
	}
	return names
}

// Tensor returns the tensor with the given name, not a copy, or nil if there is none.
func (p *Parameters) Tensor(name string) *tensor.Dense {
	for _, entry := range p.entries {
		if entry.Name == name {
			return entry.Tensor
		}
	}
	return nil
}

// Trained returns the trained parameters, in order.
func (p *Parameters) Trained() []Parameter {
	return slices.DeleteFunc(p.All(), func(entry Parameter) bool { return entry.Frozen })
}

// Freeze excludes parameters from training.
//
// Errors: a name that the network does not have.
func (p *Parameters) Freeze(names ...string) error {
	for _, name := range names {
		i := slices.IndexFunc(p.entries, func(entry Parameter) bool { return entry.Name == name })
		if i < 0 {
			return fmt.Errorf("graph: there is no parameter %q to freeze; this network has %q", name, p.Names())
		}
		p.entries[i].Frozen = true
	}
	return nil
}

// Units returns N.
func (p *Parameters) Units() int { return p.Config.Units }

// Outputs returns C.
func (p *Parameters) Outputs() int { return p.Shape.Outputs }

// Precision returns the floating-point type of the tensors.
func (p *Parameters) Precision() Precision { return p.Config.Precision }

// Clone returns a deep copy of the parameters.
func (p *Parameters) Clone() *Parameters {
	clone := *p
	clone.entries = p.All()
	for i, entry := range clone.entries {
		clone.entries[i].Tensor = entry.Tensor.Clone().(*tensor.Dense)
	}
	return &clone
}

// Declare returns the parameters that a network has, in order.
//
// Errors: those of [Config.Validate]; no input or output.
func Declare(c Config, s Shape) ([]Declaration, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if s.Outputs < 1 || s.Inputs < 1 {
		return nil, fmt.Errorf("graph: %d inputs and %d outputs; a network needs 1 or more of each", s.Inputs, s.Outputs)
	}
	cell, err := CellNamed(c.Cell)
	if err != nil {
		return nil, err
	}
	if _, _, err := c.Layers(); err != nil {
		return nil, err
	}
	declared := cell.Declare(c, s)
	for i := range declared {
		if declared[i].Role == InputRole && c.Input == FixedInput {
			declared[i].Frozen = true
		}
	}
	return append(declared,
		Declaration{Name: ReadoutWeights, Shape: []int{s.Outputs, c.Units}}, Declaration{Name: ReadoutBias, Shape: []int{s.Outputs}}), nil
}

// ParametersFrom returns parameters with the given float64 values in row-major order, keyed by the names that [Declare] returns.
// Names that are not declared are ignored.
//
// Errors: those of [Declare]; a missing name, or a length that does not fit.
func ParametersFrom(c Config, s Shape, values map[string][]float64) (*Parameters, error) {
	declared, err := Declare(c, s)
	if err != nil {
		return nil, err
	}
	p := &Parameters{Config: c, Shape: s, entries: make([]Parameter, len(declared))}
	for i, d := range declared {
		given, ok := values[d.Name]
		if !ok {
			return nil, fmt.Errorf("graph: the values of %s are missing; a network of the cell %s needs %q", d.Name, c.Cell, names(declared))
		}
		if len(given) != d.size() {
			return nil, fmt.Errorf("graph: %s has %d values; its shape %v asks for %d", d.Name, len(given), d.Shape, d.size())
		}
		p.entries[i] = Parameter{d, newTensor(c.Precision, given, d.Shape...)}
	}
	return p, nil
}

func names(declared []Declaration) []string {
	names := make([]string, len(declared))
	for i, d := range declared {
		names[i] = d.Name
	}
	return names
}

// newTensor returns a tensor with the given precision; values are copied and rounded, nil means zeros.
func newTensor(precision Precision, values []float64, shape ...int) *tensor.Dense {
	t := tensor.New(tensor.WithShape(shape...), tensor.Of(precision.Dtype()))
	if values != nil {
		SetValues(t, values)
	}
	return t
}

// SetValues writes values in row-major order into a float tensor, rounding to its type.
// It panics if the lengths differ: that is a programmer's error.
func SetValues(t *tensor.Dense, values []float64) {
	if t.DataSize() != len(values) {
		panic(fmt.Sprintf("graph: %d values for a tensor of %d", len(values), t.DataSize()))
	}
	switch data := t.Data().(type) {
	case []float64:
		copy(data, values)
	case []float32:
		for i, v := range values {
			data[i] = float32(v)
		}
	case float64: // a tensor of one element
		t.Set(0, values[0])
	case float32:
		t.Set(0, float32(values[0]))
	}
}

// Values returns a float64 copy of a float tensor in row-major order.
func Values(t *tensor.Dense) []float64 {
	switch data := t.Data().(type) {
	case []float64:
		return append([]float64(nil), data...)
	case []float32:
		values := make([]float64, len(data))
		for i, v := range data {
			values[i] = float64(v)
		}
		return values
	case float64:
		return []float64{data}
	case float32:
		return []float64{float64(data)}
	}
	return nil
}
