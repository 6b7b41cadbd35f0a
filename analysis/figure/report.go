package figure

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Report is one HTML page about a run: figures and tables in a single self-contained file that works offline. It contains a script
// only if it has an Explorer.
type Report struct {
	Title    string
	Subtitle string    // below the title, such as a short description of the configuration
	Note     string    // set off above everything, such as "quick run: smaller problem, not the paper's numbers"
	Warnings []string  // statistical doubts: too few samples, no convergence; shown before the figures
	Opening  []Text    // words before all tables and figures
	Summary  []Table   // tables before the figures
	Explorer *Explorer // an interactive panel before the figures; nil: none
	Figures  []ReportFigure
	Tables   []Table
}

// Text is a titled section of plain paragraphs.
type Text struct {
	Title      string
	Paragraphs []string
}

// ReportFigure is a figure of a report. The SVG is inlined, so that its text can be selected and searched. Its identifiers get the
// prefix ID, so that those of different figures do not clash, and its colours follow the page's theme: text, frames and background
// of this package's drawings are the page's, other colours are lighter on a dark background.
type ReportFigure struct {
	ID      string // anchor on the page: letters, digits, "-" and "_", starting with a letter; unique
	Title   string // in the list of contents; empty: the ID
	Caption string
	SVG     []byte
}

// Table is a table of a report. A column whose cells are all numbers, or empty, is right-aligned.
type Table struct {
	Title   string
	Caption string
	Header  []string
	Rows    [][]string // each as long as Header
}

//go:embed report.html
var reportPage string

// reportTemplate is parsed when the first report is written: other commands do not need it.
var reportTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Parse(reportPage))
})

var (
	anchorPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	numberPattern = regexp.MustCompile(`^([<>≤≥~±]\s*)?[−+-]?(\d|\.\d|NaN$|Inf$)`)
	dashPattern   = regexp.MustCompile(`^[\s–—-]*$`)
)

// The data that the template reads.
type (
	page struct {
		*Report
		Leading  []sheet // the summary
		Panel    *explorerPage
		Drawings []drawing
		Sheets   []sheet
	}
	drawing struct {
		ID, Title, Caption string
		SVG                template.HTML
	}
	sheet struct {
		*Table
		ID      string
		Columns []column
		Cells   [][]cell
	}
	column struct {
		Text    string
		Numeric bool
		Long    bool // may wrap
	}
	cell column
)

// HTML writes the page. All text is escaped; the SVGs are parsed and rewritten without comments and declarations.
//
// Errors, all of them joined before anything is written: an ID that is not a valid anchor or not unique, an SVG that is not
// well-formed or contains a script, an event handler or external content ([ErrValue]), a row that is not as long as its header
// ([ErrLength]), those of [Explorer.Validate]; then those of w.
func (r *Report) HTML(w io.Writer) error {
	var faults []error
	content := page{Report: r}
	seen := map[string]bool{}
	for i := range r.Figures {
		f := &r.Figures[i]
		switch {
		case !anchorPattern.MatchString(f.ID):
			faults = append(faults, fmt.Errorf("figure: report figure %d: %w: ID %q; use letters, digits, - and _, first a letter", i, ErrValue, f.ID))
		case r.Explorer != nil && (f.ID == "theme" || strings.HasPrefix(f.ID, "explore")):
			faults = append(faults, fmt.Errorf("figure: report figure %d: %w: ID %q is one of the panel's; choose another", i, ErrValue, f.ID))
		case seen[f.ID]:
			faults = append(faults, fmt.Errorf("figure: report figure %d: %w: ID %q is taken; give each figure its own", i, ErrValue, f.ID))
		}
		seen[f.ID] = true
		clean, err := inlineSVG(f.SVG, f.ID+"-")
		if err != nil {
			faults = append(faults, fmt.Errorf("figure: report figure %q: %w", f.ID, err))
		}
		content.Drawings = append(content.Drawings, drawing{ID: f.ID, Title: f.Title, Caption: f.Caption, SVG: template.HTML(clean)})
	}
	for _, table := range slices.Concat(r.Summary, r.Tables) {
		for row, cells := range table.Rows {
			if len(cells) != len(table.Header) {
				faults = append(faults, fmt.Errorf("figure: report table %q: %w: %d cells in row %d, %d in the header",
					table.Title, ErrLength, len(cells), row, len(table.Header)))
				break
			}
		}
	}
	if r.Explorer != nil {
		faults = append(faults, r.Explorer.Validate())
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if r.Explorer != nil {
		var err error
		if content.Panel, err = r.Explorer.page(); err != nil {
			return fmt.Errorf("figure: report: %w", err)
		}
	}
	for i := range r.Summary {
		content.Leading = append(content.Leading, newSheet(&r.Summary[i], fmt.Sprintf("summary-%d", i+1)))
	}
	for i := range r.Tables {
		content.Sheets = append(content.Sheets, newSheet(&r.Tables[i], fmt.Sprintf("table-%d", i+1)))
	}
	var out bytes.Buffer
	if err := reportTemplate().Execute(&out, content); err != nil {
		return fmt.Errorf("figure: report: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("figure: write report: %w", err)
	}
	return nil
}

// longCell is the number of bytes from which the text of a cell may wrap.
const longCell = 48

// newSheet finds the columns of numbers.
func newSheet(t *Table, id string) sheet {
	s := sheet{Table: t, ID: id}
	for j, header := range t.Header {
		numeric := false
		for i := range t.Rows {
			if dashPattern.MatchString(t.Rows[i][j]) {
				continue
			}
			if numeric = numberPattern.MatchString(t.Rows[i][j]); !numeric {
				break
			}
		}
		s.Columns = append(s.Columns, column{Text: header, Numeric: numeric})
	}
	for i := range t.Rows {
		cells := make([]cell, len(t.Rows[i]))
		for j, text := range t.Rows[i] {
			cells[j] = cell{Text: text, Numeric: s.Columns[j].Numeric, Long: len(text) > longCell}
		}
		s.Cells = append(s.Cells, cells)
	}
	return s
}
