package sweep

import (
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// MaximalRuns is the most runs that a sweep may have; more are likely a mistake in a grid.
const MaximalRuns = 20_000

// maximalBytes is the most bytes that a sweep file may have.
const maximalBytes = 1 << 20

// Presets returns the configuration of a named preset.
type Presets func(name string) (train.Config, error)

// Decode returns the plan of a sweep file, every configuration validated:
//
//	base:                                # a preset, and configuration keys as in config.yaml
//	  preset: fig2-eoc
//	  training: {epochs: 20}
//	grid:                                # every combination
//	  network.coupling: [20, 250]
//	  realisation: [0, 1, 2]
//	list:                                # one entry after the other
//	  - {task.dimension: 2, training.epochs: 80}
//	  - {task.dimension: 200}
//	random:                              # count draws from the stream of the seed
//	  count: 20
//	  seed: 0
//	  training.optimiser.learning_rate: {log_uniform: [1e-4, 1e-2]}
//	  task.noise: {uniform: [0.01, 0.05]}
//	  network.units: {integers: [50, 200]}
//	  network.activation: {choice: [tanh, relu]}
//
// Each part may be left out. A run is one combination of the grid with one entry of the list with one
// draw; the draws change fastest, then the list, then the last key of the grid. A key may stand in one
// part only. Runs of equal configuration are made once.
//
// Errors: [SpecError], which wraps a [train.KeyError] or [data.FieldError] if there is one.
func Decode(text []byte, presets Presets) (*Plan, error) {
	var tree yaml.MapSlice
	if err := train.UnmarshalYAML(text, maximalBytes, &tree, yaml.UseOrderedMap()); err != nil {
		return nil, &SpecError{Reason: err.Error()}
	}
	preset, base := train.DefaultConfig(), assignments(nil)
	var parts [3][]assignments // grid, list, random
	var drawable assignments
	for i := range parts {
		parts[i] = []assignments{nil}
	}
	for _, item := range tree {
		var err error
		switch item.Key {
		case "base":
			preset, base, err = decodeBase(item.Value, presets)
		case "grid":
			parts[0], err = decodeGrid(item.Value)
		case "list":
			parts[1], err = decodeList(item.Value)
		case "random":
			parts[2], drawable, err = decodeRandom(item.Value)
		default:
			err = &SpecError{Reason: fmt.Sprintf("there is no part %q; choose base, grid, list or random", fmt.Sprint(item.Key))}
		}
		if err != nil {
			return nil, err
		}
	}
	if err := checkApart(parts); err != nil {
		return nil, err
	}
	runs := len(parts[0]) * len(parts[1]) // each is at most MaximalRuns
	if runs > MaximalRuns || runs*len(parts[2]) > MaximalRuns {
		return nil, tooMany("", fmt.Sprintf("%d combinations of the grid, %d entries of the list, %d draws", len(parts[0]), len(parts[1]), len(parts[2])))
	}
	plan := &Plan{}
	for _, point := range parts[0] {
		for _, entry := range parts[1] {
			for _, draw := range parts[2] {
				if err := plan.add(preset, base, point, entry, draw); err != nil {
					return nil, err
				}
			}
		}
	}
	return plan, plan.checkDrawable(drawable)
}

// checkDrawable refuses values that another seed might draw and that fit no run of the plan, whether this seed draws them or not.
func (p *Plan) checkDrawable(values assignments) error {
	for _, value := range values {
		var refused error
		for i, run := range p.Runs {
			err := run.Config.Apply(value)
			if err == nil {
				err = run.Config.Validate()
			}
			if err == nil {
				refused = nil
				break
			}
			if i == 0 {
				refused = err
			}
		}
		if refused != nil {
			return &SpecError{Where: fmt.Sprintf("random, %s = %v, which may be drawn", value.Key, value.Value), Err: refused}
		}
	}
	return nil
}

// assignments are one point of a part.
type assignments []train.Setting

func tooMany(where, count string) error {
	return &SpecError{Where: where, Reason: fmt.Sprintf("%s make more than %d runs; make it smaller", count, MaximalRuns)}
}

// checkApart refuses a key in two parts: one value would silently win.
func checkApart(parts [3][]assignments) error {
	names := [3]string{"grid", "list", "random"}
	owner := map[string]int{}
	for i, part := range parts {
		for _, point := range part {
			for _, a := range point {
				if other, ok := owner[a.Key]; ok && other != i {
					return &SpecError{Where: names[i], Reason: fmt.Sprintf("%s is in %s too; keep one", a.Key, names[other])}
				}
				owner[a.Key] = i
			}
		}
	}
	return nil
}

// shownValue is how many bytes of a wrong value an error shows.
const shownValue = 40

// wrongValue returns the error of a value in the sweep file; where is its part, then its key, like "grid: seed".
func wrongValue(where string, value any, allowed string) error {
	part, key := "", where
	if i := strings.LastIndex(where, ": "); i >= 0 {
		part, key = where[:i], where[i+2:]
	}
	text, plain := value.(string)
	if !plain {
		flow, err := yaml.MarshalWithOptions(value, yaml.Flow(true), yaml.JSON())
		if text = strings.TrimSpace(string(flow)); err != nil {
			text = fmt.Sprint(value)
		}
	}
	if len(text) > shownValue {
		text = strings.ToValidUTF8(text[:shownValue], "") + "..."
	}
	return &SpecError{Where: part, Err: &data.FieldError{Field: key, Value: text, Allowed: allowed}}
}

func mapping(where string, value any) (yaml.MapSlice, error) {
	items, ok := value.(yaml.MapSlice)
	if !ok {
		return nil, wrongValue(where, value, "a mapping of keys")
	}
	return items, nil
}

func sequence(where string, value any) ([]any, error) {
	items, ok := value.([]any)
	if !ok || len(items) == 0 {
		return nil, wrongValue(where, value, "a list of one value or more, like [1, 2]")
	}
	return items, nil
}

// scalar refuses lists and mappings where a single value is needed.
func scalar(where string, value any) error {
	switch value.(type) {
	case yaml.MapSlice, []any:
		return wrongValue(where, value, `one value, not a list or a mapping; where a key takes a list, write it as a text, like "R,b1"`)
	}
	return nil
}

// decodeBase returns the preset, and the settings that override it.
func decodeBase(value any, presets Presets) (train.Config, assignments, error) {
	c := train.DefaultConfig()
	items, err := mapping("base", value)
	if err != nil {
		return c, nil, err
	}
	var rest yaml.MapSlice
	for _, item := range items {
		if item.Key != "preset" {
			rest = append(rest, item)
			continue
		}
		if c, err = presets(fmt.Sprint(item.Value)); err != nil {
			return c, nil, &SpecError{Where: "base", Err: err}
		}
	}
	if len(rest) == 0 {
		return c, nil, nil
	}
	text, err := yaml.Marshal(rest)
	if err != nil {
		return c, nil, &SpecError{Where: "base", Err: err}
	}
	settings, err := train.ReadSettings(text)
	if err == nil {
		whole := c
		err = whole.Apply(settings...) // to name the part in an error
	}
	if err != nil {
		return c, nil, &SpecError{Where: "base", Err: err}
	}
	return c, settings, nil
}

var settingNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, key := range train.DefaultConfig().Keys() { // of every kind of task and cell
		names[key] = true
	}
	return names
})

