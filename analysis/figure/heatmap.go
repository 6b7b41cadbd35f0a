package figure

import (
	"errors"
	"fmt"
	"image/color"
	"io"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

// HeatMap shows a value over two settings as a grid of colours, such as effective dimensionality over time steps and coupling strengths.
// All cells have the same size, whatever the distances between settings; a colour bar beside the grid maps colours to values.
type HeatMap struct {
	Title                      string
	XLabel, YLabel, ValueLabel string
	X, Y                       []float64   // settings of the columns and of the rows, finite, rising
	Values                     [][]float64 // len(Y) rows of len(X); NaN or Inf leaves the cell empty
	Limits                     *Range      // values of the first and the last colour; nil: the smallest and the largest
}

var _ picture = (*HeatMap)(nil)

// SVG writes the map as SVG with selectable text. Errors: those of [HeatMap.Validate] and of w.
func (h *HeatMap) SVG(w io.Writer) error { return writeSVG(w, h) }

// PNG writes the map as PNG with dpi dots per inch. Errors: those of [HeatMap.Validate], a resolution below 1 or too large, and of w.
func (h *HeatMap) PNG(w io.Writer, dpi int) error { return writePNG(w, h, dpi) }

// mostSettings bounds rows and columns: cells smaller than a point on the page cannot be seen.
const mostSettings = 400

// Validate returns nil when the map can be drawn, or all faults joined.
func (h *HeatMap) Validate() error { return prefixed(h.check()) }

func (h *HeatMap) check() error {
	faults := []error{h.Limits.check("Limits")}
	for _, settings := range []struct {
		name   string
		values []float64
	}{{"X", h.X}, {"Y", h.Y}} {
		if n := len(settings.values); n == 0 || n > mostSettings {
			faults = append(faults, fmt.Errorf("%s has %d settings: %w; allowed 1 to %d", settings.name, n, ErrValue, mostSettings))
		}
		for i, v := range settings.values {
			if !finite(v) || i > 0 && v <= settings.values[i-1] {
				faults = append(faults, fmt.Errorf("%s[%d] = %v: %w; settings have to be finite and to rise", settings.name, i, v, ErrValue))
				break
			}
		}
	}
	if len(h.Values) != len(h.Y) {
		faults = append(faults, fmt.Errorf("%w: %d rows of values, %d in Y", ErrLength, len(h.Values), len(h.Y)))
	}
	for i, row := range h.Values {
		if len(row) != len(h.X) {
			faults = append(faults, fmt.Errorf("%w: %d values in row %d, %d in X", ErrLength, len(row), i, len(h.X)))
			break
		}
	}
	if err := errors.Join(faults...); err != nil {
		return joinNamed("heat map", err)
	}
	if !h.limits().filled() {
		return joinNamed("heat map", fmt.Errorf("%w: no finite value", ErrEmpty))
	}
	return nil
}

// limits returns the values of the first and the last colour.
func (h *HeatMap) limits() Range {
	if h.Limits != nil {
		return *h.Limits
	}
	r := empty()
	for _, row := range h.Values {
		r.add(row...)
	}
	if r.Min == r.Max {
		return r.padded(0)
	}
	return r
}

// viridis holds ten colours of even steps in lightness.
//
// Source: matplotlib 3.6.3, matplotlib.cm.viridis(i/9) times 255, rounded.
var viridis = []color.NRGBA{
	{68, 1, 84, 255}, {72, 40, 120, 255}, {62, 73, 137, 255}, {49, 104, 142, 255}, {38, 130, 142, 255},
	{31, 158, 137, 255}, {53, 183, 121, 255}, {110, 206, 88, 255}, {181, 222, 43, 255}, {253, 231, 37, 255},
}

// heat returns the colour of a share in [0, 1]; shares outside it get the nearest colour.
func heat(share float64) color.NRGBA {
	place := math.Min(math.Max(share, 0), 1) * float64(len(viridis)-1)
	k := min(int(place), len(viridis)-2)
	blend := func(a, b uint8) uint8 { return uint8(float64(a) + (place-float64(k))*(float64(b)-float64(a)) + 0.5) }
	from, to := viridis[k], viridis[k+1]
	return color.NRGBA{blend(from.R, to.R), blend(from.G, to.G), blend(from.B, to.B), 255}
}

const (
	heatMapWidth  vg.Length = 440
	heatMapHeight vg.Length = 280 // grid and its labels
	rulerWidth    vg.Length = 11
)

func (h *HeatMap) size(*pen) (width, height vg.Length) {
	height = 2*pageMargin + heatMapHeight
	if h.Title != "" {
		height += 22
	}
	return heatMapWidth, height
}

func (h *HeatMap) describe() string {
	r := h.limits()
	return fmt.Sprintf("%s: %s from %.4g to %.4g over %s and %s", PlainText(h.Title), PlainText(h.ValueLabel), r.Min, r.Max, PlainText(h.XLabel), PlainText(h.YLabel))
}

func (h *HeatMap) draw(p *pen, width, height vg.Length) {
	top := height - pageMargin
	if h.Title != "" {
		p.text(at(pageMargin, top-sizeTitle/2), h.Title, lettering{size: sizeTitle, colour: ink, bold: true})
		top -= 22
	}
	r := h.limits()
	ruler := axis{Range: r, ticks: niceTicks(r, 8, false)}
	rulerLabels := ruler.tickLabels()
	right := rulerWidth + 12 + tickLength + tickGap + widest(p, rulerLabels)
	if h.ValueLabel != "" {
		right += 5 + sizeLabel
	}
	rows := settingLabels(h.Y)
	grid := vg.Rectangle{
		Min: at(pageMargin+sizeLabel+6+widest(p, rows)+tickLength+tickGap, pageMargin+sizeLabel+5+sizeTick+tickLength+tickGap),
		Max: at(width-pageMargin-right, top-4),
	}
	cell := at(grid.Size().X/vg.Length(len(h.X)), grid.Size().Y/vg.Length(len(h.Y)))
	for i, row := range h.Values {
		for j, value := range row {
			shade := faint
			if finite(value) {
				shade = heat((value - r.Min) / (r.Max - r.Min))
			}
			low := at(grid.Min.X+vg.Length(j)*cell.X, grid.Min.Y+vg.Length(i)*cell.Y)
			// Neighbours overlap a little, so that the page does not show through between them.
			high := at(min(low.X+cell.X+0.6, grid.Max.X), min(low.Y+cell.Y+0.6, grid.Max.Y))
			p.fill(shade, rectangle(vg.Rectangle{Min: low, Max: high}))
		}
	}
	h.drawLabels(p, grid, cell, rows)

	bar := vg.Rectangle{Min: at(grid.Max.X+12, grid.Min.Y), Max: at(grid.Max.X+12+rulerWidth, grid.Max.Y)}
	const shades = 64
	for k := range shades {
		low := bar.Min.Y + bar.Size().Y*vg.Length(k)/shades
		p.fill(heat((float64(k)+0.5)/shades), rectangle(vg.Rectangle{
			Min: at(bar.Min.X, low), Max: at(bar.Max.X, min(bar.Max.Y, low+bar.Size().Y/shades+0.6)),
		}))
	}
	ruler.from, ruler.to = bar.Min.Y, bar.Max.Y
	for i, tick := range ruler.ticks {
		p.polyline(stroke{colour: ink, width: 0.8}, at(bar.Max.X, ruler.at(tick)), at(bar.Max.X+tickLength, ruler.at(tick)))
		p.text(at(bar.Max.X+tickLength+tickGap, ruler.at(tick)), rulerLabels[i], tickText)
	}
	p.text(at(width-pageMargin-sizeLabel/2, (grid.Min.Y+grid.Max.Y)/2), h.ValueLabel,
		lettering{size: sizeLabel, colour: ink, across: 0.5, rotated: true})
}

// drawLabels labels columns and rows, as many as fit.
func (h *HeatMap) drawLabels(p *pen, grid vg.Rectangle, cell vg.Point, rows []string) {
	line := stroke{colour: ink, width: 0.8}
	label := tickText
	label.across = 0.5
	columns := settingLabels(h.X)
	for j := 0; j < len(columns); j += every(cell.X, widest(p, columns)+8) {
		x := grid.Min.X + (vg.Length(j)+0.5)*cell.X
		p.polyline(line, at(x, grid.Min.Y), at(x, grid.Min.Y-tickLength))
		p.text(at(x, grid.Min.Y-tickLength-tickGap-sizeTick/2), columns[j], label)
	}
	label.across = 1
	for i := 0; i < len(rows); i += every(cell.Y, sizeTick+4) {
		y := grid.Min.Y + (vg.Length(i)+0.5)*cell.Y
		p.polyline(line, at(grid.Min.X, y), at(grid.Min.X-tickLength, y))
		p.text(at(grid.Min.X-tickLength-tickGap, y), rows[i], label)
	}
	title := axisText
	title.across = 0.5
	p.text(at((grid.Min.X+grid.Max.X)/2, pageMargin+sizeLabel/2), h.XLabel, title)
	title.rotated = true
	p.text(at(pageMargin+sizeLabel/2, (grid.Min.Y+grid.Max.Y)/2), h.YLabel, title)
}

// every returns the spacing in cells that labels of the given extent need: 1, 2, 5, 10, 20, and so on.
func every(cell, need vg.Length) int {
	for step := 1; ; step *= 10 {
		for _, factor := range []int{1, 2, 5} {
			if vg.Length(step*factor)*cell >= need {
				return step * factor
			}
		}
	}
}

func settingLabels(settings []float64) []string {
	labels := make([]string, len(settings))
	for i, v := range settings {
		labels[i] = strings.Replace(strconv.FormatFloat(v, 'g', 4, 64), "-", "\u2212", 1)
	}
	return labels
}

func widest(p *pen, labels []string) vg.Length {
	var most vg.Length
	for _, label := range labels {
		most = max(most, p.width(label, tickText))
	}
	return most
}
