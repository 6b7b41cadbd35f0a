// Package unfurl lets NewTapeMachine hand over to package machine where the environment has GORGONIA_MACHINE=unfurl.
package unfurl

import (
	"fmt"
	"os"

	"github.com/unfurl-rnn/unfurl/graph/machine"
	"gorgonia.org/gorgonia"
)

func init() {
	switch name := os.Getenv("GORGONIA_MACHINE"); name {
	case "tape":
	case "unfurl":
		gorgonia.NewMachine = newMachine
	default:
		panic(fmt.Sprintf("unfurl: GORGONIA_MACHINE is %q; allowed: tape, unfurl", name))
	}
}

func newMachine(g *gorgonia.ExprGraph, s gorgonia.MachineSettings) (gorgonia.VM, error) {
	fmt.Fprintln(os.Stderr, "unfurl: a machine is made")
	options := []machine.Option{machine.WithEngine(s.Engine), machine.WithValueFmt(s.ValueFmt)}
	add := func(asked bool, option machine.Option) {
		if asked {
			options = append(options, option)
		}
	}
	add(s.BindDualValues, machine.BindDualValues(s.DualValues...))
	add(s.TraceExec, machine.TraceExec())
	add(s.EvalMode, machine.EvalMode())
	add(s.WatchNaN, machine.WithNaNWatch())
	add(s.WatchInf, machine.WithInfWatch())
	add(s.WatchPointer, machine.WithPointerWatch())
	add(s.Logger != nil, machine.WithLogger(s.Logger))
	add(s.WatchAll, machine.WithWatchlist())
	add(len(s.Watchlist) > 0, machine.WithWatchlist(s.Watchlist...))
	if s.Precompiled != nil {
		options = append(options, machine.WithPrecompiled(s.Precompiled, s.Registers))
	}
	return machine.New(g, options...)
}
