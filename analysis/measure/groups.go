package measure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Group is networks that are realisations of one another: they agree in the whole configuration except seed and
// realisation. Every group has its own curves, rows and colour.
type Group struct {
	Place    int
	Name     string // what distinguishes it from the other groups, for display, in the markup of package figure
	Networks []*Measurements
	settings []setting // those that all its networks use and agree in
	// Dimension is the number of inputs d of samples that are shown once, 0 of a task through time and where networks of
	// several are pooled; Coupling is g of cells that have one, 0 of others and where networks of several are pooled.
	Dimension int
	Coupling  float64
}

// Grouping is the networks of a result in groups.
type Grouping struct {
	Groups []*Group
	// Keys are those that differ between groups, in the order of the configuration, without dimension and coupling.
	Keys  []string
	Seeds bool // whether the networks have several seeds
	Plain bool // whether all are of clusters or points and of the paper's cell, so that names need not say so
	Of    map[*Measurements]*Group
}

// Residue says which settings its networks do not agree in, besides seed and realisation, with their values: none unless the
// groups were chosen by keys.
func (g *Group) Residue() []string {
	var keys []string
	values := map[string][]string{}
	for _, m := range g.Networks {
		for _, s := range m.pooledSettings() {
			if values[s.key] == nil {
				keys = append(keys, s.key)
			}
			if !slices.Contains(values[s.key], s.value) {
				values[s.key] = append(values[s.key], s.value)
			}
		}
	}
	keys = slices.DeleteFunc(keys, func(key string) bool { return len(values[key]) < 2 })
	for i, key := range keys {
		keys[i] = key + ": " + strings.Join(values[key], ", ")
	}
	return keys
}

// Groups sorts the networks into groups, in the order in which they come.
func (r *Table) Groups() *Grouping {
	all := &Grouping{Of: map[*Measurements]*Group{}}
	pooled := make([][]setting, len(r.Networks))
	for i, m := range r.Networks {
		pooled[i] = m.pooledSettings()
	}
	repeated := repeatedNetworks(r.Networks, pooled)
	byIdentity := map[string]*Group{}
	for i, m := range r.Networks {
		settings := pooled[i]
		if repeated[i] && len(r.GroupBy) == 0 {
			settings = append(settings, setting{KeyRun, cmp.Or(m.Run, fmt.Sprintf("network %d", i+1))})
		}
		identity := fmt.Sprintf("%q", r.identifying(settings))
		g := byIdentity[identity]
		if g == nil {
			g = &Group{Place: len(all.Groups), settings: settings}
			byIdentity[identity] = g
			all.Groups = append(all.Groups, g)
		}
		g.Networks = append(g.Networks, m)
		g.settings = slices.DeleteFunc(g.settings, func(s setting) bool { return !slices.Contains(settings, s) })
		all.Of[m] = g
	}
	for _, g := range all.Groups {
		g.Dimension, g.Coupling = agreed(g.Networks, (*Measurements).dimension), agreed(g.Networks, (*Measurements).Coupling)
	}
	all.Plain = !slices.ContainsFunc(r.Networks, func(m *Measurements) bool { return !isPlain(m.Config) })
	differing := all.differing()
	if len(r.GroupBy) > 0 {
		differing = slices.DeleteFunc(differing, func(key string) bool { return !slices.Contains(r.GroupBy, key) })
	}
	named := func(key string) bool { return key == keyDimension || key == KeyCoupling }
	if r.ByCoupling { // epochs follow from the dimension there
		differing = slices.DeleteFunc(differing, func(key string) bool { return !named(key) })
	} else {
		all.Seeds = slices.ContainsFunc(r.Networks, func(m *Measurements) bool { return m.Config.Seed != r.Networks[0].Config.Seed })
	}
	all.Keys = slices.DeleteFunc(slices.Clone(differing), named)
	for _, g := range all.Groups {
		g.Name = g.label(differing, all.Plain)
	}
	return all
}

// agreed returns the value that all of the networks share, 0 if they differ.
func agreed[T int | float64](networks []*Measurements, of func(*Measurements) T) T {
	common := of(networks[0])
	for _, m := range networks[1:] {
		if of(m) != common {
			return 0
		}
	}
	return common
}

// identifying returns those settings whose values make groups: all, or those of the keys that were asked for.
func (r *Table) identifying(settings []setting) []setting {
	if len(r.GroupBy) == 0 {
		return settings
	}
	return slices.DeleteFunc(slices.Clone(settings), func(s setting) bool { return !slices.Contains(r.GroupBy, s.key) })
}

// repeatedNetworks reports which networks share seed, realisation and everything that is pooled with another one: two
// imported networks, say, or one run of two builds. They are not realisations of each other.
func repeatedNetworks(networks []*Measurements, pooled [][]setting) []bool {
	first, repeated := map[string]int{}, make([]bool, len(networks))
	for i, m := range networks {
		identity := fmt.Sprintf("%q %d %d", pooled[i], m.Config.Seed, m.Config.Realisation)
		if other, known := first[identity]; known {
			repeated[other], repeated[i] = true, true
			continue
		}
		first[identity] = i
	}
	return repeated
}

// differing lists the keys that have several values among the groups that have them, in the order of the configuration.
func (a *Grouping) differing() []string {
	var keys []string
	values := map[string]map[string]bool{}
	for _, g := range a.Groups {
		for _, s := range g.settings {
			if values[s.key] == nil {
				values[s.key] = map[string]bool{}
				keys = append(keys, s.key)
			}
			values[s.key][s.value] = true
		}
	}
	return slices.DeleteFunc(keys, func(key string) bool { return len(values[key]) < 2 && key != KeyRun })
}

// Value returns the value of a key, empty if the group lacks it.
func (g *Group) Value(key string) string {
	for _, s := range g.settings {
		if s.key == key {
			return s.value
		}
	}
	return ""
}

// has reports whether some group has a value of a key.
func (a *Grouping) has(key string) bool {
	return slices.ContainsFunc(a.Groups, func(g *Group) bool { return g.Value(key) != "" })
}

// columns returns the keys that identify the group of a row in a report's table.
func (a *Grouping) columns() []string {
	var keys []string
	if !a.Plain {
		keys = append(keys, keyKind, keyCell)
	}
	for _, key := range []string{keyDimension, KeyCoupling} {
		if a.Plain || a.has(key) {
			keys = append(keys, key)
		}
	}
	for _, key := range a.Keys {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// Header returns the names of the columns that identify the group of a row, for tables of a report.
func (a *Grouping) Header() []string {
	var names []string
	for _, key := range a.columns() {
		switch key {
		case keyKind:
			names = append(names, "task")
		case keyDimension:
			names = append(names, "d")
		case KeyCoupling:
			names = append(names, "g")
		default:
			names = append(names, shortKey(key, a.Keys))
		}
	}
	return names
}

// Cells returns the values of a group in the columns of Header; empty where it has none.
func (a *Grouping) Cells(g *Group) []string {
	var cells []string
	for _, key := range a.columns() {
		value := g.Value(key)
		if key == keyKind {
			value = g.Networks[0].Config.Task.EffectiveKind()
		}
		cells = append(cells, value)
	}
	return cells
}
