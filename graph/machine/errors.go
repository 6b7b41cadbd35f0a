package machine

import (
	"errors"
	"fmt"
)

// ErrEmptyGraph reports a graph without nodes.
var ErrEmptyGraph = errors.New("machine: the graph has no nodes; build it before compiling")

// ErrNothingWanted reports that no node of the graph is an output.
var ErrNothingWanted = errors.New("machine: the graph computes nothing; name nodes in WithOutputs or add operations")

// CompileError reports a graph that cannot be compiled.
type CompileError struct {
	Node string // the node at fault; empty if the error is not about a single node
	Err  error
}

func (e *CompileError) Error() string {
	if e.Node == "" {
		return fmt.Sprintf("machine: compile: %v", e.Err)
	}
	return fmt.Sprintf("machine: compile: node %s: %v", e.Node, e.Err)
}

func (e *CompileError) Unwrap() error { return e.Err }

// InputError reports that the value bound to an input node cannot be used in this run.
type InputError struct {
	Node   string
	Reason string
}

func (e *InputError) Error() string {
	return fmt.Sprintf("machine: input %s: %s", e.Node, e.Reason)
}

// RunError reports that an operation failed.
type RunError struct {
	Node        string
	Instruction string
	Err         error
}

func (e *RunError) Error() string {
	return fmt.Sprintf("machine: run: node %s: %s: %v", e.Node, e.Instruction, e.Err)
}

func (e *RunError) Unwrap() error { return e.Err }

// NaNError reports the first instruction of a run whose result holds a NaN. See [WithNaNWatch].
type NaNError struct {
	Node        string
	Instruction string
	Index       int // of the first NaN in the result, row by row
}

func (e *NaNError) Error() string {
	return fmt.Sprintf("machine: NaN at element %d of node %s, computed by %s", e.Index, e.Node, e.Instruction)
}

// InfError reports the first instruction of a run whose result holds an infinity. See [WithInfWatch].
type InfError struct {
	Node        string
	Instruction string
	Index       int // of the first infinity in the result, row by row
}

func (e *InfError) Error() string {
	return fmt.Sprintf("machine: infinity at element %d of node %s, computed by %s", e.Index, e.Node, e.Instruction)
}

// OptionError reports an option of Gorgonia's machines that this one does not support.
type OptionError struct {
	Option string
	Reason string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("machine: option %s: %s", e.Option, e.Reason)
}

// ValueError reports that a node's value cannot be returned.
type ValueError struct {
	Node   string
	Reason string
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("machine: value of node %s: %s", e.Node, e.Reason)
}
