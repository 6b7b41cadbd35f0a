package graph

import (
	"fmt"
	"slices"
)

// registry finds cells, losses and penalties by their names in configurations. Programs register their own before they read any
// configuration, from one goroutine.
type registry[T interface{ Name() string }] struct {
	kind   string
	values []T // in the order of registration
}

// listed returns a registry of values.
func listed[T interface{ Name() string }](kind string, values ...T) *registry[T] {
	r := &registry[T]{kind: kind}
	for _, value := range values {
		r.add(value)
	}
	return r
}

func (r *registry[T]) add(value T) {
	if name := value.Name(); name == "" || slices.Contains(r.names(), name) {
		panic(fmt.Sprintf("graph: the %s %q has no name, or that of another", r.kind, name))
	}
	r.values = append(r.values, value)
}

func (r *registry[T]) find(name string) (T, error) {
	for _, value := range r.values {
		if value.Name() == name {
			return value, nil
		}
	}
	var none T
	return none, &UnknownError{r.kind, name, r.names()}
}

func (r *registry[T]) names() []string {
	names := make([]string, len(r.values))
	for i, value := range r.values {
		names[i] = value.Name()
	}
	return names
}
