package figure

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/plot/vg"
)

// Points is a two-dimensional scatter of inputs.
type Points struct {
	X, Y  []float64 // S each
	Class []int     // S, from 0
}

// Schematic is the content of the drawing of the task.
type Schematic struct {
	Dimension  int     // d of the inputs
	Clusters   int     // over all classes
	Units      int     // n of the network
	Evaluation int     // t at which the class is read
	Inputs     *Points // drawn as given (d = 2); nil draws a cube, or a square for d = 2, with made-up clusters
}

// Validate returns nil when the schematic can be drawn: counts above 0, Evaluation at least 0, consistent Inputs.
func (s *Schematic) Validate() error { return prefixed(s.check()) }

func (s *Schematic) check() error {
	var faults []error
	for _, field := range []struct {
		name         string
		value, least int
	}{{"Dimension", s.Dimension, 1}, {"Clusters", s.Clusters, 1}, {"Units", s.Units, 1}, {"Evaluation", s.Evaluation, 0}} {
		if field.value < field.least {
			faults = append(faults, fmt.Errorf("schematic: %s = %d: %w; allowed from %d", field.name, field.value, ErrValue, field.least))
		}
	}
	if s.Inputs != nil {
		faults = append(faults, checkPoints("schematic: Inputs", s.Inputs.X, s.Inputs.Y, s.Inputs.Class))
	}
	return errors.Join(faults...)
}

const (
	inputSide     vg.Length = 108
	networkRadius vg.Length = 34
	timelineDepth vg.Length = 46 // height of the lower part, which shows when the input arrives and when the class is read
	captionLine   vg.Length = 11.5
	flowLength    vg.Length = 24 // of the arrows between the parts
	flowGap       vg.Length = 4
)

var caption = lettering{size: sizeTick, colour: ink, across: 0.5}

// draw draws the task from left to right: inputs, network, classes; below them the steps of one trial.
func (s *Schematic) draw(p *pen, area vg.Rectangle) {
	size := area.Size()
	spare := max(0, size.Y-inputSide-2*captionLine-3-timelineDepth)
	top := area.Max.Y - 0.3*spare
	inputs := box(area.Min.X+1, top, inputSide, inputSide)
	middle := top - inputSide/2

	s.drawInputs(p, inputs)
	line := top - inputSide - 3 - captionLine/2
	centre := (inputs.Min.X + inputs.Max.X) / 2
	p.text(at(centre, line), fmt.Sprintf("%d clusters", s.Clusters), caption)
	p.text(at(centre, line-captionLine), fmt.Sprintf("in %d dimensions", s.Dimension), caption)

	flow := stroke{colour: ink, width: 1.1}
	x := inputs.Max.X + flowGap
	p.arrow(flow, at(x, middle), at(x+flowLength, middle))
	p.text(at(x+flowLength/2-1, middle+9), "$x_{0}$", caption)
	network := at(x+flowLength+flowGap+networkRadius, middle)
	drawNetwork(p, network)
	p.text(at(network.X, line), "recurrent network,", caption)
	p.text(at(network.X, line-captionLine), fmt.Sprintf("$n$ = %d units", s.Units), caption)

	x = network.X + networkRadius + flowGap
	p.arrow(flow, at(x, middle), at(x+flowLength, middle))
	p.text(at(x+flowLength/2-1, middle+9), "$o_{t}$", caption)
	for class := range 2 {
		p.dots([]vg.Point{at(x+flowLength+flowGap+8, middle+11-22*vg.Length(class))}, 6, ClassColour(class))
	}
	p.text(at(x+flowLength+flowGap+8, middle-28), "class", caption)

	bottom := line - 1.5*captionLine - 0.35*spare
	s.drawTimeline(p, box(area.Min.X, bottom, size.X, timelineDepth))
}

// drawInputs draws the clusters: the given points, or a cube or a square with made-up ones.
func (s *Schematic) drawInputs(p *pen, frame vg.Rectangle) {
	if s.Inputs != nil {
		drawScatter(p, s.Inputs.X, s.Inputs.Y, s.Inputs.Class, frame, 1.3)
		p.outline(stroke{colour: muted, width: 0.8}, rectangle(frame))
		return
	}
	depth := 0.0 // share of the frame that the depth of the cube takes
	if s.Dimension > 2 {
		depth = 0.30
	}
	project := func(x, y, z float64) vg.Point {
		return at(frame.Min.X+vg.Length(x*(1-depth)+z*depth)*frame.Size().X, frame.Min.Y+vg.Length(y*(1-depth)+z*depth)*frame.Size().Y)
	}
	if depth > 0 {
		drawCube(p, project)
	} else {
		p.outline(stroke{colour: muted, width: 0.8}, rectangle(frame))
	}
	for k, centre := range decorativeClusters(min(s.Clusters, 28), project) {
		p.dots(centre, 0.95, ClassColour(k%2))
	}
}

