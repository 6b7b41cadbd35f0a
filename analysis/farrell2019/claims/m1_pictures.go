package claims

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
)

// drawManifolds returns the pictures of M1.
func drawManifolds(r *Result) []panel {
	paper, classes := r.Options.manifoldSettings()
	var panels []panel
	for i := 0; i < len(paper); i += len(couplings) {
		panels = append(panels, r.drawGeometry(paper[i:i+len(couplings)])...)
	}
	panels = append(panels, r.drawGeometry(classes)...)
	for _, s := range slices.Concat(paper, classes) {
		panels = append(panels, r.drawScales(s, "between", measure.DimensionBetween, "means of clusters"),
			r.drawScales(s, "within", measure.DimensionWithin, "samples of a cluster"))
	}
	return panels
}

// fileName is a setting's part of the name of a picture.
func (s manifoldSetting) fileName() string {
	return strings.NewReplacer(" = ", "", ", ", "-", " ", "-").Replace(s.inputs)
}

// drawGeometry shows capacity, radius and dimension of manifolds through time, of networks that differ in g.
func (r *Result) drawGeometry(settings []manifoldSetting) []panel {
	var panels []panel
	first := settings[0]
	for _, what := range []string{"capacity", "radius", "dimension"} {
		series := first.groups + "_" + what
		var curves []figure.Curve
		for _, s := range settings {
			name, colour := couplingName(s.g), report.NetworkColour(s.g)
			before := func(e *Evidence) []float64 { return seriesOf(&e.Before, series) }
			after := func(e *Evidence) []float64 { return seriesOf(&e.After, series) }
			curves = append(curves, dashed(r.through(s.network, name+", before", colour, before)), r.through(s.network, name, colour, after))
		}
		panels = append(panels, panel{fmt.Sprintf("M1-%s-%s", what, first.fileName()), fmt.Sprintf("M1: %s %s, %s", first.groups, what, first.inputs), dashedBefore,
			r.chart(fmt.Sprintf("M1: %s %s, %s", first.groups, what, first.inputs), first.groups+" "+what, nil, curves...)})
	}
	return panels
}

// drawScales shows the intrinsic dimension against the number of neighbours at three times.
func (r *Result) drawScales(s manifoldSetting, where string, series func(int) string, points string) panel {
	title := fmt.Sprintf("M1: dimension %s clusters, %s", where, s.name())
	drawing := &figure.LineChart{Title: title, XLabel: "log$_{2}$ of the number of neighbours", YLabel: "intrinsic dimension", Dashes: "before training"}
	var x []float64
	for _, k := range measure.ScaleNeighbours() {
		x = append(x, math.Log2(float64(k)))
	}
	evaluation := s.config.EvaluationTime()
	for i, t := range []int{0, evaluation / 2, evaluation} {
		at := func(of func(*Evidence) *measure.Representation) func(*Evidence) []float64 {
			return func(e *Evidence) []float64 {
				var values []float64
				for _, k := range measure.ScaleNeighbours() {
					values = append(values, seriesOf(of(e), series(k))[t])
				}
				return values
			}
		}
		name, colour := fmt.Sprintf("$t$ = %d", t), figure.ClassColour(i)
		before := curve(name, colour, x, r.series(s.network, at(func(e *Evidence) *measure.Representation { return &e.Before })))
		after := curve(name, colour, x, r.series(s.network, at(func(e *Evidence) *measure.Representation { return &e.After })))
		drawing.Curves = append(drawing.Curves, dashed(before), after)
	}
	return panel{fmt.Sprintf("M1-%s-%s-%g", where, s.fileName(), s.g), title,
		bandsCaption + "Dashed: before training. Of the " + points + ", from few neighbours (a small scale) to many.", drawing}
}
