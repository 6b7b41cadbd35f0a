package figure

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"strings"
)

// Errors in the data of a picture. They are returned wrapped in a message that names the place.
var (
	ErrLength = errors.New("lengths differ")
	ErrValue  = errors.New("value cannot be drawn")
	ErrEmpty  = errors.New("nothing to draw")
)

// Curve is a line with an optional band around it, such as a median over realisations with its central 75 %.
type Curve struct {
	Name   string    // legend entry of a LineChart; curves of equal name share one
	X      []float64 // n, finite, strictly rising
	Median []float64 // n; NaN or Inf leaves a gap
	Lo, Hi []float64 // n each or both empty: no band; NaN or Inf leaves a gap in the band
	Colour color.Color
	Dashed bool
	Thin   bool
}

// Validate returns nil when the curve can be drawn, or all faults joined: lengths that differ ([ErrLength]), an X that is not finite
// or does not rise, a band whose Lo lies above its Hi ([ErrValue]). Gaps (NaN, Inf) are not faults.
func (c *Curve) Validate() error { return prefixed(c.check()) }

func (c *Curve) check() error {
	var faults []error
	n := len(c.X)
	if len(c.Median) != n {
		faults = append(faults, fmt.Errorf("curve %q: %w: %d in X, %d in Median", c.Name, ErrLength, n, len(c.Median)))
	}
	if len(c.Lo) != len(c.Hi) || len(c.Lo) != 0 && len(c.Lo) != n {
		faults = append(faults, fmt.Errorf("curve %q: %w: %d in X, %d in Lo, %d in Hi; give a band at every X or leave both empty",
			c.Name, ErrLength, n, len(c.Lo), len(c.Hi)))
	}
	if faults != nil {
		return errors.Join(faults...)
	}
	for i, x := range c.X {
		if !finite(x) || i > 0 && x <= c.X[i-1] {
			faults = append(faults, fmt.Errorf("curve %q: %w: X[%d] = %v; X has to be finite and to rise", c.Name, ErrValue, i, x))
			break
		}
	}
	for i := range c.Lo {
		if c.Lo[i] > c.Hi[i] {
			faults = append(faults, fmt.Errorf("curve %q: %w: Lo[%d] = %v lies above Hi[%d] = %v",
				c.Name, ErrValue, i, c.Lo[i], i, c.Hi[i]))
			break
		}
	}
	return errors.Join(faults...)
}

// checkCurves joins the faults of several curves and names their panel.
func checkCurves(panel string, curves []Curve) error {
	var faults []error
	for i := range curves {
		if err := curves[i].check(); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", panel, err))
		}
	}
	return errors.Join(faults...)
}

// span is a half-open range of indices [from, to).
type span struct{ from, to int }

// gapless returns the spans in which all rows are finite.
func gapless(n int, rows ...[]float64) []span {
	var spans []span
	start := -1
	for i := 0; i <= n; i++ {
		whole := i < n
		for _, row := range rows {
			whole = whole && finite(row[i])
		}
		switch {
		case whole && start < 0:
			start = i
		case !whole && start >= 0:
			spans = append(spans, span{start, i})
			start = -1
		}
	}
	return spans
}

// Range is a closed interval of an axis.
type Range struct{ Min, Max float64 }

// empty returns the empty range; add widens it.
func empty() Range { return Range{math.Inf(1), math.Inf(-1)} }

// check returns an error that names the limits unless they are nil or an interval of positive, finite length.
func (r *Range) check(name string) error {
	if r == nil || finite(r.Min) && finite(r.Max) && r.Min < r.Max {
		return nil
	}
	return fmt.Errorf("%s %v to %v: %w; Min has to lie below Max", name, r.Min, r.Max, ErrValue)
}

func (r *Range) add(values ...float64) {
	for _, v := range values {
		if finite(v) {
			r.Min, r.Max = math.Min(r.Min, v), math.Max(r.Max, v)
		}
	}
}

// filled reports whether the range holds at least one number.
func (r Range) filled() bool { return r.Min <= r.Max }

// extents returns the ranges that x and y cover over all curves and their bands, ignoring gaps.
func extents(curves []Curve) (x, y Range) {
	x, y = empty(), empty()
	for i := range curves {
		c := &curves[i]
		x.add(c.X...)
		y.add(c.Median...)
		y.add(c.Lo...)
		y.add(c.Hi...)
	}
	return x, y
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// PlainText returns a label without its markup, for places that take plain text only.
func PlainText(label string) string {
	return strings.NewReplacer("$", "", "_{", " ", "}", "").Replace(label)
}
