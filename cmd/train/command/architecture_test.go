package command

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

//go:generate go test -run ^TestArchitecture$ . -update

var update = flag.Bool("update", false, "rewrite .github/architecture.svg")

// TestArchitecture: the picture of the packages in CONTRIBUTING.md is that of the arrows which TestImportArrows keeps.
func TestArchitecture(t *testing.T) {
	path := filepath.Join("..", "..", "..", ".github", "architecture.svg")
	arrows := maps.Clone(mayImport)
	maps.DeleteFunc(arrows, func(folder string, _ []string) bool { return strings.Contains(folder, "/internal/") }) // for tests
	want := drawArchitecture(arrows)
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("architecture.svg shows other arrows than mayImport; run go generate ./cmd/train/command and look at the picture")
	}
}

// TestReduced: an arrow goes if a longer way leads to the same folder; layers are longest ways from the top.
func TestReduced(t *testing.T) {
	arrows := map[string][]string{"a": nil, "b": {"c", "d"}, "c": {"d"}, "d": {}}
	got := reduced(arrows)
	want := map[string][]string{"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": nil}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %v, want %v", got, want)
	}
	if depth := depths(got); !maps.Equal(depth, map[string]int{"a": 0, "b": 1, "c": 2, "d": 3}) {
		t.Errorf("layers %v", depth)
	}
}

// reduced returns the arrows without those that follow from others, sorted. nil stands for every folder that does not lead back.
func reduced(arrows map[string][]string) map[string][]string {
	all := map[string][]string{}
	var reaches func(from, to string) bool
	reaches = func(from, to string) bool {
		return slices.ContainsFunc(arrows[from], func(next string) bool { return next == to || reaches(next, to) })
	}
	for from, targets := range arrows {
		if targets == nil {
			for to := range arrows {
				if to != from && !reaches(to, from) {
					targets = append(targets, to)
				}
			}
		}
		all[from] = slices.Sorted(slices.Values(targets))
	}
	arrows = all
	kept := map[string][]string{}
	for from, targets := range all {
		kept[from] = slices.DeleteFunc(slices.Clone(targets), func(to string) bool {
			return slices.ContainsFunc(targets, func(over string) bool { return over != to && reaches(over, to) })
		})
	}
	return kept
}

// depths returns for each folder the length of the longest way to it from a folder that nobody imports.
func depths(arrows map[string][]string) map[string]int {
	depth := map[string]int{}
	for folder := range arrows {
		depth[folder] = 0
	}
	for changed := true; changed; {
		changed = false
		for from, targets := range arrows {
			for _, to := range targets {
				if depth[to] <= depth[from] {
					depth[to], changed = depth[from]+1, true
				}
			}
		}
	}
	return depth
}

// spot is a box, or a point that an arrow over several layers passes.
type spot struct {
	name     string // "" for a point
	from, to []*spot
	x        float64 // middle
}

func (s *spot) width() float64 {
	if s.name == "" {
		return 0
	}
	return 7.3*float64(len(s.name)) + 20
}

const (
	layerHeight = 64.0
	boxHeight   = 28.0
	boxGap      = 22.0
)

// layered places folders in layers and cuts arrows over several layers into pieces.
func layered(arrows map[string][]string) [][]*spot {
	depth := depths(arrows)
	layers := make([][]*spot, slices.Max(slices.Collect(maps.Values(depth)))+1)
	spots := map[string]*spot{}
	for _, folder := range slices.Sorted(maps.Keys(arrows)) {
		spots[folder] = &spot{name: folder}
		layers[depth[folder]] = append(layers[depth[folder]], spots[folder])
	}
	for _, folder := range slices.Sorted(maps.Keys(arrows)) {
		for _, target := range arrows[folder] {
			last := spots[folder]
			for layer := depth[folder] + 1; layer <= depth[target]; layer++ {
				next := spots[target]
				if layer < depth[target] {
					next = &spot{}
					layers[layer] = append(layers[layer], next)
				}
				last.to, next.from, last = append(last.to, next), append(next.from, last), next
			}
		}
	}
	place(layers)
	return layers
}

