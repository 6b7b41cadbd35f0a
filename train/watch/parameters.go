package watch

import (
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
)

const (
	mostChosen    = 16   // runs in one stream
	longestName   = 1024 // bytes of a run's name
	longestFilter = 256  // bytes of a filter
)

var states = []string{"pending", "running", "done", "interrupted", "failed", "damaged"}

// ParameterError says what is wrong with a request.
type ParameterError struct{ Parameter, Reason string }

func (e *ParameterError) Error() string { return "watch: " + e.Parameter + ": " + e.Reason }

// parseQuery splits a query and refuses unknown parameters, which would otherwise be ignored without a word.
func parseQuery(raw string, allowed ...string) (url.Values, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, &ParameterError{"query", "not well-formed"}
	}
	for name := range values {
		if !slices.Contains(allowed, name) {
			return nil, &ParameterError{"query", fmt.Sprintf("unknown parameter %q; known: %s", name, strings.Join(allowed, ", "))}
		}
	}
	return values, nil
}

// parseRuns returns the names of the runs to watch, without duplicates, in the given order. A name is a path below the folder, "."
// the folder itself.
func parseRuns(raw string) ([]string, error) {
	values, err := parseQuery(raw, "run")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range values["run"] {
		switch {
		case len(name) > longestName:
			return nil, &ParameterError{"run", fmt.Sprintf("a name of %d bytes; at most %d", len(name), longestName)}
		case !fs.ValidPath(name) || strings.ContainsAny(name, "\x00\\"):
			return nil, &ParameterError{"run", fmt.Sprintf("%q is not the name of a run; use those of /api/runs", name)}
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > mostChosen {
		return nil, &ParameterError{"run", fmt.Sprintf("%d runs; at most %d in one stream", len(names), mostChosen)}
	}
	return names, nil
}

// filter selects runs of the list.
type filter struct {
	words []string // lower case; each must occur in the name, the title or the summary
	state string   // "": any
}

func parseFilter(raw string) (filter, error) {
	values, err := parseQuery(raw, "q", "state")
	if err != nil {
		return filter{}, err
	}
	text, state := values.Get("q"), values.Get("state")
	if len(text) > longestFilter {
		return filter{}, &ParameterError{"q", fmt.Sprintf("%d bytes; at most %d", len(text), longestFilter)}
	}
	if state != "" && !slices.Contains(states, state) {
		return filter{}, &ParameterError{"state", fmt.Sprintf("%q; allowed: %s", state, strings.Join(states, ", "))}
	}
	return filter{words: strings.Fields(strings.ToLower(text)), state: state}, nil
}

func (f filter) fits(r Run) bool {
	if f.state != "" && r.State != f.state {
		return false
	}
	text := strings.ToLower(r.Name + " " + r.Title + " " + r.Summary)
	return !slices.ContainsFunc(f.words, func(word string) bool { return !strings.Contains(text, word) })
}
