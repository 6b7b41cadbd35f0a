package figure

import (
	"errors"
	"fmt"
	"image/color"
	"io"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/vg"
)

// StateSpace draws panels of states of a network, with its fixed points on top.
type StateSpace struct {
	Title      string
	ClassNames []string // names of the classes of all panels in the legend; a class without one shows its number
	Panels     []StatePanel
}

// StatePanel is states in a plane, one scale for both axes.
type StatePanel struct {
	XLabel, YLabel string
	X, Y           []float64 // S each; a state with NaN or Inf is left out
	Class          []int     // S, from 0; -1 for a state of no class
	// Points are fixed and slow points; only stable ones widen the panel; others outside it are not drawn.
	Points []StatePoint
}

// StatePoint is a fixed or slow point in the plane of a panel.
type StatePoint struct {
	X, Y     float64
	Slow     bool // else fixed
	Stable   bool
	Unstable int // number of unstable directions, written into points that are not stable
}

var _ picture = (*StateSpace)(nil)

// SVG writes the panels as SVG. Errors: those of [StateSpace.Validate] and of w.
func (s *StateSpace) SVG(w io.Writer) error { return writeSVG(w, s) }

// PNG writes the panels as PNG with dpi dots per inch. Errors: those of [StateSpace.Validate], a resolution below 1 or too large, and of w.
func (s *StateSpace) PNG(w io.Writer, dpi int) error { return writePNG(w, s, dpi) }

// Validate joins the faults of the panels: lengths that differ ([ErrLength]), classes and points that cannot be drawn
// ([ErrValue]); no panels, or a panel without states, is [ErrEmpty].
func (s *StateSpace) Validate() error { return prefixed(s.check()) }

func (s *StateSpace) check() error {
	var faults []error
	if len(s.Panels) == 0 {
		faults = append(faults, fmt.Errorf("%w: no panel", ErrEmpty))
	}
	for i := range s.Panels {
		panel, place := &s.Panels[i], fmt.Sprintf("panel %d", i)
		if err := checkPoints(place, panel.X, panel.Y, classesOf(panel.Class)); err != nil {
			faults = append(faults, err)
			continue
		}
		if x, y := panel.extents(); !x.filled() || !y.filled() {
			faults = append(faults, fmt.Errorf("%s: %w: no state is finite", place, ErrEmpty))
		}
		for _, point := range panel.Points {
			if !finite(point.X) || !finite(point.Y) {
				faults = append(faults, fmt.Errorf("%s: %w: a fixed point at %v, %v", place, ErrValue, point.X, point.Y))
				break
			}
		}
	}
	return joinNamed("states", errors.Join(faults...))
}

// classesOf returns the classes, with 0 in place of -1.
func classesOf(classes []int) []int {
	named := slices.Clone(classes)
	for i := range named {
		if named[i] == -1 {
			named[i] = 0
		}
	}
	return named
}

func (s *StatePanel) extents() (x, y Range) {
	x, y = empty(), empty()
	for i := range s.X {
		if finite(s.X[i]) && finite(s.Y[i]) {
			x.add(s.X[i])
			y.add(s.Y[i])
		}
	}
	for _, point := range s.Points {
		if point.Stable && !point.Slow {
			x.add(point.X)
			y.add(point.Y)
		}
	}
	return x, y
}

const (
	stateSide    vg.Length = 215 // of a frame
	stateGap     vg.Length = 22
	stateRadius  vg.Length = 0.9
	stableRadius vg.Length = 4
	saddleRadius vg.Length = 5
	slowRadius   vg.Length = 1.6
)

// unclassed is the colour of states of no class.
var unclassed = color.NRGBA{R: 190, G: 190, B: 198, A: 255}

// chart returns the axes of the panel, both with the same scale.
func (s *StatePanel) chart() chart {
	x, y := s.extents()
	half := 0.56 * math.Max(x.Max-x.Min, y.Max-y.Min)
	if half == 0 {
		half = 1
	}
	around := func(r Range) Range { return Range{(r.Min+r.Max)/2 - half, (r.Min+r.Max)/2 + half} }
	return chart{xLabel: s.XLabel, yLabel: s.YLabel, x: around(x), y: around(y)}
}

func (s *StateSpace) entries() []entry {
	has := map[string]bool{}
	for i := range s.Panels {
		for _, point := range s.Panels[i].Points {
			has[point.kind()] = true
		}
	}
	entries := []entry{{label: "states, by class:"}}
	for i := range s.Panels {
		if slices.Contains(s.Panels[i].Class, -1) {
			entries = []entry{{label: "states", dot: unclassed}, {label: "at the end, by class:"}}
		}
	}
	entries = append(entries, s.classEntries()...)
	for _, e := range []entry{{label: "stable fixed point", dot: ink}, {label: "unstable, with its number of unstable directions", dot: ink, open: true}, {label: "slow point", dot: muted}} {
		if has[e.label] {
			entries = append(entries, e)
		}
	}
	return entries
}

const (
	namedClasses     = 8  // whose colour the legend shows
	longestClassName = 24 // letters
)

