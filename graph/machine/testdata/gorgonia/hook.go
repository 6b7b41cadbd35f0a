//go:build go1.21

package gorgonia

import (
	"log"

	"gorgonia.org/tensor"
)

// This file goes into a copy of Gorgonia, where .ci/gorgonia renames the TapeMachine's own functions from Name to tapeName.

// MachineSettings is what the options given to NewTapeMachine ask for.
type MachineSettings struct {
	BindDualValues bool
	DualValues     Nodes // empty for all
	TraceExec      bool
	EvalMode       bool
	WatchNaN       bool
	WatchInf       bool
	WatchPointer   bool
	Logger         *log.Logger
	ValueFmt       string
	WatchAll       bool
	Watchlist      []any // nodes, their numbers and those of registers
	Engine         tensor.Engine
	Precompiled    interface{ Graph() *ExprGraph } // nil without
	Registers      any
}

// NewMachine makes the machines that NewTapeMachine hands over to. While it is nil, TapeMachines run by themselves.
var NewMachine func(g *ExprGraph, s MachineSettings) (VM, error)

// NewTapeMachine returns a TapeMachine that runs by itself or hands over.
func NewTapeMachine(g *ExprGraph, opts ...VMOpt) *tapeMachine {
	if NewMachine == nil {
		return tapeNewTapeMachine(g, opts...)
	}
	m := &tapeMachine{valueFmt: "%3.3g"}
	m.Engine = StandardEngine{}
	for _, opt := range opts {
		opt(m)
	}
	other, err := NewMachine(g, m.settings())
	if err != nil {
		panic(err)
	}
	m.other = other
	return m
}

func (m *tapeMachine) settings() MachineSettings {
	s := MachineSettings{
		BindDualValues: m.bindDV(),
		DualValues:     m.bindNodesDV,
		TraceExec:      m.trace(),
		EvalMode:       m.evalMode,
		WatchNaN:       m.watchNaN(),
		WatchInf:       m.watchInf(),
		WatchPointer:   m.watchPointer(),
		Logger:         m.logger,
		ValueFmt:       m.valueFmt,
		WatchAll:       m.watchAll(),
		Engine:         m.Engine,
	}
	for _, r := range m.watchRegs {
		s.Watchlist = append(s.Watchlist, r.id)
	}
	for _, id := range m.watchNodeIDs {
		s.Watchlist = append(s.Watchlist, id)
	}
	for _, n := range m.watchNodes {
		s.Watchlist = append(s.Watchlist, n)
	}
	if m.p != nil {
		s.Precompiled, s.Registers = m.p, m.locMap
	}
	return s
}

// RunAll runs the machine.
func (m *tapeMachine) RunAll() error {
	if m.other != nil {
		return m.other.RunAll()
	}
	return m.tapeRunAll()
}

// Reset makes the machine ready for another run.
func (m *tapeMachine) Reset() {
	if m.other != nil {
		m.other.Reset()
		return
	}
	m.tapeReset()
}

// Close closes the machine.
func (m *tapeMachine) Close() error {
	if m.other != nil {
		return m.other.Close()
	}
	return m.tapeClose()
}

// setter has the methods of a TapeMachine that programs call and that gorgonia.VM does not have.
type setter interface {
	Let(n *Node, be any) error
	Set(a, b *Node) error
}

// Let binds a value to an input.
func (m *tapeMachine) Let(n *Node, be any) error {
	if m.other != nil {
		return m.other.(setter).Let(n, be)
	}
	return m.tapeLet(n, be)
}

// Set binds the value of b to a.
func (m *tapeMachine) Set(a, b *Node) error {
	if m.other != nil {
		return m.other.(setter).Set(a, b)
	}
	return m.tapeSet(a, b)
}
