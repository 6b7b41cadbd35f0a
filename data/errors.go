package data

import "fmt"

// FieldError is one fault of a configuration.
type FieldError struct {
	Field   string // name of the field in a configuration file, e.g. "half_side"
	Value   any    // the value it has
	Allowed string // what it may be, e.g. "above 0, finite"
}

// Error returns the fault on one line.
func (e *FieldError) Error() string {
	return fmt.Sprintf("data: %s = %v: must be %s", e.Field, e.Value, e.Allowed)
}

// SeparationError says that the clusters cannot be kept apart as far as their noise demands.
type SeparationError struct {
	Placed     int     // centres that found room
	Clusters   int     // centres wanted
	Dimension  int     // D
	Tries      int     // draws of the centre that found none
	Separation float64 // least distance demanded, see [MinimumSeparation]
	Noise      float64 // noise that demands it
	HalfSide   float64 // half the side of the cube
}

// Error returns the numbers and what to change on one line.
func (e *SeparationError) Error() string {
	return fmt.Sprintf("data: only %d of %d cluster centres fit into [-%g, %g]^%d at the minimum separation %.4g "+
		"(no room in %d tries); lower noise (%g) or clusters, or raise half_side, dimension or max_tries",
		e.Placed, e.Clusters, e.HalfSide, e.HalfSide, e.Dimension, e.Separation, e.Tries, e.Noise)
}
