package data

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// FieldError is one fault of a configuration, of any package. Its parts are available as data, so that a program can offer the
// allowed values or point at the key.
type FieldError struct {
	Field   string   // dotted key as in a configuration file, e.g. "network.activation"
	Value   any      // the value it has
	Allowed string   // what it may be, in words, e.g. "above 0, finite"; empty if OneOf lists it
	OneOf   []string // the values it may have, if they can be listed
}

// Error returns the fault on one line, `key = value: must be ...`.
func (e *FieldError) Error() string {
	allowed := e.Allowed
	if len(e.OneOf) > 0 {
		allowed = "one of " + strings.Join(e.OneOf, ", ")
	}
	value := fmt.Sprint(e.Value)
	if quoted := strconv.Quote(value); value == "" || strings.Contains(value, ":") || quoted != `"`+value+`"` {
		value = quoted // empty, or multi-line, or easily confused with the rest of the message
	}
	return fmt.Sprintf("%s = %s: must be %s", e.Field, value, allowed)
}

// Faults collects the faults of a configuration, so that Validate can return all of them. Its zero value is empty.
type Faults struct{ faults []error }

// Check adds a fault unless ok. allowed completes the sentence "must be ...".
func (f *Faults) Check(ok bool, field string, value any, allowed string) {
	if !ok {
		f.faults = append(f.faults, &FieldError{Field: field, Value: value, Allowed: allowed})
	}
}

// CheckOneOf adds a fault unless value is one of the allowed ones.
func (f *Faults) CheckOneOf(field, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		f.faults = append(f.faults, &FieldError{Field: field, Value: value, OneOf: allowed})
	}
}

// Add adds the faults of a part; see [Within]. It ignores nil.
func (f *Faults) Add(err error) {
	if err != nil {
		f.faults = append(f.faults, err)
	}
}

// Join returns all faults joined by [errors.Join], nil if there are none.
func (f *Faults) Join() error { return errors.Join(f.faults...) }

// Within returns the faults of a part of a configuration with its section as a prefix: a fault of "units" within "network" becomes
// one of "network.units". Joined errors stay joined; errors that are not a [*FieldError] are unchanged.
func Within(section string, err error) error {
	switch e := err.(type) {
	case *FieldError:
		moved := *e
		moved.Field = section + "." + e.Field
		return &moved
	case interface{ Unwrap() []error }:
		var faults Faults
		for _, part := range e.Unwrap() {
			faults.Add(Within(section, part))
		}
		return faults.Join()
	}
	return err
}

// FieldErrors returns every [*FieldError] in the tree of an error, in order.
func FieldErrors(err error) []*FieldError {
	switch e := err.(type) {
	case *FieldError:
		return []*FieldError{e}
	case interface{ Unwrap() error }:
		return FieldErrors(e.Unwrap())
	case interface{ Unwrap() []error }:
		var all []*FieldError
		for _, part := range e.Unwrap() {
			all = append(all, FieldErrors(part)...)
		}
		return all
	}
	return nil
}
