package figure

import (
	"bytes"
	"strings"
	"testing"
)

// TestDrawingsFollowTheTheme: inside a page the shades of a drawing are those of the page, and other colours have a lighter
// one for dark ground; a gradient, none and the text of a file stay as they are.
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

// TestLegendShowsTheSolidCurve: dashes say when a network was measured, its colour which one it is.
func TestLegendShowsTheSolidCurve(t *testing.T) {
	curves := []Curve{{Name: "a", Dashed: true}, {Name: "b", Dashed: true}, {Name: "a"}}
	entries := curveEntries(curves)
	if len(entries) != 2 || entries[0].line.dashes != nil || entries[1].line.dashes == nil {
		t.Errorf("%+v", entries)
	}
}