// classEntries returns the legend entries of the classes that occur, only the first ones if there are many.
func (s *StateSpace) classEntries() []entry {
	var classes []int
	for i := range s.Panels {
		for _, class := range s.Panels[i].Class {
			if class >= 0 && !slices.Contains(classes, class) {
				classes = append(classes, class)
			}
		}
	}
	slices.Sort(classes)
	var entries []entry
	for i, class := range classes {
		if i == namedClasses {
			return append(entries, entry{label: fmt.Sprintf("and %d more", len(classes)-i)})
		}
		name := strconv.Itoa(class)
		if class < len(s.ClassNames) {
			name = s.ClassNames[class]
		}
		if letters := []rune(name); len(letters) > longestClassName {
			name = string(letters[:longestClassName-1]) + "…"
		}
		entries = append(entries, entry{label: name, dot: ClassColour(class)})
	}
	return entries
}

func (point StatePoint) kind() string {
	switch {
	case point.Slow:
		return "slow point"
	case point.Stable:
		return "stable fixed point"
	}
	return "unstable, with its number of unstable directions"
}

// slots returns the space around the frame of each panel and the total width.
func (s *StateSpace) slots(p *pen) (around []margins, most margins, width vg.Length) {
	width = 2 * pageMargin
	for i := range s.Panels {
		c := s.Panels[i].chart()
		m := c.margins(p, stateSide, stateSide)
		around = append(around, m)
		most.top, most.bottom = max(most.top, m.top), max(most.bottom, m.bottom)
		width += m.left + stateSide + m.right
	}
	return around, most, width + vg.Length(len(s.Panels)-1)*stateGap
}

func (s *StateSpace) size(p *pen) (width, height vg.Length) {
	_, most, width := s.slots(p)
	height = 2*pageMargin + most.top + stateSide + most.bottom
	height += p.titleHeight(s.Title, width-2*pageMargin)
	return width, height + vg.Length(len(legendLines(p, s.entries(), width-2*pageMargin)))*legendHeight + 6
}

func (s *StateSpace) draw(p *pen, width, height vg.Length) {
	top := height - pageMargin
	top -= p.title(s.Title, pageMargin, top, width-2*pageMargin)
	lines := legendLines(p, s.entries(), width-2*pageMargin)
	drawLegend(p, lines, pageMargin, top, width-2*pageMargin)
	top -= vg.Length(len(lines))*legendHeight + 6
	around, most, _ := s.slots(p)
	left := pageMargin
	for i := range s.Panels {
		left += around[i].left
		s.Panels[i].draw(p, box(left, top-most.top, stateSide, stateSide))
		left += stateSide + around[i].right + stateGap
	}
}

func (s *StatePanel) draw(p *pen, frame vg.Rectangle) {
	c := s.chart()
	x, y := c.axes(frame)
	var plain []vg.Point
	for i, class := range s.Class {
		if class < 0 && finite(s.X[i]) && finite(s.Y[i]) {
			plain = append(plain, at(x.at(s.X[i]), y.at(s.Y[i])))
		}
	}
	p.dots(plain, stateRadius*0.8, unclassed)
	classes := 0
	for _, class := range s.Class {
		classes = max(classes, class+1)
	}
	for layer := range layers {
		centres := make([][]vg.Point, classes)
		for i := layer; i < len(s.X); i += layers {
			if s.Class[i] >= 0 && finite(s.X[i]) && finite(s.Y[i]) {
				centres[s.Class[i]] = append(centres[s.Class[i]], at(x.at(s.X[i]), y.at(s.Y[i])))
			}
		}
		for k := range centres {
			class := (k + layer) % classes
			p.dots(centres[class], stateRadius, fade(ClassColour(class), 0.8))
		}
	}
	for _, kind := range []func(StatePoint) bool{
		func(point StatePoint) bool { return point.Slow },
		func(point StatePoint) bool { return !point.Slow && !point.Stable },
		func(point StatePoint) bool { return !point.Slow && point.Stable },
	} {
		for _, point := range s.Points {
			if kind(point) && c.x.Min <= point.X && point.X <= c.x.Max && c.y.Min <= point.Y && point.Y <= c.y.Max {
				point.draw(p, at(x.at(point.X), y.at(point.Y)))
			}
		}
	}
	c.drawAxes(p, frame, x, y)
}

func (point StatePoint) draw(p *pen, centre vg.Point) {
	dot := func(radius vg.Length) {
		p.dots([]vg.Point{centre}, radius+0.8, paper)
		p.dots([]vg.Point{centre}, radius, ink)
	}
	switch {
	case point.Slow:
		p.dots([]vg.Point{centre}, slowRadius, muted)
	case point.Stable:
		dot(stableRadius)
	default:
		p.fill(paper, circle(centre, saddleRadius))
		p.outline(stroke{colour: ink, width: 1.1}, circle(centre, saddleRadius))
		p.text(centre, strconv.Itoa(point.Unstable), lettering{size: 7.5, colour: ink, across: 0.5})
	}
}

func (s *StateSpace) describe() string {
	count := 0
	if len(s.Panels) > 0 {
		count = len(s.Panels[0].Points)
	}
	return fmt.Sprintf("%s: states on principal components in %d panels, with %d fixed and slow points", PlainText(s.Title), len(s.Panels), count)
}
