package graph

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// gated builds a network that Build cannot: parallel gates, two states, an input, a readout and a loss at every step, and a sum of
// the losses.
func gated(t *testing.T, steps int) *RNN {
	t.Helper()
	const batch, units, inputs, classes = 4, 5, 3, 2
	b := newBuilder()
	rnn := &RNN{Graph: b.g, Unroll: Unroll{Batch: batch, Steps: steps}, parameters: &Parameters{Config: Config{Units: units}}}
	zeros := func(shape ...int) *tensor.Dense {
		return tensor.New(tensor.WithShape(shape...), tensor.Of(tensor.Float32))
	}
	b.section = parameterSection
	parameters := G.Nodes{}
	for _, gate := range []string{"z", "r", "n"} {
		parameters = append(parameters, b.input("U"+gate, zeros(units, units)), b.input("V"+gate, zeros(inputs, units)))
	}
	W := b.input("W", zeros(units, classes))
	var h, total *G.Node
	for step := range steps {
		b.section = stepSection(step)
		named := func(name string, construct func() (*G.Node, error)) *G.Node {
			return b.Op(fmt.Sprintf("%s[%d]", name, step), construct)
		}
		x := b.input(fmt.Sprintf("x[%d]", step), zeros(batch, inputs))
		gates := G.Nodes{}
		for i, gate := range []string{"z", "r", "n"} {
			if gate == "r" && h == nil { // nothing to reset yet
				gates = append(gates, nil)
				continue
			}
			a := named("x"+gate, func() (*G.Node, error) { return G.Mul(x, parameters[2*i+1]) })
			if h != nil {
				fed := h
				if gate == "n" {
					fed = named("rh", func() (*G.Node, error) { return G.HadamardProd(gates[1], h) })
				}
				product := named("h"+gate, func() (*G.Node, error) { return G.Mul(fed, parameters[2*i]) })
				sum := a
				a = named("a"+gate, func() (*G.Node, error) { return G.Add(sum, product) })
			}
			open := a
			gates = append(gates, named(gate, func() (*G.Node, error) {
				if gate == "n" {
					return G.Tanh(open)
				}
				return G.Sigmoid(open)
			}))
		}
		previous := h
		if previous == nil {
			h = named("h", func() (*G.Node, error) { return G.HadamardProd(gates[0], gates[2]) })
		} else {
			kept := named("kept", func() (*G.Node, error) { return G.HadamardProd(gates[0], previous) })
			h = named("h", func() (*G.Node, error) { return G.Add(kept, gates[2]) })
		}
		rnn.Hidden = append(rnn.Hidden, h)
		state := h
		o := named("o", func() (*G.Node, error) { return G.Mul(state, W) })
		part := named("part", func() (*G.Node, error) { return G.Sum(o) })
		b.section = "loss"
		if last := total; last == nil {
			total = part
		} else {
			total = b.Op(fmt.Sprintf("total[%d]", step), func() (*G.Node, error) { return G.Add(last, part) })
		}
	}
	rnn.Loss = b.Op("loss", func() (*G.Node, error) { return G.Neg(total) })
	b.section = gradientSection
	if b.err == nil {
		if _, err := G.Grad(rnn.Loss, parameters...); err != nil {
			t.Fatal(err)
		}
		b.claim()
	}
	rnn.sections, rnn.named = b.sections, b.named
	if err := b.finish(); err != nil {
		t.Fatal(err)
	}
	return rnn
}

// pictured calls check with networks of every kind and options of their pictures.
func pictured(t *testing.T, check func(t *testing.T, rnn *RNN, options PictureOptions)) {
	networks := map[string]*RNN{}
	for _, steps := range []int{2, 4, 15} {
		networks[fmt.Sprintf("gated/steps=%d", steps)] = gated(t, steps)
		for _, activation := range []Activation{Tanh, Linear} {
			for _, loss := range []LossName{CrossEntropy, MeanSquaredError} {
				config := DefaultConfig()
				config.Units, config.Activation = 5, activation
				parameters, err := NewParameters(config, Shape{Inputs: config.Units, Outputs: 3, Embedded: true}, testStream)
				if err != nil {
					t.Fatal(err)
				}
				rnn, err := Build(parameters, Unroll{Batch: 4, Steps: steps, Loss: loss, Gradients: true})
				if err != nil {
					t.Fatal(err)
				}
				networks[fmt.Sprintf("%s/%s/steps=%d", activation, loss, steps)] = rnn
			}
		}
	}
	networks["readouts"] = manyReadouts(t, Leaky, MeanSquaredError, 1, 2, 4)
	for name, rnn := range networks {
		for i := range 8 {
			options := PictureOptions{ForwardOnly: i&1 != 0, Collapsed: i&2 != 0, Raw: i&4 != 0, Inputs: 2}
			t.Run(fmt.Sprintf("%s/forward=%t/collapsed=%t/raw=%t", name, options.ForwardOnly, options.Collapsed, options.Raw), func(t *testing.T) {
				check(t, rnn, options)
			})
		}
	}
}

