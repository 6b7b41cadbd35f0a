package machine

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// Logger receives the lines of a machine's log; *log.Logger implements it.
type Logger interface{ Println(values ...any) }

// journal writes the instructions of a run, and the values of watched nodes, to a logger.
type journal struct {
	to     Logger
	format string // of a value
	every  bool   // all results
	nodes  map[*G.Node]bool
}

// instruction returns the function that logs an instruction after it has run.
func (j *journal) instruction(m *Machine, in *instruction) func() error {
	fetch := m.fetch(in.out, false)
	watched := j.every
	for _, o := range m.program.outputs {
		watched = watched || o.v == in.out && j.nodes[o.node]
	}
	return func() error {
		j.to.Println(fmt.Sprintf("%v = %v", in.out, in))
		if watched {
			j.to.Println(fmt.Sprintf("%s: "+j.format, in.out.label(), fetch()))
		}
		return nil
	}
}
