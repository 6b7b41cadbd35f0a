package figure

import (
	"bytes"
	"strings"
	"testing"
)

// TestDrawingsFollowTheTheme checks that inside a page the shades of a drawing are those of the page, and that other colours have a
// lighter version for a dark background; a gradient, none and the text of a file are unchanged.
func TestDrawingsFollowTheTheme(t *testing.T) {
	for value, want := range map[string]string{
		"#26262a": "var(--figure-ink)", "#ffffff": "var(--figure-paper)", "#e2e2e7": "var(--figure-faint)",
		"#5a64aa": "light-dark(#5a64aa, #8f96c5)", "none": "none", "url(#a)": "url(#p-a)", "red": "red", "#fff": "#fff", "#zzzzzz": "#zzzzzz",
	} {
		got, err := inlineSVG([]byte(`<svg><path fill="`+value+`" stroke="`+value+`" d="#26262a"/></svg>`), "p-")
		if err != nil {
			t.Fatal(err)
		}
		if want := `<svg><path fill="` + want + `" stroke="` + want + `" d="#26262a"></path></svg>`; string(got) != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
	var page bytes.Buffer
	if err := sampleReport(t).HTML(&page); err != nil {
		t.Fatal(err)
	}
	for _, shade := range shades {
		if !strings.Contains(page.String(), "--figure-"+shade+": light-dark(") {
			t.Errorf("the page does not say what %s is", shade)
		}
	}
}

// TestLegendShowsTheSolidCurve checks that an entry is solid: dashes say when a network was measured, the colour which network it is.
func TestLegendShowsTheSolidCurve(t *testing.T) {
	curves := []Curve{{Name: "a", Dashed: true}, {Name: "b", Dashed: true}, {Name: "a"}}
	entries := curveEntries(curves)
	if len(entries) != 2 || entries[0].line.dashes != nil || entries[1].line.dashes == nil {
		t.Errorf("%+v", entries)
	}
}

// TestLegendNamesDashes checks that one entry explains dashes if both solid and dashed curves are drawn.
func TestLegendNamesDashes(t *testing.T) {
	curves := []Curve{{Name: "a", Dashed: true}, {Name: "b"}, {Name: "b", Dashed: true}}
	for _, of := range []struct {
		chart LineChart
		want  int
	}{{LineChart{Curves: curves, Dashes: "before"}, 3}, {LineChart{Curves: curves}, 2}, {LineChart{Curves: curves[:1], Dashes: "before"}, 1}, {LineChart{Curves: curves[1:2], Dashes: "before"}, 1}} {
		entries := of.chart.entries()
		if len(entries) != of.want || of.want == 3 && (entries[2].label != "before" || entries[2].line.dashes == nil) {
			t.Errorf("%d entries, want %d: %+v", len(entries), of.want, entries)
		}
	}
}

// TestLegendNamesClasses checks that the legend has the first eight classes that occur, with their colours, and the number of further ones.
func TestLegendNamesClasses(t *testing.T) {
	space := StateSpace{ClassNames: []string{"no", strings.Repeat("long ", 20)}, Panels: []StatePanel{{Class: []int{11, 1, -1, 0, 2, 3, 4, 5, 6, 7, 8, 1}}}}
	entries := space.classEntries()
	if len(entries) != 9 || entries[0].label != "no" || len([]rune(entries[1].label)) != 24 || entries[2].label != "2" || entries[8].label != "and 2 more" {
		t.Fatalf("%+v", entries)
	}
	if entries[2].dot != ClassColour(2) || entries[8].swatch() != 0 {
		t.Errorf("%+v", entries)
	}
}
