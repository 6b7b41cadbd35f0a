package figure

import (
	"errors"
	"fmt"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// picture is implemented by all drawings of this package.
type picture interface {
	// Validate returns nil when the picture can be drawn.
	Validate() error
	// size returns width and height; it may measure text.
	size(p *pen) (width, height vg.Length)
	// draw draws into the rectangle from (0, 0) to the size.
	draw(p *pen, width, height vg.Length)
	// describe returns a one-sentence text alternative.
	describe() string
}

func writeSVG(w io.Writer, pic picture) error {
	if err := pic.Validate(); err != nil {
		return err
	}
	width, height := pic.size(newPen(nil))
	canvas := newSVGCanvas(width, height)
	pic.draw(newPen(canvas), width, height)
	return canvas.writeTo(w, pic.describe())
}

// maxPixels bounds an image, so that a mistyped resolution returns an error instead of exhausting memory.
const maxPixels = 200e6

func writePNG(w io.Writer, pic picture, dpi int) error {
	if dpi < 1 {
		return fmt.Errorf("figure: resolution %d dots per inch: %w; use 96 for a screen, 300 for print", dpi, ErrValue)
	}
	if err := pic.Validate(); err != nil {
		return err
	}
	width, height := pic.size(newPen(nil))
	if pixels := width.Dots(float64(dpi)) * height.Dots(float64(dpi)); pixels > maxPixels {
		return fmt.Errorf("figure: resolution %d dots per inch gives %.3g pixels, more than %.0g: %w; use 300 for print",
			dpi, pixels, float64(maxPixels), ErrValue)
	}
	canvas := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(paper))
	pic.draw(newPen(canvas), width, height)
	if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(w); err != nil {
		return fmt.Errorf("figure: write PNG: %w", err)
	}
	return nil
}

// prefixed adds the package name in front of an error.
func prefixed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("figure: %w", err)
}

// joinNamed prefixes each fault with its place and joins them.
func joinNamed(place string, faults ...error) error {
	err := errors.Join(faults...)
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", place, err)
}
