package figure

import (
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
)

// axis maps values linearly onto an interval of the canvas and holds its ticks.
type axis struct {
	Range
	from, to vg.Length // positions of Min and Max
	ticks    []float64
}

// at returns the position of a value.
func (a *axis) at(value float64) vg.Length {
	return a.from + vg.Length((value-a.Min)/(a.Max-a.Min))*(a.to-a.from)
}

// tickLabels returns one label for each tick, all with the same number of decimals.
func (a *axis) tickLabels() []string {
	decimals := 0
	for _, tick := range a.ticks {
		for decimals < 6 && math.Abs(tick-round(tick, decimals)) > 1e-9*math.Max(1, math.Abs(tick)) {
			decimals++
		}
	}
	labels := make([]string, len(a.ticks))
	for i, tick := range a.ticks {
		labels[i] = number(tick, decimals)
	}
	return labels
}

// number writes v with a typographic minus.
func number(v float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	if v < 0 && math.Abs(v) >= 0.5*math.Pow10(-decimals) {
		return "\u2212" + text
	}
	return text
}

func round(v float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(v*scale) / scale
}

// niceTicks returns ticks at multiples of 1, 2, 2.5 or 5 times a power of ten that lie in r, at most `most` of them and as many as
// that allows. If integers is set (time steps, epochs), ticks are whole numbers.
func niceTicks(r Range, most int, integers bool) []float64 {
	width := r.Max - r.Min
	if !(width > 0) || most < 2 {
		return []float64{r.Min}
	}
	step := math.Pow10(int(math.Floor(math.Log10(width/float64(most)))) - 1)
	for {
		for _, factor := range []float64{1, 2, 2.5, 5} {
			size := step * factor
			if integers && size != math.Trunc(size) {
				continue
			}
			first, last := math.Ceil(r.Min/size-1e-9), math.Floor(r.Max/size+1e-9)
			if int(last-first)+1 > most {
				continue
			}
			ticks := make([]float64, 0, most)
			for k := first; k <= last; k++ {
				ticks = append(ticks, k*size)
			}
			return ticks
		}
		step *= 10
	}
}

// padded returns r widened so that a curve does not touch the frame; the result never has zero width.
func (r Range) padded(share float64) Range {
	if !r.filled() {
		return Range{0, 1}
	}
	width := r.Max - r.Min
	if width <= 1e-12*math.Max(1, math.Abs(r.Max)) {
		half := math.Max(0.5, 0.1*math.Abs(r.Max))
		return Range{r.Min - half, r.Max + half}
	}
	return Range{r.Min - share*width, r.Max + share*width}
}

// dimensionRange is the y axis of effective dimensionality: from 0, with headroom above the highest band.
func dimensionRange(curves []Curve) Range {
	_, y := extents(curves)
	if !y.filled() {
		return Range{0, 1}
	}
	return Range{0, math.Max(2, 1.06*y.Max)}
}

// accuracyRange is the y axis of an accuracy: up to just above 1, down to just below chance or the lowest band.
func accuracyRange(curves []Curve, chance float64) Range {
	_, y := extents(curves)
	y.add(1)
	if chance > 0 && chance < 1 {
		y.add(chance)
	}
	return Range{math.Max(-0.02, y.Min-0.06*(y.Max-y.Min)-0.005), y.Max + 0.04*math.Max(0.1, y.Max-y.Min)}
}
