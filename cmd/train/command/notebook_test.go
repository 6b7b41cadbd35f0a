package command

import (
	"encoding/json"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// notebook is the folder of figure3d.py and of the same as a notebook.
var notebook = filepath.Join("..", "..", "..", "analysis", "farrell2019", "notebook")

type notebookCell struct {
	Kind    string            `json:"cell_type"`
	Source  []string          `json:"source"`
	Outputs []json.RawMessage `json:"outputs"`
	Count   *int              `json:"execution_count"`
}

// scriptCells splits a script at its "# %%" lines, as editors do that show such a script as a notebook.
func scriptCells(script string) []notebookCell {
	var cells []notebookCell
	for _, part := range strings.Split("\n"+script, "\n# %%")[1:] {
		mark, body, _ := strings.Cut(part, "\n")
		cell := notebookCell{Kind: "code"}
		lines := strings.Split(strings.Trim(body, "\n"), "\n")
		if strings.TrimSpace(mark) == "[markdown]" {
			cell.Kind = "markdown"
			for i, line := range lines {
				lines[i] = strings.TrimPrefix(strings.TrimPrefix(line, "#"), " ")
			}
		}
		cell.Source = strings.SplitAfter(strings.Join(lines, "\n"), "\n")
		cells = append(cells, cell)
	}
	return cells
}

// TestNotebookIsTheScript: cell by cell the same text, and no outputs of anybody's run.
func TestNotebookIsTheScript(t *testing.T) {
	script, err := os.ReadFile(filepath.Join(notebook, "figure3d.py"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(notebook, "figure3d.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Cells  []notebookCell `json:"cells"`
		Format int            `json:"nbformat"`
	}
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	cells := scriptCells(string(script))
	if read.Format != 4 || len(read.Cells) != len(cells) {
		t.Fatalf("format %d with %d cells, want 4 with %d", read.Format, len(read.Cells), len(cells))
	}
	for i, cell := range read.Cells {
		if cell.Kind != cells[i].Kind || !slices.Equal(cell.Source, cells[i].Source) {
			t.Errorf("cell %d differs from figure3d.py:\n%s: %q\nwant\n%s: %q", i, cell.Kind, cell.Source, cells[i].Kind, cells[i].Source)
		}
		if len(cell.Outputs) > 0 || cell.Count != nil {
			t.Errorf("cell %d holds outputs of a run; clear them", i)
		}
	}
}

// TestNotebookDrawsTheFigure runs the script on a small paper, where Python has matplotlib; .ci/notebook
// makes sure that it does.
func TestNotebookDrawsTheFigure(t *testing.T) {
	if testing.Short() {
		t.Skip("trains networks")
	}
	python := matplotlib(t)
	folder := t.TempDir()
	script, err := filepath.Abs(filepath.Join(notebook, "figure3d.py"))
	if err != nil {
		t.Fatal(err)
	}
	draw := func(arguments ...string) (string, error) {
		cmd := exec.Command(python, append([]string{script}, arguments...)...)
		cmd.Env = append(os.Environ(), "MPLBACKEND=Agg", "MPLCONFIGDIR="+filepath.Join(folder, "matplotlib"))
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := draw(folder); err == nil || !strings.Contains(out, "make it with: train paper --figures 3 -o "+folder) {
		t.Errorf("without tables: %v: %s", err, out)
	}
	if _, message, status := runProgram("paper", "--quick", "--figures", "3", "--realisations", "2", "-o", folder); status != 0 {
		t.Fatalf("exit status %d: %s", status, message)
	}
	picture := filepath.Join(folder, "picture.png")
	if out, err := draw(folder, picture); err != nil || !strings.Contains(out, "4 curves of 2 realisations") {
		t.Fatalf("%v: %s", err, out)
	}
	file, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	drawn, _, err := image.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	// The curves' colours are there: teal and red, undiluted where the lines lie.
	for name, want := range map[string][3]uint32{"edge of chaos": {0x00, 0xa0, 0xa0}, "strongly chaotic": {0xe9, 0x26, 0x29}} {
		if n := pixels(drawn, want); n < 500 {
			t.Errorf("%s: %d pixels in its colour", name, n)
		}
	}
}

// matplotlib returns a Python that has it, or skips the test.
func matplotlib(t *testing.T) string {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import matplotlib").Run() == nil {
			return python
		}
	}
	t.Skip("no python3 with matplotlib")
	return ""
}

func pixels(picture image.Image, colour [3]uint32) int {
	count := 0
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if r, g, b, _ := picture.At(x, y).RGBA(); [3]uint32{r >> 8, g >> 8, b >> 8} == colour {
				count++
			}
		}
	}
	return count
}