// TestArrowsRunAroundBoxes: no arrow of a drawing crosses a box, no two boxes overlap, and no two nets share a line.
func TestArrowsRunAroundBoxes(t *testing.T) {
	pictured(t, func(t *testing.T, rnn *RNN, options PictureOptions) {
		g := place(newPicture(rnn, options))
		d := &drawing{grid: g, router: routeArrows(g, options.Raw)}
		d.measure()
		for i, a := range d.cells {
			for _, b := range d.cells[:i] {
				if a.row == b.row && a.column == b.column {
					t.Errorf("%s and %s stand in one place", a.name, b.name)
				}
			}
		}
		type line struct {
			net  int
			a, b point
		}
		var lines []line
		arrows := 0
		for i, n := range d.nets {
			arrows += len(n.routes)
			for _, w := range n.routes {
				way := d.corners(w)
				for j := 1; j < len(way); j++ {
					if way[j-1].x != way[j].x && way[j-1].y != way[j].y {
						t.Errorf("an arrow from %s slants", n.hub.name)
					}
					lines = append(lines, line{i, way[j-1], way[j]})
				}
			}
		}
		if arrows != len(d.arrows) {
			t.Errorf("%d arrows drawn of %d", arrows, len(d.arrows))
		}
		for _, l := range lines {
			lowX, highX, lowY, highY := min(l.a.x, l.b.x), max(l.a.x, l.b.x), min(l.a.y, l.b.y), max(l.a.y, l.b.y)
			for _, c := range d.cells {
				if highX > c.x+0.5 && lowX < c.x+d.widths[c.column]-0.5 && highY > c.y+0.5 && lowY < c.y+d.heights[c.row]-0.5 {
					t.Errorf("an arrow of %s runs through %s", d.nets[l.net].hub.name, c.name)
				}
			}
			if lowX < 0 || lowY < 0 || highX > d.width || highY > d.height {
				t.Errorf("an arrow of %s leaves the drawing", d.nets[l.net].hub.name)
			}
			for _, other := range lines {
				if other.net <= l.net {
					continue
				}
				upright := l.a.x == l.b.x && other.a.x == other.b.x && l.a.x == other.a.x &&
					min(highY, max(other.a.y, other.b.y))-max(lowY, min(other.a.y, other.b.y)) > 0.5
				level := l.a.y == l.b.y && other.a.y == other.b.y && l.a.y == other.a.y &&
					min(highX, max(other.a.x, other.b.x))-max(lowX, min(other.a.x, other.b.x)) > 0.5
				if upright || level {
					t.Errorf("arrows of %s and %s share a line: %v, %v", d.nets[l.net].hub.id, d.nets[other.net].hub.id, l, other)
				}
			}
		}
	})
}

// TestPicturesAreComplete: every picture is well-formed and the same each time, has all names of the network, shows helpers only on
// request, and has an arrow from every box except the loss and the last gradients.
func TestPicturesAreComplete(t *testing.T) {
	pictured(t, func(t *testing.T, rnn *RNN, options PictureOptions) {
		var texts [2]bytes.Buffer
		for i := range texts {
			if err := rnn.WriteSVG(&texts[i], options); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(texts[0].Bytes(), texts[1].Bytes()) {
			t.Error("two drawings of one network differ")
		}
		for decoder := xml.NewDecoder(&texts[0]); ; {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		p := newPicture(rnn, options)
		helper := func(b *box) bool {
			return strings.HasPrefix(b.operation, "SizeOf") || strings.HasPrefix(b.operation, "Repeat") || strings.HasPrefix(b.operation, "Reshape")
		}
		if got := slices.ContainsFunc(p.boxes, helper); got && !options.Raw {
			t.Error("helpers are drawn unasked")
		}
		for _, b := range p.boxes {
			leads := slices.ContainsFunc(p.arrows, func(a arrow) bool { return a.from == b })
			if !leads && !b.gradient && b.kind != lossBox && b.name != "objective" { // which follows the loss if there are penalties
				t.Errorf("%s (%s) leads nowhere", b.name, b.home)
			}
			if b.gradient && !options.Raw && b.name != "dloss" && b.name != "dobjective" && !slices.ContainsFunc(p.arrows, func(a arrow) bool { return a.to == b }) {
				t.Errorf("%s (%s) comes from nowhere", b.name, b.home)
			}
		}
		embedded := slices.ContainsFunc(p.boxes, func(b *box) bool { return b.name == "Win" })
		if !embedded {
			t.Error("the embedding is missing")
		}
	})
}

// TestGradientsSayWhatTheyRead: derivatives of tanh read the state, those of products the weights, those of weights all states but
// the last.
func TestGradientsSayWhatTheyRead(t *testing.T) {
	config := DefaultConfig()
	config.Units = 5
	parameters, err := NewParameters(config, Shape{Inputs: config.Units, Outputs: 3, Embedded: true}, testStream)
	if err != nil {
		t.Fatal(err)
	}
	rnn, err := Build(parameters, Unroll{Batch: 4, Steps: 4, Loss: CrossEntropy, Gradients: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, collapsed := range []bool{false, true} {
		got := map[string]string{}
		for _, b := range newPicture(rnn, PictureOptions{Collapsed: collapsed}).boxes {
			if b.gradient {
				got[b.name] = strings.Join(b.reads, ", ")
			}
		}
		want := map[string]string{"dR": "h[0] .. h[2]", "dW": "h[3]", "db1": "", "db2": "", "da[2]": "h[2]", "dh[3]": "W", "dh[2]": "R"}
		if collapsed {
			want = map[string]string{"dR": "h[0] .. h[2]", "da[t]": "h[t]", "dh[t]": "W, R", "da[0]": "h[0]"}
		}
		for name, reads := range want {
			if value, ok := got[name]; !ok || value != reads {
				t.Errorf("%s reads %q, want %q; drawn: %v", name, value, reads, got)
			}
		}
	}
}

func testStream(purpose string) *rand.Rand { return rand.New(rand.NewPCG(uint64(len(purpose)), 2)) }
