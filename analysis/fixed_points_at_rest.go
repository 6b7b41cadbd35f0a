package analysis

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// RestMissedWarning travels with fixed points of which some are missing although states rest there.
type RestMissedWarning struct {
	Missed  int // resting states at no fixed point found
	Resting int // resting states
}

// Error returns the numbers and what they mean on one line.
func (w *RestMissedWarning) Error() string {
	return fmt.Sprintf("analysis: %d of %d states at rest are at none of the fixed points found: the searches from there ended elsewhere, "+
		"so that stable points are missing", w.Missed, w.Resting)
}

// resting returns the starts that came to rest.
func (s *AttractorSet) resting() (starts []int) {
	for start, attractor := range s.Assignments {
		if attractor >= 0 && s.Attractors[attractor].Period == 1 {
			starts = append(starts, start)
		}
	}
	return starts
}

// settling returns at most count, evenly spread, of the starts that were still settling.
func (s *AttractorSet) settling(count int) []int {
	var starts []int
	for start, attractor := range s.Assignments {
		if attractor == Settling {
			starts = append(starts, start)
		}
	}
	count = min(count, len(starts))
	for i := range count {
		starts[i] = starts[i*len(starts)/count]
	}
	return starts[:count]
}

// fromEnds returns the searches from config.Ends that ended at fixed points. One search starts from each distinct state; at most
// settling of these states were still settling.
func (s *speedSearch) fromEnds(settling int) ([]*descent, error) {
	ends := s.config.Ends
	if ends == nil {
		return nil, nil
	}
	rows := slices.Concat(ends.resting(), ends.settling(settling))
	if rows == nil {
		return nil, nil
	}
	states := rowsAt(ends.Final, rows)
	if err := checkStarts("fixed points", s.dynamics, states); err != nil {
		return nil, err
	}
	notFixed := func(a *descent) bool { return !(a.speed <= s.config.Tolerance) }
	return slices.DeleteFunc(s.minimise(differentRows(states)), notFixed), nil
}

// differentRows returns the rows of states without those within sameEnd of one before.
func differentRows(states *mat.Dense) *mat.Dense {
	rows, units := states.Dims()
	limit := sameEnd * math.Sqrt(float64(units))
	var different []int
	for i := range rows {
		near := func(row int) bool { return floats.Distance(states.RawRowView(i), states.RawRowView(row), 2) <= limit }
		if !slices.ContainsFunc(different, near) {
			different = append(different, i)
		}
	}
	return rowsAt(states, different)
}

// restDistance is the largest distance from a resting state to its fixed point, as root mean square over units: the distance up to
// which [Attractors] by default merges two points of rest, and twice the distance from the attractor at which it stops following a state.
const restDistance = 1e-3

// missed returns a warning if some states that ended at rest are at no fixed point found, else nil. ends may be nil.
func (f *foundPoints) missed(ends *AttractorSet) *RestMissedWarning {
	if ends == nil {
		return nil
	}
	rows := ends.resting()
	limit := restDistance * math.Sqrt(float64(f.dynamics.Units()))
	missed := countIf(rows, func(row int) bool {
		at := func(p FixedPoint) bool {
			return p.Fixed && floats.Distance(p.State, ends.Final.RawRowView(row), 2) <= limit
		}
		return !slices.ContainsFunc(f.points, at)
	})
	if missed == 0 {
		return nil
	}
	return &RestMissedWarning{Missed: missed, Resting: len(rows)}
}
