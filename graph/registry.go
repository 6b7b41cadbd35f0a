package graph

import (
	"fmt"
	"maps"
	"slices"
)

// registry finds the cells, losses and penalties by the names that configurations give them. Programs with their own
// register these before they read any configuration, from one goroutine.
type registry[T any] struct {
	kind   string
	known  map[string]T
	within []string // names in the order of registration
}

func (r *registry[T]) add(name string, value T) {
	if name == "" {
		panic(fmt.Sprintf("graph: a %s needs a name", r.kind))
	}
	if _, ok := r.known[name]; ok {
		panic(fmt.Sprintf("graph: there are two of the %s %q", r.kind, name))
	}
	r.known = maps.Clone(r.known)
	if r.known == nil {
		r.known = map[string]T{}
	}
	r.known[name] = value
	r.within = append(slices.Clip(r.within), name)
}

func (r *registry[T]) find(name string) (T, error) {
	value, ok := r.known[name]
	if !ok {
		return value, &UnknownError{r.kind, name, r.names()}
	}
	return value, nil
}

func (r *registry[T]) names() []string { return slices.Clone(r.within) }

// listed makes a registry of what has a Name.
func listed[T interface{ Name() string }](kind string, values ...T) *registry[T] {
	r := &registry[T]{kind: kind}
	for _, value := range values {
		r.add(value.Name(), value)
	}
	return r
}
