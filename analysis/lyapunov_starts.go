package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// LyapunovSpectra holds the spectra of several starts.
type LyapunovSpectra struct {
	Exponents []float64 // K, the median over starts of each exponent, in nats a step; the first is the largest
	// Errors are standard errors of the mean over starts from the errors of each, K: how well the exponents are known, not how far
	// the starts are apart. NaN where that of a start is.
	Errors          []float64
	Lowest, Highest []float64 // K, the range over starts
	// Differ says that the largest exponents of starts are further apart than their errors, so that neither the median nor its
	// error describes the network: see Lowest, Highest and Ends.
	Differ   bool
	Ends     []LyapunovEnd // by the largest exponent, the highest first
	Warnings []error       // doubts: those of the spectra, each kind once, [*SpectraDifferWarning], [*EscapedStartsWarning]
}

// LyapunovEnd is the spectrum of starts that are at the same point after the transient.
type LyapunovEnd struct {
	*LyapunovResult
	Starts int
}

// SpectraDifferWarning travels with spectra whose largest exponents differ by more than their errors: the network has several
// attractors, and none of the numbers describes the whole network.
type SpectraDifferWarning struct {
	Lowest, Median, Highest float64 // of the largest exponent, in nats a step
	Starts                  int
}

// Error returns the numbers and what they mean on one line.
func (w *SpectraDifferWarning) Error() string {
	return fmt.Sprintf("analysis: the largest Lyapunov exponents of %d starts are %.3g to %.3g, more apart than their errors: "+
		"the starts end on different attractors, each with a spectrum of its own, and their median, %.3g, need not be that of any", w.Starts, w.Lowest, w.Highest, w.Median)
}

// EscapedStartsWarning travels with spectra of which some starts diverged.
type EscapedStartsWarning struct {
	Escaped, Starts int
}

// Error returns the numbers on one line.
func (w *EscapedStartsWarning) Error() string {
	return fmt.Sprintf("analysis: %d of %d starts leave all bounds and have no Lyapunov exponents; these are of the others", w.Escaped, w.Starts)
}

const (
	// sameEnd is the distance, as root mean square over units, below which two starts are at one point after the transient.
	sameEnd = 1e-6
	// leastAlignment is the least number of alignment steps for each of several ends.
	leastAlignment = 20
	// spectraApart is how many standard errors, with spectraLeast nats in addition, spectra of several ends must be apart to count as
	// different: a few hundred steps make few blocks.
	spectraApart, spectraLeast = 5, 2e-3
)

// SpectraOfStarts returns the Lyapunov spectra from several starts, S x N, together at about the cost of one: after config.Transient
// steps, starts at one point count as one, and config.Steps and config.Alignment are shared evenly among the points that are
// left, down to config.Blocks steps and 20 steps each. In a network of several attractors, one start describes only one of them.
//
// Errors: those of [LyapunovSpectrum]; an [*EscapedError] only if all starts escape.
func SpectraOfStarts(ctx context.Context, d Dynamics, starts *mat.Dense, config LyapunovConfig) (*LyapunovSpectra, error) {
	if err := config.Validate(d.Units()); err != nil {
		return nil, err
	}
	if err := checkStarts("Lyapunov exponents", d, starts); err != nil {
		return nil, err
	}
	samples, _ := starts.Dims()
	states, counts, escaped, err := endsOf(ctx, d, starts, config.Transient)
	if err != nil {
		return nil, err
	}
	each := config
	each.Transient = 0
	if len(states) > 1 {
		each.Alignment = min(config.Alignment, max(config.Alignment/len(states), leastAlignment))
		each.Steps = max(config.Steps/len(states), config.Blocks)
		each.Blocks = max(2, min(config.Blocks, each.Steps/leastBlock))
	}
	s, left := &LyapunovSpectra{}, 0
	for i, state := range states {
		result, err := LyapunovSpectrum(ctx, d, state, each)
		var gone *EscapedError
		if errors.As(err, &gone) {
			escaped += counts[i]
			continue
		}
		if err != nil {
			return nil, err
		}
		s.Ends = append(s.Ends, LyapunovEnd{result, counts[i]})
		left += counts[i]
	}
	if left == 0 {
		_, err := LyapunovSpectrum(ctx, d, starts.RawRowView(0), config) // says when and where
		return nil, cmp.Or(err, error(&EscapedError{Step: config.Transient, Value: math.NaN()}))
	}
	slices.SortStableFunc(s.Ends, func(a, b LyapunovEnd) int { return cmp.Compare(b.Exponents[0], a.Exponents[0]) })
	s.summarise(left)
	if escaped > 0 {
		s.Warnings = append(s.Warnings, &EscapedStartsWarning{Escaped: escaped, Starts: samples})
	}
	return s, nil
}

// leastBlock is the least length of the blocks of each of several ends, in steps, beyond the memory of most dynamics.
const leastBlock = 20

// endsOf follows starts together and returns the different points at which they are after steps, how many starts are at each, and
// how many diverged.
func endsOf(ctx context.Context, d Dynamics, starts *mat.Dense, steps int) (states [][]float64, counts []int, escaped int, err error) {
	now, next := mat.DenseCopyOf(starts), mat.DenseCopyOf(starts)
	samples, units := starts.Dims()
	gone := make([]bool, samples)
	for range steps {
		if err := ctx.Err(); err != nil {
			return nil, nil, 0, err
		}
		stepAll(d, next, now)
		now, next = next, now
		for i := range samples {
			gone[i] = gone[i] || firstNotFinite(now.RawRowView(i)) >= 0
		}
	}
	limit := sameEnd * math.Sqrt(float64(units))
	for i := range samples {
		if gone[i] {
			escaped++
			continue
		}
		state := now.RawRowView(i)
		at := slices.IndexFunc(states, func(other []float64) bool { return floats.Distance(state, other, 2) <= limit })
		if at < 0 {
			at = len(states)
			states, counts = append(states, state), append(counts, 0)
		}
		counts[at]++
	}
	return states, counts, escaped, nil
}

// summarise sets medians, errors, ranges and warnings from the spectra of the ends of a number of starts.
func (s *LyapunovSpectra) summarise(starts int) {
	for k := range s.Ends[0].Exponents {
		var values []float64 // of all starts
		squares := 0.0
		for _, end := range s.Ends {
			values = append(values, slices.Repeat([]float64{end.Exponents[k]}, end.Starts)...)
			share := float64(end.Starts) / float64(starts) * end.Errors[k]
			squares += share * share
		}
		slices.Sort(values)
		s.Exponents = append(s.Exponents, (values[(starts-1)/2]+values[starts/2])/2)
		s.Errors = append(s.Errors, math.Sqrt(squares))
		s.Lowest, s.Highest = append(s.Lowest, values[0]), append(s.Highest, values[starts-1])
	}
	kinds := map[string]bool{}
	for _, end := range s.Ends {
		for _, warning := range end.Warnings {
			if kind := fmt.Sprintf("%T", warning); !kinds[kind] {
				kinds[kind] = true
				s.Warnings = append(s.Warnings, warning)
			}
		}
	}
	first, last := s.Ends[0], s.Ends[len(s.Ends)-1] // by the largest exponent
	apart := first.Exponents[0] - last.Exponents[0]
	if apart > spectraLeast+spectraApart*math.Hypot(first.Errors[0], last.Errors[0]) || math.IsInf(apart, 1) {
		s.Differ = true
		s.Warnings = append(s.Warnings, &SpectraDifferWarning{Lowest: last.Exponents[0], Median: s.Exponents[0], Highest: first.Exponents[0], Starts: starts})
	}
}
