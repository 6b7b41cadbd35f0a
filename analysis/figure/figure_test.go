package figure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"
	"time"
)

// wellFormed reads an SVG to its end and returns the text it shows, one line for each text element.
func wellFormed(t *testing.T, svg []byte) string {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	var text strings.Builder
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatalf("SVG is not well-formed: %v", err)
		}
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.EndElement:
			if token.Name.Local == "text" {
				text.WriteByte('\n')
			}
		}
	}
}

func TestPaperFigureShowsAllPanels(t *testing.T) {
	for _, dimension := range []int{200, 2} {
		f := sample(dimension)
		var svg bytes.Buffer
		if err := f.SVG(&svg); err != nil {
			t.Fatal(err)
		}
		text := "\n" + wellFormed(t, svg.Bytes())
		letters := []string{"a", "b", "c", "d", "e"}
		if dimension == 2 {
			letters = append(letters, "f")
		}
		for _, want := range append(letters, "PC 1", "PC 2", "time step ", "epoch", "effective dimensionality",
			"accuracy", "chance", "before training", "after training", f.Note, f.Bands, f.Title, "eval") {
			if !strings.Contains(text, "\n"+want+"\n") {
				t.Errorf("d = %d: no text %q", dimension, want)
			}
		}
		if strings.Contains(svg.String(), " id=") {
			t.Errorf("d = %d: the SVG holds an identifier, which could clash on a page", dimension)
		}
		if !strings.Contains(svg.String(), "Arial") {
			t.Errorf("d = %d: no typeface to fall back on", dimension)
		}
		if svg.Len() > 400e3 {
			t.Errorf("d = %d: SVG of %d bytes, want less than 400 kB", dimension, svg.Len())
		}
	}
}

