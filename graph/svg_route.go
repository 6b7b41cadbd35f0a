package graph

import (
	"cmp"
	"slices"
)

// Arrows run where there are no boxes: horizontally in the channels between two rows, vertically in the gaps between two columns.
// Channel k lies above row k, gap k left of column k. Different nets never share a line.

// side is the side of a box that an arrow meets.
type side int

const (
	top side = iota
	bottom
	left
	right
)

// port is the place where the arrows of one net meet a box.
type port struct {
	cell  *cell
	side  side
	order float64 // negative: the other end is to the left or above; 0: straight ahead, or a hub
	part  float64 // 0 .. 1, from the left or from above
}

// track is a net's line through a channel or a gap.
type track struct {
	place float64 // number of the channel or gap
	stops []stop
	lane  int     // its index among parallel tracks
	at    float64 // y in a channel, x in a gap, set once the drawing is measured
}

// stop is where another part of the net joins a track: a port or a perpendicular track.
type stop struct {
	port  *port
	track *track
}

// route is the path of one arrow from the hub of its net to a leaf, along tracks where needed.
type route struct {
	hub, leaf    *port
	down, across *track
}

// net is all arrows from one box, or all into one gradient: every step adds to the gradient of a parameter, just as every step uses
// the parameter.
type net struct {
	hub    *cell
	into   bool // the arrows lead into the hub
	later  bool // from a step to a later one that is drawn as one with it
	leaves []*cell
	routes []*route

	ports          map[side]*port
	gaps, channels map[int]*track
}

// router finds paths for the arrows of a grid.
type router struct {
	nets           []*net
	ports          map[*cell][]*port
	channels, gaps [][]*track      // one more than rows, and than columns
	used           map[[2]int]*net // row and column: nil for a box, or the net that runs across
}

// routeArrows routes the arrows of a grid. Arrows into a gradient are one net, unless they may come from anywhere.
func routeArrows(g *grid, raw bool) *router {
	r := &router{
		ports: map[*cell][]*port{}, channels: make([][]*track, g.rows[0]+g.rows[1]+1), gaps: make([][]*track, g.columns+1),
		used: map[[2]int]*net{},
	}
	for _, c := range g.cells {
		r.used[[2]int{c.row, c.column}] = nil
	}
	type netKey struct {
		hub         *cell
		into, later bool
	}
	found := map[netKey]*net{}
	for _, a := range g.arrows {
		hub, leaf := g.at[a.from], g.at[a.to]
		into := a.to.gradient && !raw
		if into {
			hub, leaf = leaf, hub
		}
		key := netKey{hub, into, a.later}
		if found[key] == nil {
			found[key] = &net{hub: hub, into: into, later: a.later, ports: map[side]*port{}, gaps: map[int]*track{}, channels: map[int]*track{}}
			r.nets = append(r.nets, found[key])
		}
		found[key].leaves = append(found[key].leaves, leaf)
	}
	for _, n := range r.nets {
		r.lead(n)
	}
	for _, ports := range r.ports {
		arrange(ports)
	}
	for _, tracks := range append(slices.Clone(r.channels), r.gaps...) {
		assignLanes(tracks)
	}
	return r
}

// lead finds the path to each leaf of a net: straight to the next row, across to the next column, or out at the side and along the
// channel before the leaf. Arrows into the hub take the same turns vertically mirrored.
func (r *router) lead(n *net) {
	ahead, front, back, inlet := 1, bottom, top, 0
	if n.into {
		ahead, front, back, inlet = -1, top, bottom, 1
	}
	isAhead := func(leaf *cell) bool {
		return !n.later && leaf.row == n.hub.row+ahead && (leaf.column == n.hub.column || leaf.panel == n.hub.panel)
	}
	isBeside := func(leaf *cell) bool {
		return leaf.column != n.hub.column && (leaf.panel != n.hub.panel || leaf.row == n.hub.row) && r.clear(n, leaf)
	}
	rails := map[int]bool{} // channels that the net already uses
	for _, leaf := range n.leaves {
		if !isAhead(leaf) && !isBeside(leaf) {
			rails[leaf.row+inlet] = true
		}
	}
	for _, leaf := range n.leaves {
		w := &route{}
		n.routes = append(n.routes, w)
		channel := leaf.row + inlet
		exit, entry, gap := right, left, n.hub.column+1
		if leaf.column < n.hub.column {
			exit, entry, gap = left, right, n.hub.column
		}
		from := cmp.Compare(n.hub.column, leaf.column) // -1: the arrow comes from the left
		switch {
		case isAhead(leaf):
			w.hub, w.leaf = r.hubPort(n, front), r.port(leaf, back, float64(from))
			if from != 0 {
				w.across = r.track(n.channels, r.channels, channel)
				w.across.stops = append(w.across.stops, stop{port: w.hub}, stop{port: w.leaf})
			}
		case isBeside(leaf) && !rails[channel]:
			w.hub, w.leaf = r.hubPort(n, exit), r.port(leaf, entry, float64(n.hub.row-leaf.row))
			r.cross(n, leaf)
			if gap = leaf.column; exit == left {
				gap++
			}
			w.down = r.track(n.gaps, r.gaps, gap)
			w.down.stops = append(w.down.stops, stop{port: w.hub}, stop{port: w.leaf})
		default:
			if from == 0 {
				from = 1 // round the hub's right side
			}
			w.hub, w.leaf = r.hubPort(n, exit), r.port(leaf, back, float64(from))
			w.down = r.track(n.gaps, r.gaps, gap)
			w.across = r.track(n.channels, r.channels, channel)
			w.down.stops = append(w.down.stops, stop{port: w.hub}, stop{track: w.across})
			w.across.stops = append(w.across.stops, stop{track: w.down}, stop{port: w.leaf})
		}
	}
}

