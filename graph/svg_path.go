package graph

import (
	"fmt"
	"math"
	"strings"
)

type point struct{ x, y float64 }

// corners returns the points of a route, from hub to leaf.
func (d *drawing) corners(w *route) []point {
	x, y := d.point(w.hub)
	endX, endY := d.point(w.leaf)
	points := []point{{x, y}}
	if w.down != nil {
		points = append(points, point{w.down.at, y})
		if w.across == nil {
			points = append(points, point{w.down.at, endY})
		}
		x = w.down.at
	}
	if w.across != nil {
		points = append(points, point{x, w.across.at}, point{endX, w.across.at})
	}
	points = append(points, point{endX, endY})
	kept := points[:1]
	for i := 1; i < len(points); i++ {
		if last := kept[len(kept)-1]; math.Abs(points[i].x-last.x)+math.Abs(points[i].y-last.y) > 0.01 {
			kept = append(kept, points[i])
		}
	}
	for i := len(kept) - 2; i > 0; i-- { // corners without a turn
		if kept[i-1].y == kept[i].y && kept[i].y == kept[i+1].y || kept[i-1].x == kept[i].x && kept[i].x == kept[i+1].x {
			kept = append(kept[:i], kept[i+1:]...)
		}
	}
	return kept
}

func wayLength(way []point) float64 {
	length := 0.0
	for i := 1; i < len(way); i++ {
		length += math.Abs(way[i].x-way[i-1].x) + math.Abs(way[i].y-way[i-1].y)
	}
	return length
}

// branch returns the part of a path that is not drawn yet. All paths of a net begin at its hub. If the path turns off a straight
// line, the part begins on that line and branches is true; otherwise it begins at the preceding corner.
func branch(way []point, drawn [][]point) (rest []point, branches bool) {
	for i := 1; i < len(way); i++ {
		covered := false
		for _, other := range drawn {
			for j := 1; j < len(other); j++ {
				covered = covered || on(way[i-1], other[j-1], other[j]) && on(way[i], other[j-1], other[j])
			}
		}
		if covered {
			continue
		}
		for _, other := range drawn {
			for j := 1; j < len(other); j++ {
				if on(way[i-1], other[j-1], other[j]) && way[i-1] != other[j-1] && way[i-1] != other[j] {
					return way[i-1:], true
				}
			}
		}
		return way[max(0, i-2):], false
	}
	return way, false
}

// on reports whether p lies on the horizontal or vertical line from a to b.
func on(p, a, b point) bool {
	return a.y == b.y && p.y == a.y && min(a.x, b.x) <= p.x && p.x <= max(a.x, b.x) ||
		a.x == b.x && p.x == a.x && min(a.y, b.y) <= p.y && p.y <= max(a.y, b.y)
}

// path returns straight lines with round corners in SVG path syntax.
func path(points []point) string {
	var s strings.Builder
	fmt.Fprintf(&s, "M%s %s", pixels(points[0].x), pixels(points[0].y))
	for i := 1; i < len(points); i++ {
		p := points[i]
		if i == len(points)-1 {
			fmt.Fprintf(&s, "L%s %s", pixels(p.x), pixels(p.y))
			break
		}
		before, after := toward(p, points[i-1]), toward(p, points[i+1])
		fmt.Fprintf(&s, "L%s %sQ%s %s %s %s", pixels(before.x), pixels(before.y), pixels(p.x), pixels(p.y), pixels(after.x), pixels(after.y))
	}
	return s.String()
}

// toward returns the point where a round corner at p begins, on the way to q.
func toward(p, q point) point {
	length := math.Hypot(q.x-p.x, q.y-p.y)
	part := min(cornerRadius, length/2) / length
	return point{p.x + part*(q.x-p.x), p.y + part*(q.y-p.y)}
}

func pixels(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.1f", v), "0"), ".")
}
