package command

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const modulePath = "github.com/unfurl-rnn/unfurl/"

// mayImport lists for each folder the folders of this module that it may import; data flows one way.
var mayImport = map[string][]string{
	"data":                        {},
	"data/array":                  {},
	"data/files":                  {"data", "data/array", "data/npy"},
	"data/task":                   {"data"},
	"data/npy":                    {"data/array"},
	"data/onnx":                   {"data/array"},
	"data/parquet":                {},
	"data/safetensors":            {"data/array"},
	"data/tensorboard":            {},
	"graph":                       {"data"},
	"graph/machine":               {"graph/machine/kernel"},
	"graph/machine/kernel":        {},
	"train":                       {"data", "data/array", "data/files", "data/npy", "data/safetensors", "data/task", "graph", "graph/machine", "graph/machine/kernel"},
	"train/run":                   {"data", "data/files", "data/safetensors", "data/tensorboard", "graph", "graph/machine/kernel", "train"},
	"train/internal/small":        {"train", "train/run"}, // runs for tests
	"train/sweep":                 {"data", "data/files", "data/parquet", "train", "train/run"},
	"train/watch":                 {"data", "train", "train/run", "train/sweep", "data/safetensors"},
	"analysis":                    {"data"},
	"analysis/figure":             {},
	"analysis/meanfield":          {"data"},
	"analysis/measure":            {"data/array", "data/files", "data/npy", "data", "graph", "train", "train/run", "train/sweep", "analysis", "analysis/meanfield"},
	"analysis/export":             {"data", "data/array", "data/npy", "data/onnx", "data/parquet", "data/safetensors", "graph", "train", "train/run", "analysis/measure"},
	"analysis/report":             {"data", "data/files", "graph", "train/run", "analysis", "analysis/figure", "analysis/measure"},
	"analysis/farrell2019":        {"data", "graph", "train", "train/run", "train/sweep", "analysis/figure", "analysis/measure", "analysis/report"},
	"analysis/farrell2019/claims": {"data/files", "data", "graph", "train", "train/run", "train/sweep", "analysis", "analysis/farrell2019", "analysis/figure", "analysis/meanfield", "analysis/measure", "analysis/report"},
	"analysis/internal/small":     {"train", "train/run"}, // networks for tests
	"cmd/train":                   {"cmd/train/command"},
	"cmd/train/command":           nil, // everything
}

// onlyIn lists libraries that a single folder (and those below, where it ends in a slash) may import.
var onlyIn = map[string][]string{
	"gorgonia.org/":              {"graph", "graph/machine", "train", "cmd/train/command"},
	"gonum.org/v1/plot":          {"analysis/figure"},
	"github.com/sirupsen/logrus": {"cmd/train/command"},
	"github.com/spf13/cobra":     {"cmd/train/command"},
	"github.com/parquet-go/":     {"data/parquet"},
	"google.golang.org/protobuf": {"data/onnx", "data/tensorboard"},
}

// banned packages are not imported anywhere: the comment names a better one.
var banned = []string{
	"math/rand",                    // math/rand/v2 behind data.Stream
	"log",                          // logrus, in the binary only
	"github.com/pkg/errors",        // errors
	"github.com/goccy/go-graphviz", // graph.RNN.WriteSVG: this one compiles WASM as the program starts
}

// TestImportArrows keeps the layout: who may import whom.
func TestImportArrows(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	seen, used := map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, _ := filepath.Rel(root, path)
		folder := filepath.ToSlash(filepath.Dir(relative))
		if entry.IsDir() && relative != "." {
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil || strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" {
				return filepath.SkipDir // a module of its own, or no code of ours
			}
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		allowed, known := mayImport[folder]
		if !known {
			t.Errorf("%s stands in a folder outside the layout", relative)
			return nil
		}
		seen[folder] = true
		isTest := strings.HasSuffix(path, "_test.go")
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if slices.Contains(banned, imported) && !(isTest && imported == "log") {
				t.Errorf("%s imports %s", relative, imported)
			}
			if ours, ok := strings.CutPrefix(imported, modulePath); ok {
				if allowed != nil && ours != folder && !slices.Contains(allowed, ours) && !isTest {
					t.Errorf("%s imports %s against the arrows", relative, ours)
				}
				if !isTest {
					used[folder+" "+ours] = true
				}
				continue
			}
			for library, folders := range onlyIn {
				if strings.HasPrefix(imported, library) && !slices.Contains(folders, folder) && !isTest {
					t.Errorf("%s imports %s, which only %v may", relative, imported, folders)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder, allowed := range mayImport {
		if !seen[folder] {
			t.Errorf("folder %s of the layout holds no Go file", folder)
		}
		for _, ours := range allowed {
			if !used[folder+" "+ours] {
				t.Errorf("%s may import %s and does not; remove the arrow, which the picture shows", folder, ours)
			}
		}
	}
}

// TestTopLevel keeps the top of the repository as agreed.
func TestTopLevel(t *testing.T) {
	wanted := []string{"Dockerfile", "LICENSE", "README.md", "analysis", "cmd", "data", "go.mod", "go.sum", "graph", "train"}
	entries, err := os.ReadDir(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), ".") && entry.Name() != "out" {
			found = append(found, entry.Name())
		}
	}
	if !slices.Equal(found, wanted) {
		t.Errorf("the top level holds %v, want %v", found, wanted)
	}
}
