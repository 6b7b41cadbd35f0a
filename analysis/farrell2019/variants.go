package farrell2019

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// variantFiles are the sweeps over the variants of the authors' later code, one file each: a comment whose first line is its title,
// then a sweep file as [sweep.Decode] describes it.
//
//go:embed variants/*.yaml
var variantFiles embed.FS

// Variant is a sweep over one of the settings that the authors' later code varies. `train sweep -c FILE` makes its networks too.
type Variant struct {
	Name  string // of its file, without the ending
	Title string // what is varied, in words
	Text  []byte // the sweep file
}

// Variants returns the variants, sorted by name.
//
// Source: the authors' code of 2022, figures_for_supplement.py and figures_for_manuscript.py.
func Variants() []Variant {
	entries, err := variantFiles.ReadDir("variants")
	if err != nil {
		panic(err) // unreachable: the files are part of the program
	}
	variants := make([]Variant, len(entries))
	for i, entry := range entries {
		text, err := variantFiles.ReadFile(path.Join("variants", entry.Name()))
		if err != nil {
			panic(err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		variants[i] = Variant{Name: strings.TrimSuffix(entry.Name(), ".yaml"), Title: strings.TrimPrefix(first, "# "), Text: text}
	}
	return variants
}

// Plan returns the runs of the sweep.
//
// Errors: those of [sweep.Decode].
func (v Variant) Plan() (*sweep.Plan, error) {
	plan, err := sweep.Decode(v.Text, func(name string) (train.Config, error) {
		preset, err := PresetNamed(name)
		return preset.Config, err
	})
	if err != nil {
		return nil, fmt.Errorf("farrell2019: variants/%s.yaml: %w", v.Name, err)
	}
	return plan, nil
}

// followers are keys that a variant sets only because another one needs it.
var followers = []string{"realisation", "network.coupling", "training.epochs", "training.optimiser.learning_rate", "measures.steps"}

// Label returns what distinguishes a run from the others of its sweep in words, without its coupling and realisation, and without
// the number of inputs where that is only the paper's 200 or 2.
func (v Variant) Label(plan *sweep.Plan, run sweep.Run) string {
	var words []string
	for i, value := range plan.Values(run) {
		key := plan.Keys[i]
		if value == nil || slices.Contains(followers, key) || key == "task.dimension" && v.Name != "dimension" {
			continue
		}
		name := key[strings.LastIndex(key, ".")+1:]
		words = append(words, strings.ReplaceAll(fmt.Sprintf("%s %v", name, value), "_", " "))
	}
	return strings.Join(words, ", ")
}
