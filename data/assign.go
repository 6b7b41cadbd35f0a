package data

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Assign sets a field of a configuration from the text form of a value, so that files and command lines follow the same rules. A
// sequence becomes a [List].
//
// Errors: [*FieldError] for a value of the wrong type.
func Assign(key string, target reflect.Value, value any) error {
	text, isText := value.(string)
	switch {
	case value == nil:
		text = null
	case !isText:
		text = fmt.Sprint(value)
	}
	var err error
	wanted := ""
	switch target.Kind() {
	case reflect.String:
		wanted = "a text"
		if target.Type() == reflect.TypeFor[List]() {
			text = listText(value, text)
		} else if value == nil {
			text = ""
		}
		target.SetString(text)
	case reflect.Bool:
		wanted = "true or false"
		var v bool
		if v, err = strconv.ParseBool(text); err == nil {
			target.SetBool(v)
		}
	case reflect.Int:
		wanted = "a whole number"
		var v int64
		if v, err = parse(text, func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }); err == nil {
			target.SetInt(v)
		}
	case reflect.Uint64:
		wanted = "a whole number, 0 or more"
		var v uint64
		if v, err = parse(text, func(s string) (uint64, error) { return strconv.ParseUint(s, 10, 64) }); err == nil {
			target.SetUint(v)
		}
	case reflect.Float64:
		wanted = "a number"
		var v float64
		if v, err = parse(text, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }); err == nil {
			target.SetFloat(v)
		}
	}
	switch {
	case err == nil:
		return nil
	case value == nil:
		wanted += "; leave the key out to keep its value"
	case hasLeadingZero(text):
		wanted += " without a leading zero, with which it is octal to some programs and decimal to others"
	}
	return &FieldError{Field: key, Value: text, Allowed: wanted}
}

// null is YAML's notation for no value.
const null = "null"

// parse reads a number, but rejects forms that other programs read differently or not at all: 010, 0x1p4, 1_000.
func parse[T any](text string, read func(string) (T, error)) (T, error) {
	if hasLeadingZero(text) || strings.ContainsAny(text, "xX_") {
		var none T
		return none, strconv.ErrSyntax
	}
	return read(text)
}

// hasLeadingZero reports whether an integer has a leading zero, like 010.
func hasLeadingZero(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	return len(digits) > 1 && digits[0] == '0' && strings.Trim(digits, "0123456789") == ""
}

// listText returns the text of a list: "0,5" for a sequence of 0 and 5 and for the text "[0, 5]".
func listText(value any, text string) string {
	if value == nil {
		return ""
	}
	if sequence, ok := value.([]any); ok {
		parts := make([]string, len(sequence))
		for i, part := range sequence {
			parts[i] = fmt.Sprint(part)
		}
		return strings.Join(parts, ",")
	}
	if inner, ok := strings.CutPrefix(strings.TrimSpace(text), "["); ok && strings.HasSuffix(inner, "]") {
		text = strings.TrimSuffix(inner, "]")
	}
	return strings.Join(List(text).Names(), ",")
}
