package array_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// TestValidate checks the error for each kind of invalid array.
func TestValidate(t *testing.T) {
	for want, a := range map[string]array.Array{
		"":                           {Shape: []int{2, 0}, Float64: []float64{}},
		"0 element slices":           {Shape: []int{2}},
		"2 element slices":           {Float64: []float64{1}, Bool: []bool{true}},
		"has 1 elements; it needs 4": {Shape: []int{2, 2}, Int64: []int64{1}},
		"no array has shape [-1]":    {Shape: []int{-1}, Text: []string{}},
		"no array has shape [4611686018427387904 4]": {Shape: []int{1 << 62, 4}, Uint8: []uint8{}},
	} {
		err := a.Validate()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", a, err, want)
		}
	}
}

func TestFloat64s(t *testing.T) {
	want := []float64{0, 1}
	for _, a := range []array.Array{{Float32: []float32{0, 1}}, {Float64: want}, {Int64: []int64{0, 1}}, {Int32: []int32{0, 1}}, {Uint8: []uint8{0, 1}}, {Bool: []bool{false, true}}} {
		if got := a.Float64s(); !slices.Equal(got, want) {
			t.Errorf("%s: %v", a.Type(), got)
		}
	}
	if got := (array.Array{Text: []string{"a"}}).Float64s(); got != nil {
		t.Errorf("text: %v", got)
	}
}
