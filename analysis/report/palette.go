package report

import (
	"fmt"
	"image/color"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// NetworkName names a network by its coupling strength, in the markup of [figure].
func NetworkName(g float64) string {
	switch g {
	case graph.EdgeOfChaos:
		return fmt.Sprintf("edge of chaos, $g$ = %g", g)
	case graph.StronglyChaotic:
		return fmt.Sprintf("strongly chaotic, $g$ = %g", g)
	}
	return fmt.Sprintf("$g$ = %g", g)
}

// NetworkColour returns the colour of a coupling strength in all pictures where nothing else distinguishes networks.
func NetworkColour(g float64) color.Color {
	if g >= graph.StronglyChaotic {
		return figure.StronglyChaotic
	}
	return figure.EdgeOfChaos
}

// palette colours groups that are not the paper's two networks.
//
// Source: Okabe, Ito (2008), Color Universal Design, without black and yellow; three more follow that stay apart.
var palette = []color.NRGBA{
	{0, 114, 178, 255}, {230, 159, 0, 255}, {0, 158, 115, 255}, {204, 121, 167, 255}, {86, 180, 233, 255},
	{213, 94, 0, 255}, {120, 120, 120, 255}, {110, 70, 190, 255}, {140, 110, 60, 255},
}

// coloursOf returns one colour for each group, for all charts. Groups of one dimension that differ in coupling alone, as the
// paper's two networks do, have the paper's, where all couplings are the paper's.
func coloursOf(a *measure.Grouping, papers bool) []color.Color {
	if !papers {
		papers = len(a.Keys) == 0 && a.Plain
		for _, g := range a.Groups {
			papers = papers && g.Dimension == a.Groups[0].Dimension && (g.Coupling == graph.EdgeOfChaos || g.Coupling == graph.StronglyChaotic)
		}
	}
	colours := make([]color.Color, len(a.Groups))
	for i, g := range a.Groups {
		if papers {
			colours[i] = NetworkColour(g.Coupling)
		} else {
			colours[i] = paletteColour(i)
		}
	}
	return colours
}

// paletteColour returns the colours of the palette, and then each of them darker, then darker again, and so on.
func paletteColour(i int) color.Color {
	c := palette[i%len(palette)]
	for range i / len(palette) {
		c.R, c.G, c.B = c.R/10*7, c.G/10*7, c.B/10*7
	}
	return c
}

// exploredGroups is the number of groups with their own pictures: a page holds some 0.7 MB of each in its panel.
const exploredGroups = 12

// coloured is groups with a colour for each, the same in all charts.
type coloured struct {
	*measure.Grouping
	colours []color.Color // by place
}

// colour returns that of a group.
func (a *coloured) colour(g *measure.Group) color.Color { return a.colours[g.Place] }

// groupsOf returns the groups of a table.
func groupsOf(r *measure.Table) *coloured {
	groups := r.Groups()
	return &coloured{groups, coloursOf(groups, r.ByCoupling)}
}