func (r *router) port(c *cell, s side, order float64) *port {
	p := &port{cell: c, side: s, order: order}
	r.ports[c] = append(r.ports[c], p)
	return p
}

// between calls visit for the places beside a hub that an arrow to another column crosses.
func (n *net) between(leaf *cell, visit func(row, column int)) {
	for column := min(n.hub.column, leaf.column) + 1; column < max(n.hub.column, leaf.column); column++ {
		visit(n.hub.row, column)
	}
}

// clear reports whether there is neither a box nor another net between the hub and the column of the leaf.
func (r *router) clear(n *net, leaf *cell) bool {
	free := true
	n.between(leaf, func(row, column int) {
		user, used := r.used[[2]int{row, column}]
		free = free && (!used || user == n)
	})
	return free
}

// cross marks the places between a hub and the column of the leaf as used.
func (r *router) cross(n *net, leaf *cell) {
	n.between(leaf, func(row, column int) { r.used[[2]int{row, column}] = n })
}

// hubPort returns the port of a net at a side of its hub.
func (r *router) hubPort(n *net, s side) *port {
	if n.ports[s] == nil {
		order := 0.0
		if s == left {
			order = 0.5 // below the middle: the box to the left may have its right port at the middle
		}
		n.ports[s] = r.port(n.hub, s, order)
	}
	return n.ports[s]
}

// track returns the track of a net in a channel or gap.
func (r *router) track(of map[int]*track, all [][]*track, place int) *track {
	if of[place] == nil {
		of[place] = &track{place: float64(place)}
		all[place] = append(all[place], of[place])
	}
	return of[place]
}

// arrange spreads the ports of a box over its sides: straight arrows meet the middle, the others the half that they come from. No
// two ports that face each other across a gap are level unless a straight arrow joins them: the ends of different nets between the
// same boxes would run into each other.
func arrange(ports []*port) {
	slices.SortStableFunc(ports, func(a, b *port) int { return cmp.Compare(a.order, b.order) })
	for _, ends := range []struct {
		side      side
		edge      float64
		low, high float64 // of the middle
	}{{top, 0, 0.5, 0.5}, {bottom, 0, 0.5, 0.5}, {left, 0, 0.42, 0.58}, {right, 0.1, 0.42, 0.58}} {
		var before, middle, after []*port
		for _, p := range ports {
			switch {
			case p.side != ends.side:
			case p.order < 0:
				before = append(before, p)
			case p.order > 0:
				after = append(after, p)
			default:
				middle = append(middle, p)
			}
		}
		spread(before, ends.edge, ends.low)
		spread(middle, ends.low, ends.high)
		spread(after, ends.high, 1-ends.edge)
	}
}

// spread places ports at equal distances between two positions on a side.
func spread(ports []*port, low, high float64) {
	for i, p := range ports {
		p.part = low + (high-low)*float64(i+1)/float64(len(ports)+1)
	}
}

// place returns the position of a stop along its track, in rows or columns.
func (s stop) place() float64 {
	switch {
	case s.track != nil:
		return s.track.place
	case s.port.side == top || s.port.side == bottom:
		return float64(s.port.cell.column) + 0.25 + s.port.part/2
	}
	return float64(s.port.cell.row) + 0.25 + s.port.part/2
}

// assignLanes puts overlapping tracks of one channel or gap into separate lanes.
func assignLanes(tracks []*track) {
	reach := func(t *track) (low, high float64) {
		low, high = t.stops[0].place(), t.stops[0].place()
		for _, s := range t.stops {
			low, high = min(low, s.place()), max(high, s.place())
		}
		return low, high
	}
	sorted := slices.Clone(tracks)
	slices.SortStableFunc(sorted, func(a, b *track) int {
		lowA, _ := reach(a)
		lowB, _ := reach(b)
		return cmp.Compare(lowA, lowB)
	})
	var ends []float64 // of the last track in each lane
	for _, t := range sorted {
		low, high := reach(t)
		t.lane = slices.IndexFunc(ends, func(end float64) bool { return end < low })
		if t.lane < 0 {
			t.lane = len(ends)
			ends = append(ends, 0)
		}
		ends[t.lane] = high
	}
}

// lanes returns the number of lanes of a channel or gap.
func lanes(tracks []*track) int {
	n := 0
	for _, t := range tracks {
		n = max(n, t.lane+1)
	}
	return n
}
