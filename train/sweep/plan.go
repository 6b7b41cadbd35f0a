package sweep

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/train"
)

// Run is one run of a sweep.
type Run struct {
	// ID is the fingerprint of the configuration.
	ID string
	// Config is the whole configuration.
	Config train.Config
}

// Plan is all runs of a sweep, in the order of the sweep file, those of later additions last.
type Plan struct {
	// Kind names what is measured of the runs; empty for the measures of `train sweep`.
	Kind string
	// Build is the only build whose runs count; empty if those of every build do.
	Build string
	// Keys are the configuration keys that the runs vary: those of the sweep file, in its order, then task.dimension if
	// it follows network.units.
	Keys []string
	Runs []Run
	// Points holds the SHA-256 of each file of the user's own points, by its path: a file that is edited
	// between runs would give results of different tasks under one name. It is set when a sweep is created.
	Points map[string]string
	seen   map[string]bool
	merged int // combinations of the sweep file that are equal to another
}

// NewPlan returns the plan of the given configurations, in order, without duplicates. Its keys are those with
// several values.
func NewPlan(kind, build string, configs []train.Config) *Plan {
	plan := &Plan{Kind: kind, Build: build}
	for _, c := range configs {
		plan.append(Run{ID: c.Fingerprint(), Config: c})
	}
	plan.Keys = plan.variedKeys()
	return plan
}

// variedKeys lists the keys with several values among the runs.
func (p *Plan) variedKeys() []string {
	var keys []string
	spread := p.spread()
	for _, key := range train.DefaultConfig().Keys() {
		if len(spread[key]) > 1 {
			keys = append(keys, key)
		}
	}
	return keys
}

// add applies a base and points to a preset and appends the run, unless the plan has it. Inputs whose
// dimension follows network.units, see [train.Config.Apply], vary in task.dimension too.
func (p *Plan) add(preset train.Config, base assignments, points ...assignments) error {
	c, varied := preset, slices.Concat(points...)
	if err := c.Apply(slices.Concat(base, varied)...); err != nil {
		return &SpecError{Err: err}
	}
	var values []string
	for _, a := range varied {
		values = append(values, fmt.Sprintf("%s = %v", a.Key, a.Value))
		p.vary(a.Key)
	}
	if len(p.Runs) > 0 && c.Task.Dimension != p.Runs[0].Config.Task.Dimension {
		p.vary("task.dimension")
	}
	if err := c.Validate(); err != nil {
		return &SpecError{Where: strings.Join(values, ", "), Err: err}
	}
	if id := c.Fingerprint(); p.has(id) {
		p.merged++
	} else {
		p.append(Run{ID: id, Config: c})
	}
	return nil
}

// vary adds a key to the keys that the runs vary.
func (p *Plan) vary(key string) {
	if !slices.Contains(p.Keys, key) {
		p.Keys = append(p.Keys, key)
	}
}

// has reports whether the plan has a run.
func (p *Plan) has(id string) bool {
	if p.seen == nil {
		p.seen = map[string]bool{}
		for _, known := range p.Runs {
			p.seen[known.ID] = true
		}
	}
	return p.seen[id]
}

// append adds a run unless the plan has it.
func (p *Plan) append(run Run) {
	if !p.has(run.ID) {
		p.seen[run.ID] = true
		p.Runs = append(p.Runs, run)
	}
}

// Values returns a run's values of the plan's keys.
func (p *Plan) Values(run Run) []any {
	values := make([]any, len(p.Keys))
	for _, setting := range run.Config.Settings() {
		if i := slices.Index(p.Keys, setting.Key); i >= 0 {
			values[i] = setting.Value
		}
	}
	return values
}

// Describe returns a run's swept keys and values on one line.
func (p *Plan) Describe(run Run) string {
	var words []string
	for i, value := range p.Values(run) {
		words = append(words, fmt.Sprintf("%s=%v", p.Keys[i], value))
	}
	return strings.Join(words, " ")
}

// Task returns the runs of one task if each has chunk runs, in order; none past the last task.
func (p *Plan) Task(task, chunk int) []Run {
	if task < 0 || chunk < 1 || task >= p.Tasks(chunk) {
		return nil
	}
	return p.Runs[task*chunk : min((task+1)*chunk, len(p.Runs))]
}

// Tasks returns the number of tasks of chunk runs each.
func (p *Plan) Tasks(chunk int) int { return (len(p.Runs) + chunk - 1) / chunk }

// extend returns the plan with the runs of another one added at the end, so that the numbers of tasks
// keep their meaning.
//
// Errors: [ChangedError] if the other plan lacks runs.
func (p *Plan) extend(folder string, other *Plan) (*Plan, error) {
	wanted := map[string]bool{}
	for _, run := range other.Runs {
		wanted[run.ID] = true
	}
	missing := 0
	for _, run := range p.Runs {
		if !wanted[run.ID] {
			missing++
		}
	}
	both := p.with(other)
	if missing > 0 {
		return nil, &ChangedError{Folder: folder, Differences: differences(p, other), Missing: missing, Added: len(both.Runs) - len(p.Runs)}
	}
	return both, nil
}

// with returns the plan with the runs and keys of another one added at the end.
func (p *Plan) with(other *Plan) *Plan {
	both := &Plan{Kind: p.Kind, Build: p.Build, Keys: slices.Clone(p.Keys), Runs: slices.Clone(p.Runs), Points: map[string]string{}}
	maps.Copy(both.Points, other.Points)
	maps.Copy(both.Points, p.Points)
	for _, run := range other.Runs {
		both.append(run)
	}
	for _, key := range other.Keys {
		both.vary(key)
	}
	return both
}

// shownValues is how many values of a key an error lists.
const shownValues = 6

// differences lists the keys whose sets of values differ between two plans.
func differences(old, changed *Plan) []string {
	before, now := old.spread(), changed.spread()
	var lines []string
	for _, key := range train.DefaultConfig().Keys() {
		a, b := before[key], now[key]
		if !slices.Equal(a, b) {
			lines = append(lines, fmt.Sprintf("%s: %s, here %s", key, shorten(a), shorten(b)))
		}
	}
	if len(lines) == 0 {
		lines = []string{"other combinations of the same values"}
	}
	return lines
}

func shorten(values []string) string {
	if len(values) > shownValues {
		values = append(slices.Clone(values[:shownValues]), "...")
	}
	return strings.Join(values, " ")
}

// spread lists the distinct values of every key over all runs.
func (p *Plan) spread() map[string][]string {
	spread, seen := map[string][]string{}, map[string]bool{}
	for _, run := range p.Runs {
		for _, setting := range run.Config.Settings() {
			if strings.HasPrefix(setting.Key, "training.checkpoint.") {
				continue // changes no run
			}
			value := fmt.Sprint(setting.Value)
			if value == "" {
				value = `""`
			}
			if !seen[setting.Key+"\x00"+value] {
				seen[setting.Key+"\x00"+value] = true
				spread[setting.Key] = append(spread[setting.Key], value)
			}
		}
	}
	return spread
}
