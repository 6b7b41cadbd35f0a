package graph

import "slices"

// cell is a box with its place in the grid of a drawing. Time runs to the right: every part of the network is a
// panel of one or more columns. Data flows down within a part: the forward pass is in the upper band of rows, the gradients in the lower.
type cell struct {
	*box
	panel, sub  int // panel, and column within it
	column, row int // in the whole drawing, from the left and from above
	x, y        float64
}

// panel is a drawn part of the network: columns first .. last.
type panel struct {
	title       string
	first, last int
}

// grid is a picture whose boxes have places.
type grid struct {
	cells   []*cell
	at      map[*box]*cell
	arrows  []arrow
	panels  []panel
	columns int
	rows    [2]int // of the two bands
}

// place assigns places to the boxes of a picture: equal boxes of all steps are in one row.
func place(p *picture) *grid {
	g := &grid{at: map[*box]*cell{}, arrows: p.arrows}
	// Parameters that several parts use have a separate panel on the left; others are placed where they are used.
	g.panels = append(g.panels, panel{title: parameterSection})
	panels := map[string]int{"": 0}
	for _, home := range p.homes {
		if home != parameterSection {
			panels[home] = len(g.panels)
			g.panels = append(g.panels, panel{title: home})
		}
	}
	panels[""] = len(g.panels) - 1
	for _, b := range p.boxes {
		c := &cell{box: b, panel: panels[b.home]}
		g.cells = append(g.cells, c)
		g.at[b] = c
	}
	for _, c := range g.cells {
		if c.home == parameterSection {
			c.panel = g.servedBy(c)
		}
	}
	keys := g.layers()
	g.assignColumns(keys)
	g.placeShared()
	g.compress()
	return g
}

// servedBy returns the only panel that uses a parameter, or its gradient, or 0.
func (g *grid) servedBy(c *cell) int {
	only := 0
	for _, a := range g.arrows {
		other := a.to
		if a.to == c.box {
			other = a.from
		} else if a.from != c.box {
			continue
		}
		if other.home == parameterSection || only != 0 && g.at[other].panel != only {
			return 0
		}
		only = g.at[other].panel
	}
	return only
}

// layer is a kind of box, such as h[t], with the place of all boxes of that kind.
type layer struct {
	row, column int
	from, to    []*layer     // within one panel
	panels      map[int]bool // where such boxes are
}

func (g *grid) band(c *cell) int {
	if c.gradient {
		return 1
	}
	return 0
}

// layers places every box below those of its panel that it is computed from, and inputs directly above the boxes that read them.
func (g *grid) layers() map[*cell]*layer {
	byKey := map[string]*layer{}
	of := map[*cell]*layer{}
	var order []*layer
	for _, c := range g.cells {
		if c.panel == 0 {
			continue
		}
		class := g.panels[c.panel].title
		if _, step := sectionTime(class); step {
			class = "t"
		}
		key := class + "|" + c.key
		if c.gradient {
			key = "d|" + key
		}
		l, ok := byKey[key]
		if !ok {
			l = &layer{column: -1, panels: map[int]bool{}}
			byKey[key] = l
			order = append(order, l)
		}
		of[c] = l
		l.panels[c.panel] = true
	}
	for _, a := range g.arrows {
		from, to := g.at[a.from], g.at[a.to]
		if from.panel != to.panel || from.panel == 0 || g.band(from) != g.band(to) || a.later || of[from] == of[to] {
			continue
		}
		if !slices.Contains(of[to].from, of[from]) {
			of[to].from = append(of[to].from, of[from])
			of[from].to = append(of[from].to, of[to])
		}
	}
	for range order { // as many times as the longest path can have steps: steps of different structure could form a cycle
		for _, l := range order {
			for _, from := range l.from {
				l.row = max(l.row, min(from.row+1, len(order)))
			}
		}
	}
	for _, l := range order {
		if len(l.from) == 0 && len(l.to) > 0 {
			l.row = len(order)
			for _, to := range l.to {
				l.row = max(0, min(l.row, to.row-1))
			}
		}
	}
	return of
}

// assignColumns puts boxes below the first that they are computed from, or beside it if that place is taken.
func (g *grid) assignColumns(of map[*cell]*layer) {
	type place struct{ panel, band, row, column int }
	taken := map[place]bool{}
	put := func(c *cell, column int) {
		l := of[c]
		free := func() bool {
			for panel := range l.panels {
				if taken[place{panel, g.band(c), l.row, column}] {
					return false
				}
			}
			return true
		}
		for !free() {
			column++
		}
		for panel := range l.panels {
			taken[place{panel, g.band(c), l.row, column}] = true
		}
		l.column = column
	}
	byRow := make([]*cell, 0, len(of))
	for _, c := range g.cells {
		if of[c] != nil {
			byRow = append(byRow, c)
		}
	}
	slices.SortStableFunc(byRow, func(a, b *cell) int { return of[a].row - of[b].row })
	for _, c := range byRow {
		l := of[c]
		if l.column >= 0 || len(l.from) == 0 && len(l.to) > 0 {
			continue
		}
		column := 0
		for _, from := range l.from {
			if from.column >= 0 {
				column = from.column
				break
			}
		}
		put(c, column)
	}
	slices.Reverse(byRow)
	slices.SortStableFunc(byRow, func(a, b *cell) int { return of[b].row - of[a].row })
	for _, c := range byRow {
		l := of[c]
		if l.column < 0 {
			put(c, max(0, l.to[0].column))
		}
	}
	for c, l := range of {
		c.row, c.sub = l.row, l.column
		g.rows[g.band(c)] = max(g.rows[g.band(c)], l.row+1)
	}
}

// placeShared puts each parameter that several parts use into a separate row, beside the boxes that use it.
func (g *grid) placeShared() {
	var taken [2]map[int]bool
	for band := range taken {
		taken[band] = map[int]bool{}
	}
	for _, c := range g.cells {
		if c.panel != 0 {
			continue
		}
		band := g.band(c)
		wanted := -1
		for _, a := range g.arrows {
			other := a.to
			if a.to == c.box {
				other = a.from
			} else if a.from != c.box {
				continue
			}
			if o := g.at[other]; o.panel != 0 && g.band(o) == band && (wanted < 0 || o.row < wanted) {
				wanted = o.row
			}
		}
		row := max(wanted, 0)
		for taken[band][row] {
			row++
		}
		taken[band][row] = true
		c.row = row
		g.rows[band] = max(g.rows[band], row+1)
	}
}

// compress renumbers the used columns, and the used rows of both bands, consecutively.
func (g *grid) compress() {
	used := make([]map[int]bool, len(g.panels))
	for i := range used {
		used[i] = map[int]bool{}
	}
	for _, c := range g.cells {
		used[c.panel][c.sub] = true
		if c.gradient {
			c.row += g.rows[0]
		}
	}
	numbers := make([]map[int]int, len(g.panels))
	for i := range g.panels {
		numbers[i] = map[int]int{}
		subs := make([]int, 0, len(used[i]))
		for sub := range used[i] {
			subs = append(subs, sub)
		}
		slices.Sort(subs)
		g.panels[i].first, g.panels[i].last = g.columns, g.columns+len(subs)-1
		for _, sub := range subs {
			numbers[i][sub] = g.columns
			g.columns++
		}
	}
	for _, c := range g.cells {
		c.column = numbers[c.panel][c.sub]
	}
}
