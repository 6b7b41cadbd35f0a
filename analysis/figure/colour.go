package figure

import (
	"image/color"
)

// Colours of the networks, those of the paper's figures.
//
// Source: Farrell, Recanatesi, Lajoie, Shea-Brown (2019), figures 2 and 3.
var (
	EdgeOfChaos     = color.NRGBA{R: 0, G: 160, B: 160, A: 255} // g = 20, teal
	StronglyChaotic = color.NRGBA{R: 233, G: 38, B: 41, A: 255} // g = 250, red
)

// Shades of the drawing itself.
var (
	ink   = color.NRGBA{R: 38, G: 38, B: 42, A: 255}    // text, axes
	muted = color.NRGBA{R: 112, G: 112, B: 120, A: 255} // secondary text, reference lines
	faint = color.NRGBA{R: 226, G: 226, B: 231, A: 255} // grid, frames
	paper = color.NRGBA{R: 255, G: 255, B: 255, A: 255}
	amber = color.NRGBA{R: 255, G: 244, B: 214, A: 255} // background of a note
	brown = color.NRGBA{R: 122, G: 80, B: 0, A: 255}    // text of a note
)

// classColours holds the paper's two class colours and eight more that are easy to tell from them, for data with up to ten classes.
var classColours = []color.NRGBA{
	{R: 90, G: 100, B: 170, A: 255},
	{R: 250, G: 171, B: 62, A: 255},
	{R: 70, G: 160, B: 100, A: 255},
	{R: 200, G: 80, B: 140, A: 255},
	{R: 120, G: 190, B: 220, A: 255},
	{R: 150, G: 100, B: 60, A: 255},
	{R: 160, G: 130, B: 210, A: 255},
	{R: 170, G: 180, B: 60, A: 255},
	{R: 90, G: 90, B: 95, A: 255},
	{R: 225, G: 120, B: 95, A: 255},
}

// ClassColour returns the colour of a class: blue for 0, orange for 1 as in the paper, then eight others; the ten repeat after that.
// A negative class is grey.
func ClassColour(class int) color.NRGBA {
	if class < 0 {
		return muted
	}
	return classColours[class%len(classColours)]
}

// opaque returns c with non-premultiplied alpha, black for nil.
func opaque(c color.Color) color.NRGBA {
	if c == nil {
		return ink
	}
	return color.NRGBAModel.Convert(c).(color.NRGBA)
}

// fade returns c with its opacity multiplied by alpha in [0, 1].
func fade(c color.Color, alpha float64) color.NRGBA {
	shade := opaque(c)
	shade.A = uint8(float64(shade.A)*alpha + 0.5)
	return shade
}
