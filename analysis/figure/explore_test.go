package figure

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"html"
	"math"
	"regexp"
	"strings"
	"testing"
)

var (
	dataPattern   = regexp.MustCompile(`(?s)<script type="application/json" id="explorer-data">(.*?)</script>`)
	scriptPattern = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
)

func explorerPageText(t *testing.T, e *Explorer) string {
	t.Helper()
	var out bytes.Buffer
	if err := (&Report{Title: "x", Explorer: e}).HTML(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestExplorerPolicy checks that the page allows its own script to run and nothing else.
func TestExplorerPolicy(t *testing.T) {
	page := explorerPageText(t, sampleExplorer())
	scripts := scriptPattern.FindAllStringSubmatch(page, -1)
	if len(scripts) != 1 || strings.Count(page, "<script") != 2 {
		t.Fatalf("%d scripts that run and %d script elements, want 1 and 2", len(scripts), strings.Count(page, "<script"))
	}
	sum := sha256.Sum256([]byte(scripts[0][1]))
	want := "script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	if !strings.Contains(html.UnescapeString(page), want) {
		t.Errorf("the policy does not hold %s", want)
	}
	for _, outside := range []string{"eval(", "import(", "fetch(", "http://www.w3.org/1999"} {
		if strings.Contains(scripts[0][1], outside) {
			t.Errorf("the script holds %q", outside)
		}
	}
}

// TestExplorerScores decodes the scores as the script does.
func TestExplorerScores(t *testing.T) {
	e := sampleExplorer()
	e.Networks[0].Accuracy.Median[3] = math.NaN()
	var content struct {
		Networks []struct {
			Name     string
			Accuracy struct{ Median []*float64 }
			Stages   []struct {
				Steps, Components int
				Scores            string
				Scale             []float64
			}
		}
	}
	if err := json.Unmarshal([]byte(dataPattern.FindStringSubmatch(explorerPageText(t, e))[1]), &content); err != nil {
		t.Fatal(err)
	}
	if content.Networks[0].Accuracy.Median[3] != nil || *content.Networks[0].Accuracy.Median[2] == 0 {
		t.Error("a gap is not null")
	}
	if content.Networks[2].Name != e.Networks[2].Name {
		t.Errorf("name %q, want %q", content.Networks[2].Name, e.Networks[2].Name)
	}
	stage, want := content.Networks[1].Stages[1], e.Networks[1].Stages[1]
	bits, err := base64.StdEncoding.DecodeString(stage.Scores)
	if err != nil || len(bits) != 2*stage.Steps*240*stage.Components || stage.Components != 3 {
		t.Fatalf("%d bytes for %d steps of %d components, error %v", len(bits), stage.Steps, stage.Components, err)
	}
	for _, place := range [][3]int{{0, 0, 0}, {3, 17, 1}, {15, 239, 2}} {
		at := (place[0]*240+place[1])*3 + place[2]
		got := float64(int16(binary.LittleEndian.Uint16(bits[2*at:]))) / math.MaxInt16 * stage.Scale[place[0]]
		if score := want.Scores[place[0]][place[1]][place[2]]; math.Abs(got-score) > 2e-4*stage.Scale[place[0]] {
			t.Errorf("score at t, sample, component %v: %g, want %g", place, got, score)
		}
	}
}

func TestExplorerFaults(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Explorer)
		want   error
	}{
		{"no network", func(e *Explorer) { e.Networks = nil }, ErrEmpty},
		{"no stage", func(e *Explorer) { e.Networks[0].Stages = nil }, ErrEmpty},
		{"a class missing", func(e *Explorer) { e.Networks[0].Classes = e.Networks[0].Classes[1:] }, ErrLength},
		{"a negative class", func(e *Explorer) { e.Networks[0].Classes[5] = -1 }, ErrValue},
		{"a sample missing", func(e *Explorer) { e.Networks[0].Stages[0].Scores[4] = e.Networks[0].Stages[0].Scores[4][1:] }, ErrLength},
		{"a component missing", func(e *Explorer) { e.Networks[0].Stages[0].Scores[4][7] = []float64{1, 2} }, ErrLength},
		{"one component", func(e *Explorer) { e.Networks[0].Stages[0].Scores[0][0] = []float64{1} }, ErrValue},
		{"no variances", func(e *Explorer) { e.Networks[0].Stages[0].Explained = nil }, ErrLength},
		{"not a number", func(e *Explorer) { e.Networks[0].Stages[0].Scores[4][7][1] = math.NaN() }, ErrValue},
		{"half a band", func(e *Explorer) { e.Networks[0].Stages[0].HeldOut.Lo = []float64{1} }, ErrLength},
	}
	for _, c := range cases {
		e := sampleExplorer()
		c.change(e)
		var out bytes.Buffer
		if err := (&Report{Explorer: e}).HTML(&out); !errors.Is(err, c.want) || out.Len() > 0 {
			t.Errorf("%s: error %v and %d bytes, want %v and none", c.name, err, out.Len(), c.want)
		}
	}
	e := sampleExplorer()
	for i := range e.Networks { // a collapsed network has no cloud
		e.Networks[i].Stages[0].Scores, e.Networks[i].Stages[0].Explained = nil, nil
	}
	if err := e.Validate(); err != nil {
		t.Error(err)
	}
}