// knownKeys refuses keys that no configuration has, before the combinations are formed. The YAML decoder has already
// refused duplicate keys.
func knownKeys(where string, items yaml.MapSlice) error {
	for _, item := range items {
		if key := fmt.Sprint(item.Key); !settingNames()[key] {
			return &SpecError{Where: where, Err: train.DefaultConfig().CheckKey(key)}
		}
	}
	return nil
}

func decodeGrid(value any) ([]assignments, error) {
	items, err := mapping("grid", value)
	if err != nil {
		return nil, err
	}
	if err := knownKeys("grid", items); err != nil {
		return nil, err
	}
	combinations := 1
	for _, item := range items {
		values, err := sequence("grid: "+fmt.Sprint(item.Key), item.Value)
		if err != nil {
			return nil, err
		}
		if combinations *= len(values); combinations > MaximalRuns {
			return nil, tooMany("grid", "the combinations")
		}
	}
	points := []assignments{nil}
	for _, item := range items {
		key := fmt.Sprint(item.Key)
		values, _ := item.Value.([]any) // sequence has checked it
		longer := make([]assignments, 0, len(points)*len(values))
		for _, point := range points {
			for _, v := range values {
				if err := scalar("grid: "+key, v); err != nil {
					return nil, err
				}
				longer = append(longer, append(point[:len(point):len(point)], train.Setting{Key: key, Value: v}))
			}
		}
		points = longer
	}
	return points, nil
}

func decodeList(value any) ([]assignments, error) {
	entries, err := sequence("list", value)
	if err != nil {
		return nil, err
	}
	if len(entries) > MaximalRuns {
		return nil, tooMany("list", "the entries")
	}
	points := make([]assignments, len(entries))
	for i, entry := range entries {
		where := fmt.Sprintf("list, entry %d", i+1)
		items, err := mapping(where, entry)
		if err != nil {
			return nil, err
		}
		if err := knownKeys(where, items); err != nil {
			return nil, err
		}
		for _, item := range items {
			key := fmt.Sprint(item.Key)
			if err := scalar(where+": "+key, item.Value); err != nil {
				return nil, err
			}
			points[i] = append(points[i], train.Setting{Key: key, Value: item.Value})
		}
	}
	return points, nil
}

// streamDraws is the purpose of the streams of random draws, followed by the key; so neither another key nor a
// larger count changes the other draws.
const streamDraws = "sweep: "

// decodeRandom returns the draws, and the values that can be listed among those that might have been drawn.
func decodeRandom(value any) (draws []assignments, drawable assignments, err error) {
	items, err := mapping("random", value)
	if err != nil {
		return nil, nil, err
	}
	count, seed := uint64(0), uint64(0)
	var keys yaml.MapSlice
	for _, item := range items {
		switch item.Key {
		case "count":
			count, _ = item.Value.(uint64)
			if count < 1 || count > MaximalRuns {
				return nil, nil, wrongValue("random: count", item.Value, fmt.Sprintf("a whole number, 1 to %d", MaximalRuns))
			}
		case "seed":
			number, ok := item.Value.(uint64)
			if !ok {
				return nil, nil, wrongValue("random: seed", item.Value, "a whole number, 0 or more")
			}
			seed = number
		default:
			keys = append(keys, item)
		}
	}
	if count == 0 {
		return nil, nil, &SpecError{Where: "random", Reason: "lacks count, the number of draws"}
	}
	if err := knownKeys("random", keys); err != nil {
		return nil, nil, err
	}
	draws = make([]assignments, count)
	for _, item := range keys {
		key := fmt.Sprint(item.Key)
		draw, possible, err := decodeDistribution("random: "+key, item.Value)
		if err != nil {
			return nil, nil, err
		}
		for _, v := range possible {
			drawable = append(drawable, train.Setting{Key: key, Value: v})
		}
		rng := data.Stream(seed, 0, streamDraws+key, 0)
		for i := range draws {
			draws[i] = append(draws[i], train.Setting{Key: key, Value: draw(rng)})
		}
	}
	return draws, drawable, nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
