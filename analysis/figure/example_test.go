package figure_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// Draw a curve with its band, and a marker at the step where the class is read, as SVG.
func ExampleLineChart() {
	chart := figure.LineChart{
		Title: "Effective dimensionality", XLabel: "time step $t$", YLabel: "effective dimensionality",
		Curves: []figure.Curve{{
			Name: "edge of chaos, $g$ = 20", Colour: figure.EdgeOfChaos,
			X:      []float64{0, 1, 2, 3},
			Median: []float64{45.6, 43.6, 27.9, 8.8},
			Lo:     []float64{45.2, 43.1, 27.2, 8.6},
			Hi:     []float64{46.0, 44.1, 28.6, 9.1},
		}},
		Markers: []figure.Marker{{X: 2, Label: "$t_{eval}$"}},
	}
	var svg bytes.Buffer
	if err := chart.SVG(&svg); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bytes.HasPrefix(svg.Bytes(), []byte("<svg ")))
	// Output: true
}

// Errors name the panel and the curve.
func ExamplePaperFigure_Validate() {
	f := figure.PaperFigure{
		Number: 2,
		Title:  "Figure 2",
		ED:     []figure.Curve{{Name: "after", X: []float64{0, 1, 2}, Median: []float64{45, 44}}},
	}
	fmt.Println(f.Validate())
	// Output: figure: "Figure 2": ED: curve "after": lengths differ: 3 in X, 2 in Median
}

// Write a page with a table; figures are embedded as SVG.
func ExampleReport_HTML() {
	report := figure.Report{
		Title:  "Two networks",
		Tables: []figure.Table{{Title: "At t = 10", Header: []string{"g", "median"}, Rows: [][]string{{"20", "1.02"}, {"250", "2.81"}}}},
	}
	var page bytes.Buffer
	if err := report.HTML(&page); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bytes.Contains(page.Bytes(), []byte(`<td class="number">2.81</td>`)))
	// Output: true
}

func BenchmarkLineChart(b *testing.B) {
	chart := figure.LineChart{Curves: []figure.Curve{{X: []float64{0, 1, 2}, Median: []float64{1, 3, 2}}}}
	b.ReportAllocs()
	for b.Loop() {
		if err := chart.SVG(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
