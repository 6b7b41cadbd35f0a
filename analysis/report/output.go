package report

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data/files"
)

// pictureResolution is the number of dots per inch of the PNG files.
const pictureResolution = 200

// Picture is anything that draws itself.
type Picture interface {
	SVG(w io.Writer) error
	PNG(w io.Writer, dpi int) error
}

// Warnings returns the doubts about the result, one text for all of a kind, those about what was measured at all first.
func Warnings(r *measure.Table) []string {
	var doubts Doubts
	groups := groupsOf(r)
	for _, m := range r.Networks {
		name := measure.Name(m.Config)
		if !r.ByCoupling {
			name = figure.PlainText(groups.Of[m].Name)
		}
		for _, warning := range m.Warnings {
			doubts.Add(name, warning)
		}
	}
	notes := slices.Clone(r.Notes)
	for _, g := range groups.Groups {
		if left := g.Residue(); len(left) > 0 {
			notes = append(notes, fmt.Sprintf("%s pools networks that differ in %s", figure.PlainText(g.Name), strings.Join(left, "; ")))
		}
		if run := g.Value(measure.KeyRun); run != "" {
			notes = append(notes, run+" has configuration, seed and realisation of another run but other weights: the two are shown apart, not pooled")
		}
	}
	if count := len(groups.Groups); count > exploredGroups {
		notes = append(notes, fmt.Sprintf("the panel to explore shows the first %d of %d groups", exploredGroups, count))
	}
	if note := unexplored(groups); note != "" {
		notes = append(notes, note)
	}
	return append(notes, doubts.Texts()...)
}

// WritePicture writes NAME.svg and NAME.png and returns their paths and the SVG.
func WritePicture(folder, name string, drawing Picture) (paths []string, svg []byte, err error) {
	var text, image bytes.Buffer
	if err := drawing.SVG(&text); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := drawing.PNG(&image, pictureResolution); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	for extension, content := range map[string][]byte{".svg": text.Bytes(), ".png": image.Bytes()} {
		path := filepath.Join(folder, name+extension)
		err := files.WriteFile(path, func(w io.Writer) error {
			_, err := w.Write(content)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths, text.Bytes(), nil
}

// WritePage writes report.html into a folder and returns its path.
func WritePage(folder string, page *figure.Report) (string, error) {
	path := filepath.Join(folder, "report.html")
	return path, files.WriteFile(path, page.HTML)
}
