package data

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// List is several values in one setting, separated by commas: "0,5,10" or "R,b1". Files may write it as a sequence. It is a string
// so that configurations are comparable.
type List string

// Names returns the parts, without spaces around them; nil for an empty list.
func (l List) Names() []string {
	if strings.TrimSpace(string(l)) == "" {
		return nil
	}
	parts := strings.Split(string(l), ",")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	return parts
}

// Ints returns the parts as integers.
//
// Errors: a part that is not an integer.
func (l List) Ints() ([]int, error) {
	var numbers []int
	for _, name := range l.Names() {
		number, err := strconv.Atoi(name)
		if err != nil {
			return nil, fmt.Errorf("data: %q is no whole number", name)
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// Floats returns the parts as numbers.
//
// Errors: a part that is not a number, or not finite.
func (l List) Floats() ([]float64, error) {
	var numbers []float64
	for _, name := range l.Names() {
		number, err := strconv.ParseFloat(name, 64)
		if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
			return nil, fmt.Errorf("data: %q is no finite number", name)
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// Option is a setting of a kind of task, cell or penalty, as its struct declares it.
type Option struct {
	Key   string // the yaml tag
	Value any
	Help  string // the help tag: what it means, shown by `train keys` and completion
	Range string // the range tag: the allowed values, unless implied by its type
}

// OptionsOf returns the settings of a struct of options: its fields that have a yaml tag, in order. of is a pointer to it.
func OptionsOf(of any) []Option {
	var options []Option
	value := reflect.ValueOf(of).Elem()
	for i := range value.NumField() {
		if field := value.Type().Field(i); optionKey(field) != "" {
			options = append(options, Option{optionKey(field), value.Field(i).Interface(), field.Tag.Get("help"), field.Tag.Get("range")})
		}
	}
	return options
}

func optionKey(field reflect.StructField) string {
	key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
	if key == "-" {
		return ""
	}
	return key
}

// Options are those settings of kinds of task, cell or penalty that differ from the defaults of the structs that declare them:
// lines "kind.key=value", sorted. They are a string so that configurations are comparable.
type Options string

// Into sets the fields of a kind's struct that the options name. of is a pointer to a struct with the defaults.
//
// Errors: [*FieldError] for a value of another type.
func (o Options) Into(kind string, of any) error {
	for line := range strings.Lines(string(o)) {
		key, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if key, ok := strings.CutPrefix(key, kind+"."); ok {
			if err := setOption(of, key, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// With returns the options with one more setting of a kind. defaults is a pointer to the kind's struct with its defaults.
//
// Errors: [*FieldError] for a key that the struct does not have, or a value of the wrong type.
func (o Options) With(kind, key string, value any, defaults any) (Options, error) {
	var before any
	for _, option := range OptionsOf(defaults) {
		if option.Key == key {
			before = option.Value
		}
	}
	if err := setOption(defaults, key, value); err != nil {
		return o, err
	}
	var lines []string
	for line := range strings.Lines(string(o)) {
		if !strings.HasPrefix(line, kind+"."+key+"=") {
			lines = append(lines, line)
		}
	}
	for _, option := range OptionsOf(defaults) {
		if option.Key == key && option.Value != before {
			lines = append(lines, fmt.Sprintf("%s.%s=%v\n", kind, key, option.Value))
		}
	}
	slices.Sort(lines)
	return Options(strings.Join(lines, "")), nil
}

// Kinds returns the kinds that have options.
func (o Options) Kinds() []string {
	var kinds []string
	for line := range strings.Lines(string(o)) {
		if kind, _, _ := strings.Cut(line, "."); !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

func setOption(of any, key string, value any) error {
	target := reflect.ValueOf(of).Elem()
	for i := range target.NumField() {
		if optionKey(target.Type().Field(i)) == key {
			return Assign(key, target.Field(i), value)
		}
	}
	var known []string
	for _, option := range OptionsOf(of) {
		known = append(known, option.Key)
	}
	return &FieldError{Field: key, Value: value, OneOf: known}
}
