package train_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestEveryKeyHasAMeaning: a key that is added brings its help tag, and a number its range tag.
func TestEveryKeyHasAMeaning(t *testing.T) {
	c := train.DefaultConfig()
	described := map[string]train.Description{}
	for _, d := range c.Describe() {
		described[d.Key] = d
		if strings.TrimSpace(d.Help) == "" || strings.ContainsAny(d.Help, "\n\t") || strings.HasSuffix(d.Help, ".") {
			t.Errorf("%s: the help is %q", d.Key, d.Help)
		}
		if isNumber(d.Value) && d.Range == "" {
			t.Errorf("%s has no range", d.Key)
		}
	}
	if keys := c.Keys(); len(keys) != len(described) {
		t.Errorf("%d keys, %d of them described", len(keys), len(described))
	}
	for _, setting := range c.Settings() {
		if d, ok := described[setting.Key]; !ok || d.Value != setting.Value {
			t.Errorf("%s is %v, described as %v", setting.Key, setting.Value, d.Value)
		}
	}
	for key, want := range map[string]string{
		"network.leak": "cells leaky, low_rank", "network.units": "", "training.optimiser.beta1": "optimisers adam", "training.optimiser.learning_rate": "",
		"training.penalties.weights.times": "without effect", "training.penalties.activity.times": "",
	} {
		if got := described[key].Users; got != want {
			t.Errorf("%s is used by %q, want %q", key, got, want)
		}
	}
}

func isNumber(value any) bool {
	switch value.(type) {
	case int, uint64, float64:
		return true
	}
	return false
}

// TestRangesAreThoseOfValidation: a value just outside the range that a key says is refused, one at its ends is not.
func TestRangesAreThoseOfValidation(t *testing.T) {
	tried := 0
	for _, d := range train.DefaultConfig().Describe() {
		if !isNumber(d.Value) || strings.HasPrefix(d.Range, "any ") {
			continue
		}
		_, whole := d.Value.(int)
		_, natural := d.Value.(uint64)
		inside, outside, err := ends(d.Range, whole || natural)
		if err != nil {
			t.Errorf("%s: %v", d.Key, err)
			continue
		}
		for _, value := range outside {
			if err := refusal(d.Key, value); err == nil {
				t.Errorf("%s (%s) takes %v", d.Key, d.Range, value)
			}
		}
		for _, value := range inside {
			if err := refusal(d.Key, value); err != nil && !slices.Contains(otherwiseBound, d.Key) {
				t.Errorf("%s (%s) refuses %v: %v", d.Key, d.Range, value, err)
			}
		}
		tried++
	}
	if tried < 50 {
		t.Errorf("only %d keys are numbers", tried)
	}
}

// otherwiseBound are keys that other keys bound too, as their help says.
var otherwiseBound = []string{
	"task.clusters", "task.dimension", "task.shares.training", "task.sine.lowest", "task.sine.highest", "task.delayed_match.shortest_delay",
	"task.delayed_match.delay", "task.working_memory.shortest_delay", "task.working_memory.delay", "training.samples", "training.batch",
}

// ends returns values at both ends of a range, and values just outside.
func ends(text string, whole bool) (inside, outside []string, err error) {
	step := 1e-9
	if whole {
		step = 1
	}
	write := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	add := func(limit, outwards float64, taken bool) {
		if taken {
			inside, outside = append(inside, write(limit)), append(outside, write(limit+outwards))
		} else {
			inside, outside = append(inside, write(limit-outwards)), append(outside, write(limit))
		}
	}
	for _, form := range []struct {
		pattern string
		found   func(limits []float64)
	}{
		{`^(\S+) to (\S+)$`, func(l []float64) { add(l[0], -step, true); add(l[1], step, true) }},
		{`^(\S+) or more$`, func(l []float64) { add(l[0], -step, true) }},
		{`^(\S+) or more, below (\S+)$`, func(l []float64) { add(l[0], -step, true); add(l[1], step, false) }},
		{`^above (\S+)$`, func(l []float64) { add(l[0], -step, false) }},
		{`^above (\S+), at most (\S+)$`, func(l []float64) { add(l[0], -step, false); add(l[1], step, true) }},
		{`^above (\S+), below (\S+)$`, func(l []float64) { add(l[0], -step, false); add(l[1], step, false) }},
	} {
		match := regexp.MustCompile(form.pattern).FindStringSubmatch(text)
		if match == nil {
			continue
		}
		var limits []float64
		for _, number := range match[1:] {
			limit, err := strconv.ParseFloat(number, 64)
			if err != nil {
				return nil, nil, err
			}
			limits = append(limits, limit)
		}
		form.found(limits)
		if !whole {
			outside = append(outside, write(math.NaN()))
		}
		return inside, outside, nil
	}
	return nil, nil, fmt.Errorf("the range %q has no form that is known here", text)
}

// refusal returns what validation says of a key's value, where the key is used.
func refusal(key, value string) error {
	c := train.DefaultConfig()
	if parts := strings.Split(key, "."); len(parts) == 3 && parts[0] == "task" && slices.Contains(train.TaskKinds(), parts[1]) {
		c.Task.Kind = parts[1]
	} else if len(parts) == 3 && parts[0] == "network" {
		c.Network.Cell = parts[1]
	}
	if err := c.Set(key, value); err != nil {
		return err
	}
	for _, fault := range data.FieldErrors(c.Validate()) {
		if fault.Field == key {
			return fault
		}
	}
	return nil
}
