package kernel

import (
	"errors"
	"testing"
)

func TestParseLevel(t *testing.T) {
	for _, c := range []struct {
		name       string
		best, want Level
		fails      bool
	}{
		{"", AVX512, AVX512, false},
		{"portable", AVX512, Portable, false},
		{"AVX2", AVX512, AVX2, false},
		{"avx512", AVX512, AVX512, false},
		{"avx512", AVX2, AVX2, true},
		{"avx2", Portable, Portable, true},
		{"sse", AVX512, AVX512, true},
	} {
		got, err := parseLevel(c.name, c.best)
		if got != c.want || (err != nil) != c.fails || err != nil && !errors.Is(err, ErrLevel) {
			t.Errorf("parseLevel(%q, %v) = %v, %v", c.name, c.best, got, err)
		}
	}
}
