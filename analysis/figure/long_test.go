package figure_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// longRun returns a chart of two curves with bands over the given number of epochs. The second mostly covers the first, and has one
// value far above and one far below all others.
func longRun(epochs int) *figure.LineChart {
	random := rand.New(rand.NewPCG(1, 2))
	chart := &figure.LineChart{XLabel: "epoch", YLabel: "loss"}
	first := figure.Curve{Name: "a", Colour: color.NRGBA{200, 0, 0, 255}}
	for epoch := range epochs {
		value := math.Exp(-float64(epoch)*7/float64(epochs)) + 0.1*random.Float64()
		first.X, first.Median = append(first.X, float64(epoch)), append(first.Median, value)
		first.Lo, first.Hi = append(first.Lo, value-0.1), append(first.Hi, value+0.1)
	}
	second := first
	second.Name, second.Colour = "b", color.NRGBA{0, 0, 200, 255}
	second.Median = append([]float64(nil), first.Median...)
	second.Median[epochs/3], second.Median[epochs/2] = 4, -3
	second.Lo, second.Hi = nil, nil
	chart.Curves = []figure.Curve{first, second}
	return chart
}

// TestLongRunsKeepExtremes draws 20 000 epochs: the picture is no larger than that of a few thousand, and a single value far above
// or far below is still drawn at its full height.
func TestLongRunsKeepExtremes(t *testing.T) {
	var drawn [2]bytes.Buffer
	for i, epochs := range []int{5000, 20_000} {
		if err := longRun(epochs).SVG(&drawn[i]); err != nil {
			t.Fatal(err)
		}
	}
	if drawn[1].Len() > 2*drawn[0].Len() {
		t.Errorf("%d bytes for 20 000 epochs, %d for 5000", drawn[1].Len(), drawn[0].Len())
	}
	var bitmap bytes.Buffer
	if err := longRun(20_000).PNG(&bitmap, 72); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(&bitmap)
	if err != nil {
		t.Fatal(err)
	}
	if top, bottom := blueRows(picture); bottom-top < picture.Bounds().Dy()*6/10 {
		t.Errorf("blue reaches from row %d to %d of %d", top, bottom, picture.Bounds().Dy())
	}
}

// blueRows returns the first and the last row in the left two thirds that contain the second curve's colour.
func blueRows(picture image.Image) (top, bottom int) {
	size := picture.Bounds()
	top = size.Max.Y
	for y := range size.Max.Y {
		for x := range size.Max.X * 2 / 3 {
			if r, g, b, _ := picture.At(x, y).RGBA(); b > 0x9000 && r < 0x9000 && g < 0x9000 {
				top, bottom = min(top, y), max(bottom, y)
			}
		}
	}
	return top, bottom
}

func BenchmarkLongRun(b *testing.B) {
	for _, epochs := range []int{1000, 20_000} {
		chart := longRun(epochs)
		b.Run(fmt.Sprintf("epochs=%d", epochs), func(b *testing.B) {
			for b.Loop() {
				if err := errors.Join(chart.SVG(io.Discard), chart.PNG(io.Discard, 150)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
