package measure

import (
	"fmt"
)

// Table is what was measured of any number of networks.
type Table struct {
	Networks []*Measurements
	// ByCoupling says that dimension and coupling identify the networks and whatever else differs follows from them, as in the
	// paper's plan: tables have no columns for it, and networks are named by their coupling.
	ByCoupling bool
	// GroupBy are the keys by whose values networks are pooled; empty pools those that agree in all but seed and realisation.
	GroupBy []string
	// Notes say what was left out, or counted once, before anything was measured; one sentence each.
	Notes []string

	explored map[string]bool // by the settings of groups: whether one of its networks shows its states
}

// Add adds a network. In each group one network keeps the states that the report's panel shows: they
// are some megabytes.
func (r *Table) Add(m *Measurements) {
	identity := fmt.Sprintf("%q", m.pooledSettings())
	if r.explored[identity] {
		m.Exploration = nil
	} else if m.Exploration != nil {
		if r.explored == nil {
			r.explored = map[string]bool{}
		}
		r.explored[identity] = true
	}
	r.Networks = append(r.Networks, m)
}
