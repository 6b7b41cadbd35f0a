package figure

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

func sampleReport(t testing.TB) *Report {
	t.Helper()
	r := &Report{
		Title:    "Unfurl: figures 2 and 3",
		Subtitle: "30 realisations, seed 0",
		Note:     "quick run: smaller problem, not the paper's numbers",
		Warnings: []string{"logistic regression: 3 of 960 fits stopped at the limit of iterations", "effective dimensionality: 30 samples for 200 units"},
	}
	for _, dimension := range []int{200, 2} {
		var svg bytes.Buffer
		f := sample(dimension)
		f.Note = ""
		if err := f.SVG(&svg); err != nil {
			t.Fatal(err)
		}
		r.Figures = append(r.Figures, ReportFigure{
			ID: fmt.Sprintf("figure-d%d", dimension), Title: f.Title, SVG: svg.Bytes(),
			Caption: "Median and central 75 % of a gamma fit over realisations. Each square of snapshots has its own scale, the same on both axes.",
		})
	}
	numbers := Table{
		Title: "Key numbers", Caption: "At the evaluation step, after training.",
		Header: []string{"measure", "inputs", "network", "t", "median", "lo", "hi", "n"},
	}
	for i := range 24 {
		numbers.Rows = append(numbers.Rows, []string{"effective dimensionality", "d = 200", "g = 250", fmt.Sprint(i),
			fmt.Sprintf("%.3f", 45/float64(i+1)), fmt.Sprintf("%.3f", 44/float64(i+1)), fmt.Sprintf("%.3f", 46/float64(i+1)), "30"})
	}
	r.Tables = []Table{
		{Title: "Run", Header: []string{"setting", "value"}, Rows: [][]string{{"seed", "0"}, {"units", "200"}, {"version", "v0.1.0"}, {"wall time", "12 min"}}},
		numbers,
	}
	return r
}

func TestReportHoldsEverything(t *testing.T) {
	r := sampleReport(t)
	var first, second bytes.Buffer
	if err := errors.Join(r.HTML(&first), r.HTML(&second)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two pages of one report differ")
	}
	html := first.String()
	for _, want := range []string{r.Title, r.Subtitle, "2 warnings", r.Warnings[0], "Key numbers", `<td class="number">45.000</td>`,
		`<td>v0.1.0</td>`, `id="figure-d2"`, "light-dark(", "@media print"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.Count(html, "<svg") != 2 {
		t.Errorf("%d drawings, want 2", strings.Count(html, "<svg"))
	}
	outside := regexp.MustCompile(`(?i)(src|href)="(https?:)?//|<script|<link`)
	if found := outside.FindString(html); found != "" {
		t.Errorf("the page reaches outside: %q", found)
	}
}

func TestReportEscapesText(t *testing.T) {
	const evil = `<script>alert('x')</script>`
	r := &Report{
		Title: evil, Subtitle: evil, Note: evil, Warnings: []string{evil},
		Figures: []ReportFigure{{ID: "one", Title: evil, Caption: evil, SVG: []byte(`<svg xmlns="http://www.w3.org/2000/svg"><text>&lt;script&gt;</text></svg>`)}},
		Tables:  []Table{{Title: evil, Caption: evil, Header: []string{evil}, Rows: [][]string{{evil}}}},
	}
	var out bytes.Buffer
	if err := r.HTML(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "<script") {
		t.Error("text became an element")
	}
}

func TestReportFaults(t *testing.T) {
	good := []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)
	svg := func(inside string) *Report {
		return &Report{Figures: []ReportFigure{{ID: "x", SVG: []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + inside + `</svg>`)}}}
	}
	cases := []struct {
		name   string
		report *Report
		want   error
	}{
		{"no ID", &Report{Figures: []ReportFigure{{SVG: good}}}, ErrValue},
		{"odd ID", &Report{Figures: []ReportFigure{{ID: "a b", SVG: good}}}, ErrValue},
		{"ID twice", &Report{Figures: []ReportFigure{{ID: "a", SVG: good}, {ID: "a", SVG: good}}}, ErrValue},
		{"ID of the panel", &Report{Explorer: sampleExplorer(), Figures: []ReportFigure{{ID: "explore-step", SVG: good}}}, ErrValue},
		{"no SVG", &Report{Figures: []ReportFigure{{ID: "a"}}}, ErrValue},
		{"HTML for SVG", &Report{Figures: []ReportFigure{{ID: "a", SVG: []byte("<p></p>")}}}, ErrValue},
		{"two roots", &Report{Figures: []ReportFigure{{ID: "a", SVG: []byte("<svg></svg><svg></svg>")}}}, ErrValue},
		{"ends early", &Report{Figures: []ReportFigure{{ID: "a", SVG: []byte("<svg><g>")}}}, ErrValue},
		{"wrong nesting", svg("<g><path></g></path>"), ErrValue},
		{"script", svg("<script>alert(1)</script>"), ErrValue},
		{"foreign object", svg("<foreignObject/>"), ErrValue},
		{"handler", svg(`<g onclick="alert(1)"/>`), ErrValue},
		{"link", svg(`<a href="javascript:alert(1)"/>`), ErrValue},
		{"image from elsewhere", svg(`<image xlink:href="https://example.org/x.png"/>`), ErrValue},
		{"style from elsewhere", svg(`<style>@import "https://example.org/x.css";</style>`), ErrValue},
		{"ragged table", &Report{Tables: []Table{{Header: []string{"a", "b"}, Rows: [][]string{{"1"}}}}}, ErrLength},
	}
	for _, c := range cases {
		var out bytes.Buffer
		if err := c.report.HTML(&out); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
		if out.Len() > 0 {
			t.Errorf("%s: bytes were written beside the error", c.name)
		}
	}
	if err := sampleReport(t).HTML(brokenWriter{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("broken writer: %v", err)
	}
}

// TestInlineSVGSeparatesIdentifiers uses the constructs that other programs write: declarations, comments, gradients, styles, clips.
func TestInlineSVGSeparatesIdentifiers(t *testing.T) {
	const raw = `<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<!-- made elsewhere -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" aria-labelledby="t d">
<title id="t">a &amp; b</title><style>#node{fill:#fff;clip-path:url(#clip)}</style>
<g id="node" fill="url(#grad)" style="clip-path:url('#clip')"><use xlink:href="#leaf"/></g></svg>`
	const want = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" aria-labelledby="p-t p-d">
<title id="p-t">a &amp; b</title><style>#p-node{fill:#fff;clip-path:url(#p-clip)}</style>
<g id="p-node" fill="url(#p-grad)" style="clip-path:url(#p-clip)"><use xlink:href="#p-leaf"></use></g></svg>`
	got, err := inlineSVG([]byte(raw), "p-")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNumericColumns(t *testing.T) {
	table := Table{
		Header: []string{"numbers", "gaps", "text", "all empty", "minus", "range"},
		Rows: [][]string{
			{"1.5", "—", "seed 3", "", "−2", "0.1 [0.0, 0.2]"},
			{"NaN", "3e-4", "4", "–", "-7", "< 0.01"},
		},
	}
	s := newSheet(&table, "x")
	want := []bool{true, true, false, false, true, true}
	for i, column := range s.Columns {
		if column.Numeric != want[i] {
			t.Errorf("column %q: numeric %v, want %v", column.Text, column.Numeric, want[i])
		}
	}
}
