package machine

import (
	"math"

	"gorgonia.org/tensor"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// watch says what a run checks the result of every instruction for.
type watch struct {
	nan, inf bool
	pointers bool     // operations that return an operand
	log      *journal // nil for no log
}

// check returns the function that checks the result of an instruction; nil if there is nothing to check.
func (w watch) check(m *Machine, in *instruction) func() error {
	var checks []func() error
	if in.out.native() && (w.nan || w.inf) {
		if in.out.dtype == tensor.Float32 {
			checks = append(checks, notFinite(w, in, m.single.slot(in.out)))
		} else {
			checks = append(checks, notFinite(w, in, m.double.slot(in.out)))
		}
	}
	if w.log != nil {
		checks = append(checks, w.log.instruction(m, in))
	}
	switch len(checks) {
	case 0:
		return nil
	case 1:
		return checks[0]
	}
	return func() error {
		for _, check := range checks {
			if err := check(); err != nil {
				return err
			}
		}
		return nil
	}
}

// notFinite returns the function that finds the first number of a result that is not finite.
func notFinite[T kernel.Float](w watch, in *instruction, s *slot[T]) func() error {
	return func() error {
		for i, x := range s.data {
			switch {
			case w.nan && x != x:
				return &NaNError{in.out.label(), in.String(), i}
			case w.inf && math.IsInf(float64(x), 0):
				return &InfError{in.out.label(), in.String(), i}
			}
		}
		return nil
	}
}
