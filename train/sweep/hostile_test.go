package sweep_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// TestHostileSweepsAllocateLittle: a short file asks for more runs, draws or values than there may be and is refused before they are
// made, with what to change.
func TestHostileSweepsAllocateLittle(t *testing.T) {
	ten := "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
	var product, draws, entry strings.Builder
	for _, key := range []string{
		"seed", "realisation", "task.clusters", "task.noise", "network.units", "network.coupling", "training.epochs", "training.batch",
		"training.samples", "measures.samples", "measures.steps", "measures.splits",
	} {
		fmt.Fprintf(&product, "%s: %s, ", key, ten)
	}
	for i := range 30_000 {
		fmt.Fprintf(&draws, "a%d: {uniform: [0, 1]}, ", i)
		fmt.Fprintf(&entry, "a%d: 1, ", i)
	}
	laughs := "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for i := range 8 {
		laughs += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d,", i), 8), i)
	}
	for name, test := range map[string]struct{ text, want string }{
		"a grid of 10^12 runs":          {"grid: {" + product.String() + "}", "grid: the combinations make more than 20000 runs; make it smaller"},
		"a grid, a list and draws":      {"grid: {seed: " + ten + ", realisation: " + ten + "}\nlist: [" + strings.Repeat("{task.clusters: 12},", 100) + "]\nrandom: {count: 1000}", "1000 draws make more than 20000 runs"},
		"10^12 draws":                   {"random: {count: 1000000000000}", "random: count = 1000000000000: must be a whole number, 1 to 20000"},
		"1e12 draws":                    {"random: {count: 1e12}", "must be a whole number, 1 to 20000"},
		"2^80 draws":                    {"random: {count: 1208925819614629174706176}", "must be a whole number, 1 to 20000"},
		"many keys of many draws":       {"random: {count: 20000, " + draws.String() + "}", "there is no key"},
		"many keys of one value":        {"grid: {" + strings.ReplaceAll(entry.String(), ": 1,", ": [1],") + "}", "there is no key"},
		"many keys of an entry":         {"list: [{" + entry.String() + "}]", "there is no key"},
		"a key that stands twice":       {"grid: {seed: [1], seed: [2]}", "already defined"},
		"more entries than runs":        {"list: [" + strings.Repeat("{},", 25_000) + "]", "more than 20000 runs"},
		"aliases":                       {laughs, "anchors and aliases are not read"},
		"brackets":                      {"grid: " + strings.Repeat("[", 1<<19), "nested deeper than 32"},
		"entries of entries":            {"list: \n" + strings.Repeat("- ", 1<<18), "nested deeper than 32"},
		"a base of more than its bytes": {"base: {" + entry.String() + "}", "sweep file: "},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := sweep.Decode([]byte(test.text), presets)
		runtime.ReadMemStats(&after)
		var spec *sweep.SpecError
		if !errors.As(err, &spec) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %.200v, want %q", name, err, test.want)
		}
		spent := after.TotalAlloc - before.TotalAlloc
		if most := uint64(1<<16 + 2000*len(test.text)); spent > most { // what YAML is read into takes several hundred bytes for one of text
			t.Errorf("%s: %d bytes allocated for a file of %d", name, spent, len(test.text))
		}
	}
}