func TestBytesAreTheSameEachTime(t *testing.T) {
	var svg, png [2]bytes.Buffer
	for i := range 2 {
		f := sample(200)
		if err := f.SVG(&svg[i]); err != nil {
			t.Fatal(err)
		}
		if err := f.PNG(&png[i], 60); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(svg[0].Bytes(), svg[1].Bytes()) || !bytes.Equal(png[0].Bytes(), png[1].Bytes()) {
		t.Error("two drawings of the same data differ")
	}
}

func TestPNGHasTheResolution(t *testing.T) {
	f := sample(2)
	width, height := f.size(newPen(nil))
	var raw bytes.Buffer
	if err := f.PNG(&raw, 144); err != nil {
		t.Fatal(err)
	}
	config, err := png.DecodeConfig(&raw)
	if err != nil {
		t.Fatal(err)
	}
	if config.Width != int(2*width+0.5) || config.Height != int(2*height+0.5) {
		t.Errorf("%d by %d pixels, want twice %v by %v points", config.Width, config.Height, width, height)
	}
	for _, dpi := range []int{0, -1, 1 << 20} {
		if err := f.PNG(io.Discard, dpi); !errors.Is(err, ErrValue) {
			t.Errorf("%d dots per inch: error %v, want ErrValue", dpi, err)
		}
	}
}

func TestBothFiguresTakeLessThanTwoSeconds(t *testing.T) {
	start := time.Now()
	for _, dimension := range []int{200, 2} {
		f := sample(dimension)
		if err := errors.Join(f.SVG(io.Discard), f.PNG(io.Discard, 144)); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(start); took > 10*time.Second { // five times the target, for a machine under load
		t.Errorf("both figures took %v", took)
	}
}

func TestFaultsAreNamed(t *testing.T) {
	nan := math.NaN()
	cases := []struct {
		name  string
		spoil func(f *PaperFigure)
		want  error
		word  string
	}{
		{"median too short", func(f *PaperFigure) { f.ED[1].Median = f.ED[1].Median[:3] }, ErrLength, "ED"},
		{"band on one side", func(f *PaperFigure) { f.HeldOut[0].Hi = nil }, ErrLength, "HeldOut"},
		{"x falls", func(f *PaperFigure) { f.Accuracy[0].X[2] = 0 }, ErrValue, "Accuracy"},
		{"x is NaN", func(f *PaperFigure) { f.ED[0].X[0] = nan }, ErrValue, "X[0]"},
		{"band upside down", func(f *PaperFigure) { f.ED[0].Lo[4] = 1e9 }, ErrValue, "Lo[4]"},
		{"snapshot lengths", func(f *PaperFigure) { f.Rows[1].Snapshots[2].Y = nil }, ErrLength, "step 4"},
		{"negative class", func(f *PaperFigure) { f.Rows[0].Snapshots[0].Class[7] = -1 }, ErrValue, "Class[7]"},
		{"row without snapshots", func(f *PaperFigure) { f.Rows[0].Snapshots = nil }, ErrEmpty, "Edge"},
		{"too many snapshots", func(f *PaperFigure) { f.Rows[0].Snapshots = make([]Projection, 99) }, ErrValue, "99"},
		{"no units", func(f *PaperFigure) { f.Schematic.Units = 0 }, ErrValue, "Units"},
		{"inputs", func(f *PaperFigure) { f.Schematic.Inputs = &Points{X: []float64{1}} }, ErrLength, "Inputs"},
		{"nothing at all", func(f *PaperFigure) { *f = PaperFigure{Number: 2, Title: "empty"} }, ErrEmpty, "empty"},
	}
	for _, c := range cases {
		f := sample(200)
		c.spoil(f)
		var out bytes.Buffer
		err := f.SVG(&out)
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: error %v, want %v with %q", c.name, err, c.want, c.word)
		}
		if out.Len() > 0 {
			t.Errorf("%s: %d bytes were written beside the error", c.name, out.Len())
		}
	}
}

func TestPanelsWithoutDataAreLeftOut(t *testing.T) {
	full := sample(200)
	_, whole := full.size(newPen(nil))
	cases := map[string]func(f *PaperFigure){
		"no schematic": func(f *PaperFigure) { f.Schematic = nil },
		"no rows":      func(f *PaperFigure) { f.Rows = nil },
		"one row":      func(f *PaperFigure) { f.Rows = f.Rows[:1] },
		"no ED":        func(f *PaperFigure) { f.ED = nil },
		"only ED":      func(f *PaperFigure) { *f = PaperFigure{Number: 2, ED: f.ED} },
		"charts alone": func(f *PaperFigure) { f.Schematic, f.Rows, f.Note = nil, nil, "" },
		"no charts":    func(f *PaperFigure) { f.ED, f.Fitted, f.HeldOut, f.Accuracy = nil, nil, nil, nil },
		"all NaN": func(f *PaperFigure) {
			f.ED = []Curve{{X: []float64{0}, Median: []float64{math.NaN()}}}
		},
	}
	for name, cut := range cases {
		f := sample(200)
		cut(f)
		var svg bytes.Buffer
		if err := errors.Join(f.SVG(&svg), f.PNG(io.Discard, 40)); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, height := f.size(newPen(nil)); name != "no schematic" && height > whole { // without a schematic the squares grow
			t.Errorf("%s: %v points high, the whole figure %v", name, height, whole)
		}
		if text := wellFormed(t, svg.Bytes()); strings.Contains(text, "NaN") {
			t.Errorf("%s: NaN in the text", name)
		}
	}
}

// TestGapsAndOddValues draws real-world data; NaN and Inf must not reach the file.
func TestGapsAndOddValues(t *testing.T) {
	f := sample(200)
	f.ED[0].Median[3], f.ED[0].Median[5] = math.NaN(), math.Inf(1) // leaves an isolated point between
	f.ED[1].Lo[2] = math.NaN()
	f.HeldOut[0].Median[0] = math.Inf(-1)
	for i := range f.Rows[0].Snapshots[1].X {
		f.Rows[0].Snapshots[1].X[i] = math.NaN() // no point at all
		f.Rows[0].Snapshots[2].X[i] = 7          // all at the same place
		f.Rows[0].Snapshots[2].Y[i] = 7
		f.Rows[0].Snapshots[3].Class[i] = i % 30 // more classes than colours
	}
	f.Accuracy = []Curve{{X: []float64{0}, Median: []float64{0.5}, Lo: []float64{0.4}, Hi: []float64{0.6}}} // one epoch, no colour
	var svg bytes.Buffer
	if err := errors.Join(f.SVG(&svg), f.PNG(io.Discard, 40)); err != nil {
		t.Fatal(err)
	}
	if text := wellFormed(t, svg.Bytes()); !strings.Contains(text, "no data") {
		t.Error("an empty snapshot does not say so")
	}
	for _, bad := range []string{"NaN", "Inf"} {
		if strings.Contains(svg.String(), bad) {
			t.Errorf("the SVG holds %s", bad)
		}
	}
}

func TestLabelsAreEscaped(t *testing.T) {
	f := sample(200)
	f.Title = `<script>alert("x")</script> & more`
	var svg bytes.Buffer
	if err := f.SVG(&svg); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(svg.String(), "<script") || !strings.Contains(wellFormed(t, svg.Bytes()), f.Title) {
		t.Error("the title is not escaped")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriterErrorsArrive(t *testing.T) {
	f := sample(2)
	if err := f.SVG(brokenWriter{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("SVG: %v", err)
	}
	if err := f.PNG(brokenWriter{}, 40); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("PNG: %v", err)
	}
}

func BenchmarkPaperFigure(b *testing.B) {
	f := sample(200)
	b.Run("format=svg", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := f.SVG(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("format=png/dpi=144", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := f.PNG(io.Discard, 144); err != nil {
				b.Fatal(err)
			}
		}
	})
}