// place orders each layer by the mean places of its neighbours, from above and from below in turn, and sets it in the middle.
func place(layers [][]*spot) {
	center := func(layer []*spot) {
		total := -boxGap
		for _, s := range layer {
			total += s.width() + boxGap
		}
		x := -total / 2
		for _, s := range layer {
			s.x = x + s.width()/2
			x += s.width() + boxGap
		}
	}
	mean := func(s *spot, neighbours []*spot) float64 {
		sum := 0.0
		for _, n := range neighbours {
			sum += n.x
		}
		if len(neighbours) == 0 {
			return s.x
		}
		return sum / float64(len(neighbours))
	}
	for _, layer := range layers {
		center(layer)
	}
	for range 8 {
		for _, layer := range layers {
			slices.SortStableFunc(layer, func(a, b *spot) int { return cmp.Compare(mean(a, a.from), mean(b, b.from)) })
			center(layer)
		}
		for _, layer := range slices.Backward(layers) {
			slices.SortStableFunc(layer, func(a, b *spot) int {
				return cmp.Compare(mean(a, slices.Concat(a.from, a.to)), mean(b, slices.Concat(b.from, b.to)))
			})
			center(layer)
		}
	}
}

const architectureStyle = `<style>
text { font: 12px ui-monospace, Menlo, Consolas, monospace; text-anchor: middle; fill: #1f2328 }
rect { stroke-width: 1.5; fill: #fff }
.data { stroke: #0969da } .graph { stroke: #8250df } .train { stroke: #1a7f37 } .analysis { stroke: #bc4c00 } .cmd { stroke: #57606a }
path { fill: none; stroke: #848d97; stroke-width: 1.2; marker-end: url(#head) }
#head path { fill: #848d97; stroke: none; marker-end: none }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } rect { fill: #161b22 } }
</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
`

// drawArchitecture returns the picture of who imports whom as SVG.
func drawArchitecture(arrows map[string][]string) []byte {
	layers := layered(reduced(arrows))
	var lines, boxes bytes.Buffer
	left, right := 0.0, 0.0
	for i, layer := range layers {
		top := float64(i) * layerHeight
		for _, s := range layer {
			left, right = min(left, s.x-s.width()/2), max(right, s.x+s.width()/2)
			if s.name == "" {
				continue
			}
			group, _, _ := strings.Cut(s.name, "/")
			fmt.Fprintf(&boxes, "<rect class=%q x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%g\" rx=\"5\"/><text x=\"%.1f\" y=\"%.1f\">%s</text>\n",
				group, s.x-s.width()/2, top, s.width(), boxHeight, s.x, top+18, s.name)
			for j, next := range s.to { // spread along the lower edge
				x := s.x + s.width()*(float64(j+1)/float64(len(s.to)+1)-0.5)
				fmt.Fprintf(&lines, "<path d=\"M%.1f %.1f", x, top+boxHeight)
				y := top + layerHeight
				for ; next.name == ""; next, y = next.to[0], y+layerHeight {
					fmt.Fprintf(&lines, " %.1f %.1f %.1f %.1f", next.x, y, next.x, y+boxHeight)
				}
				fmt.Fprintf(&lines, " %.1f %.1f\"/>\n", next.x, y)
			}
		}
	}
	var picture bytes.Buffer
	width, height := right-left+20, float64(len(layers)-1)*layerHeight+boxHeight+20
	fmt.Fprintf(&picture, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"%.1f -10 %.1f %.1f\" width=\"%.0f\" height=\"%.0f\">\n", left-10, width, height, width, height)
	fmt.Fprintf(&picture, "<title>Packages of Unfurl and what they import</title>\n%s%s%s</svg>\n", architectureStyle, lines.Bytes(), boxes.Bytes())
	return picture.Bytes()
}
