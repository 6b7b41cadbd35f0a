package train

import (
	"reflect"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
)

// Description says what a key of the configuration is for.
type Description struct {
	Key   string
	Value any    // in the configuration; of a kind that it does not name, the default
	Help  string // what it means
	Range string // which values it takes; empty where its type or a list of names says it
	Users string // the cells or optimisers that use it, like "cells leaky, low_rank"; empty if all do, "without effect" if none
}

// Describe returns every key in the order of declaration, including those of kinds that the configuration does not name.
// The texts are the tags help and range of the fields.
func (c Config) Describe() []Description {
	var all []Description
	add := func(key string, value any, help, values string) {
		all = append(all, Description{Key: key, Value: value, Help: help, Range: values, Users: users(key)})
	}
	fields("", reflect.ValueOf(c), func(key string, field reflect.Value, tag reflect.StructTag) {
		add(key, field.Interface(), tag.Get("help"), tag.Get("range"))
	}, func(prefix string, field reflect.Value) {
		options := field.Interface().(data.Options)
		for _, place := range c.optionPlaces(prefix) {
			of := place.defaults()
			if err := options.Into(place.kind, of); err != nil {
				panic(err) // With has checked them
			}
			for _, option := range data.OptionsOf(of) {
				add(prefix+place.kind+"."+option.Key, option.Value, option.Help, option.Range)
			}
		}
	})
	return all
}

// users names the cells or optimisers that use a key which not all of them use.
func users(key string) string {
	if name, ok := strings.CutPrefix(key, "training.optimiser."); ok && optimiserKeys[name] != nil {
		return "optimisers " + strings.Join(optimiserKeys[name], ", ")
	}
	if name, ok := strings.CutPrefix(key, "training.penalties."); ok {
		kind, option, _ := strings.Cut(name, ".")
		penalty, err := graph.PenaltyNamed(kind)
		if selective, ok := penalty.(graph.Selective); ok && err == nil && slices.Contains(selective.Ignores(), option) {
			return "without effect"
		}
		return ""
	}
	name, ok := strings.CutPrefix(key, "network.")
	if !ok {
		return ""
	}
	var using []string
	for _, cell := range graph.CellNames() {
		if !slices.Contains(graph.Config{Cell: cell}.Unused(), name) {
			using = append(using, cell)
		}
	}
	if len(using) == len(graph.CellNames()) {
		return ""
	}
	return "cells " + strings.Join(using, ", ")
}