// decorativeClusters returns small clusters of points in the unit cube as seen on the page, which do not overlap. The picture is
// the same each time: the random stream is fixed, since the points only illustrate.
func decorativeClusters(count int, project func(x, y, z float64) vg.Point) [][]vg.Point {
	const (
		apart   = 10.0 // points on the page between centres
		spread  = 1.5
		samples = 9
		tries   = 4000 // more clusters than fit are left out
	)
	random := rand.New(rand.NewPCG(2019, 12))
	inside := func() float64 { return 0.07 + 0.86*random.Float64() }
	var centres []vg.Point
	var clouds [][]vg.Point
	for range tries {
		if len(clouds) == count {
			break
		}
		centre := project(inside(), inside(), inside())
		if slices.ContainsFunc(centres, func(other vg.Point) bool {
			return math.Hypot(float64(other.X-centre.X), float64(other.Y-centre.Y)) < apart
		}) {
			continue
		}
		centres = append(centres, centre)
		cloud := make([]vg.Point, samples)
		for i := range cloud {
			cloud[i] = at(centre.X+vg.Length(spread*random.NormFloat64()), centre.Y+vg.Length(spread*random.NormFloat64()))
		}
		clouds = append(clouds, cloud)
	}
	return clouds
}

// drawCube draws the twelve edges of the unit cube, those at the hidden corner dashed.
func drawCube(p *pen, project func(x, y, z float64) vg.Point) {
	front := stroke{colour: muted, width: 0.9}
	hidden := stroke{colour: muted, width: 0.6, dashes: []vg.Length{1.5, 2}}
	corner := func(bits int) vg.Point {
		return project(float64(bits&1), float64(bits>>1&1), float64(bits>>2&1))
	}
	const back = 4 // the corner at x = y = 0, z = 1 lies behind
	for from := range 8 {
		for bit := 1; bit < 8; bit <<= 1 {
			to := from | bit
			switch {
			case to == from:
			case from == back || to == back:
				p.polyline(hidden, corner(from), corner(to))
			default:
				p.polyline(front, corner(from), corner(to))
			}
		}
	}
}

// drawNetwork draws units on a ring with connections across it.
func drawNetwork(p *pen, centre vg.Point) {
	const units = 9
	p.fill(fade(faint, 0.55), circle(centre, networkRadius))
	p.outline(stroke{colour: muted, width: 0.9}, circle(centre, networkRadius))
	on := func(k int) vg.Point {
		sin, cos := math.Sincos(2*math.Pi*float64(k)/units + math.Pi/2)
		return at(centre.X+0.70*networkRadius*vg.Length(cos), centre.Y+0.70*networkRadius*vg.Length(sin))
	}
	for from := range units {
		for _, hop := range []int{2, 3, 4} {
			if (from*hop)%4 != 3 { // leave some out: all connections would fill the disc with grey
				p.polyline(stroke{colour: fade(muted, 0.6), width: 0.6}, on(from), on((from+hop)%units))
			}
		}
	}
	nodes := make([]vg.Point, units)
	for k := range nodes {
		nodes[k] = on(k)
	}
	p.dots(nodes, 3.2, paper)
	p.dots(nodes, 2.6, ink)
}

// drawTimeline draws the steps from 0 to the evaluation: the input enters at the first, the class is read at the last.
func (s *Schematic) drawTimeline(p *pen, area vg.Rectangle) {
	left, right, y := area.Min.X+16, area.Max.X-26, area.Min.Y+15
	line := stroke{colour: ink, width: 0.9}
	p.arrow(line, at(left-8, y), at(right+22, y))
	steps := max(1, s.Evaluation)
	place := func(t int) vg.Length { return left + (right-left)*vg.Length(t)/vg.Length(steps) }
	if steps <= 40 {
		for t := range steps + 1 {
			p.polyline(stroke{colour: ink, width: 0.7}, at(place(t), y-2), at(place(t), y+2))
		}
	}
	p.text(at(place(0), y-9), "$t$ = 0", caption)
	p.text(at(place(steps), y-9), fmt.Sprintf("$t_{eval}$ = %d", s.Evaluation), caption)
	p.arrow(stroke{colour: ink, width: 1.1}, at(place(0), y+17), at(place(0), y+3))
	p.arrow(stroke{colour: ink, width: 1.1}, at(place(steps), y+3), at(place(steps), y+17))
	label := caption
	label.across = 0
	p.text(at(place(0)+6, y+15), "input", label)
	label.across = 1
	p.text(at(place(steps)-6, y+15), "class is read", label)
	p.text(at((left+right)/2, y-9), "no further input", lettering{size: sizeTick, colour: muted, across: 0.5})
}
