package sweep

import (
	"fmt"
	"slices"
	"strings"
)

// IdleError is a warning: runs of a plan vary a key that they do not use, so that some of them repeat others.
type IdleError struct {
	Key  string
	Why  string // the setting that makes it so, or several
	Runs int    // how many runs of the plan do not use the key, though it differs between them
	Of   int    // runs of the plan
}

func (e *IdleError) Error() string {
	return fmt.Sprintf("sweep: %s has no effect in %d of %d runs (%s), so runs that differ only in it give the same result; "+
		"vary it only where it is used, for example in entries of list", e.Key, e.Runs, e.Of, e.Why)
}

// Warnings returns an [IdleError] for every key of the plan that differs between runs which do not use it, see
// [train.Config.Idle], in the order of the keys; then how many combinations of the sweep file were equal to others.
func (p *Plan) Warnings() []error {
	type idle struct {
		runs    int
		values  []any
		reasons []string
	}
	found := make([]idle, len(p.Keys))
	for _, run := range p.Runs {
		why := run.Config.WhyUnused(false)
		var values []any
		for i, key := range p.Keys {
			reason := why(key)
			if reason == "" {
				continue
			}
			if values == nil {
				values = p.Values(run)
			}
			f := &found[i]
			f.runs++
			if !slices.Contains(f.values, values[i]) && len(f.values) < 2 {
				f.values = append(f.values, values[i])
			}
			if !slices.Contains(f.reasons, reason) {
				f.reasons = append(f.reasons, reason)
			}
		}
	}
	var warnings []error
	for i, f := range found {
		if len(f.values) > 1 {
			warnings = append(warnings, &IdleError{Key: p.Keys[i], Why: strings.Join(f.reasons, ", or "), Runs: f.runs, Of: len(p.Runs)})
		}
	}
	if p.merged > 0 {
		warnings = append(warnings, fmt.Errorf("sweep: %d of %d combinations have the same configuration as another and are run once "+
			"(training.checkpoint does not count: it changes no result)", p.merged, p.merged+len(p.Runs)))
	}
	return warnings
}
