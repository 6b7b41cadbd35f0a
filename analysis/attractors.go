package analysis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// What [AttractorSet] assigns to starts that reach no attractor on its list.
const (
	// Wandering is a start that neither came to rest nor repeated itself, nor is about to come to rest: chaos, a torus, a cycle
	// longer than LongestPeriod, or too few steps.
	Wandering = -1
	// Escaped is a start whose state diverged.
	Escaped = -2
	// Settling is a start that was not at rest after Steps but whose speed was still falling towards 0.
	Settling = -3
)

// AttractorConfig says how long to follow each start and when it has arrived.
type AttractorConfig struct {
	// Steps is the largest number of steps taken, at least 1.
	Steps int
	// LongestPeriod is the longest cycle looked for, in steps, at least 1. Longer cycles need more Steps: one of period p is
	// found after about twice its transient plus p steps.
	LongestPeriod int
	// Tolerance is the largest change of any unit that counts as no change, above 0.
	Tolerance float64
	// MergeDistance is the distance below which two attractors, or two states of a cycle, are the same, as root mean square over
	// units, above 0 and best far above Tolerance. A start is followed until it is within half of that of its attractor.
	MergeDistance float64
}

// DefaultAttractorConfig returns 1000 steps, periods up to 64, a tolerance of 1e-8 and a merge distance of 1e-3, for
// units of size 1.
func DefaultAttractorConfig() AttractorConfig {
	return AttractorConfig{Steps: 1000, LongestPeriod: 64, Tolerance: 1e-8, MergeDistance: 1e-3}
}

// Validate joins a [*data.FieldError] for every field that is out of its range.
func (c AttractorConfig) Validate() error {
	var faults data.Faults
	faults.Check(c.Steps >= 1, "Steps", c.Steps, "1 or more")
	faults.Check(c.LongestPeriod >= 1, "LongestPeriod", c.LongestPeriod, "1 or more")
	faults.Check(c.Tolerance > 0 && !math.IsInf(c.Tolerance, 1), "Tolerance", c.Tolerance, "a finite number above 0")
	faults.Check(c.MergeDistance > 0 && !math.IsInf(c.MergeDistance, 1), "MergeDistance", c.MergeDistance, "a finite number above 0")
	return data.Within("analysis.AttractorConfig", faults.Join())
}

// Attractor is a fixed point or a cycle at which starts ended.
type Attractor struct {
	Period int        // 1 for a fixed point
	States *mat.Dense // Period x N, one state after another
	Starts int        // starts that ended here
}

// AttractorSet says where starts end.
type AttractorSet struct {
	Attractors  []Attractor // the one with most starts first
	Assignments []int       // S, for each start the index of its attractor, [Wandering], [Settling] or [Escaped]
	Steps       []int       // S, steps after which that was known
	Wandering   int         // starts that settled nowhere
	Settling    int         // starts on the way to rest
	Escaped     int         // starts that diverged
	Final       *mat.Dense  // S x N, the last states
	Warnings    []error     // doubts: a [*SettlingWarning]
}

// SettlingWarning travels with attractors when starts were still on the way to rest.
type SettlingWarning struct {
	Settling int // starts concerned
	Starts   int // all starts
	Steps    int // steps taken
}

// Error returns the numbers and what they mean on one line.
func (w *SettlingWarning) Error() string {
	return fmt.Sprintf("analysis: %d of %d states were still settling after %d steps: each moved ever more slowly, so that it does not wander, "+
		"but where it comes to rest is not known", w.Settling, w.Starts, w.Steps)
}

// Attractors iterates d from every row of starts, S x N, until it comes to rest or repeats itself, and returns where each
// ended. Starts that arrived are not followed further, so that a network with few fixed points costs little.
//
// A start is on a cycle of period p, 1 for a fixed point, once no unit differs by more than Tolerance from its value p steps
// ago, and the remaining distance, by the geometric series
//
//	delta mu/(1-mu),  delta = |h_{t+p} - h_t|,  mu = |h_{t+2p} - h_{t+p}| / delta
//
// is below half of MergeDistance: slow passages, where mu is near 1 or above, are not mistaken for rest. A saddle that is
// hit exactly still is; see [StabilityOf]. A start that has not arrived after Steps is settling if its longest step
// shrinks from each eighth of the second half of the steps to the next and tends to 0; otherwise it wanders.
//
// It is deterministic, calls d from one goroutine and is fastest if d is an [AllStepper].
//
// Errors: those of Validate, [*TooFewSamplesError], [*ShapeError], [*NotFiniteError] for starts.
//
// Source: Brent 1980, doi:10.1007/BF01933190, for finding cycles with one remembered state.
func Attractors(ctx context.Context, d Dynamics, starts *mat.Dense, config AttractorConfig) (*AttractorSet, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if err := checkStarts("attractors", d, starts); err != nil {
		return nil, err
	}
	samples, units := starts.Dims()
	set := &AttractorSet{Assignments: make([]int, samples), Steps: make([]int, samples), Final: mat.DenseCopyOf(starts)}
	state, next := mat.DenseCopyOf(starts), mat.NewDense(samples, units, nil)
	remembered := mat.DenseCopyOf(starts)
	periods, active := make([]int, samples), make([]int, samples) // active[row] is the start that a row follows
	for i := range active {
		active[i] = i
		set.Assignments[i] = Wandering
	}
	scratch := [3][]float64{make([]float64, units), make([]float64, units), make([]float64, units)}
	speeds := newSpeedTrend(samples, config.Steps)
	age, limit := 0, 1 // steps since the states were remembered, and the age at which to remember new ones
	for step := 1; step <= config.Steps && len(active) > 0; step++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		from, to := state.Slice(0, len(active), 0, units).(*mat.Dense), next.Slice(0, len(active), 0, units).(*mat.Dense)
		stepAll(d, to, from)
		age++
		kept := 0
		for row, start := range active {
			set.Steps[start] = step
			now := to.RawRowView(row)
			period := candidate(from.RawRowView(row), now, remembered.RawRowView(row), age, config.Tolerance)
			if period > 0 && !arrived(d, now, period, config.MergeDistance, &scratch) {
				period = 0
			}
			switch {
			case period == 0:
				speeds.note(start, step, from.RawRowView(row), now)
				// Rows replace those that are done; a row only ever moves up.
				copy(next.RawRowView(kept), now)
				copy(remembered.RawRowView(kept), remembered.RawRowView(row))
				active[kept] = start
				kept++
				continue
			case period < 0:
				set.Assignments[start] = Escaped
				set.Escaped++
			default:
				periods[start] = period
			}
			copy(set.Final.RawRowView(start), now)
		}
		active = active[:kept]
		state, next = next, state
		if age == limit {
			remembered.Copy(state)
			age, limit = 0, min(2*limit, config.LongestPeriod)
		}
	}
	for row, start := range active {
		copy(set.Final.RawRowView(start), state.RawRowView(row))
		if speeds.falling(start) {
			set.Assignments[start] = Settling
			set.Settling++
		}
	}
	set.Wandering = len(active) - set.Settling
	if set.Settling > 0 {
		set.Warnings = append(set.Warnings, &SettlingWarning{Settling: set.Settling, Starts: samples, Steps: config.Steps})
	}
	set.merge(d, periods, config.MergeDistance)
	return set, nil
}

// merge lists the attractors of the starts that arrived, each once.
func (s *AttractorSet) merge(d Dynamics, periods []int, distance float64) {
	limit := distance * math.Sqrt(float64(d.Units()))
	for start, period := range periods {
		if period == 0 {
			continue
		}
		final := s.Final.RawRowView(start)
		cycle := cycleFrom(d, final, period, limit)
		period, _ = cycle.Dims()
		found := slices.IndexFunc(s.Attractors, func(a Attractor) bool {
			if a.Period != period {
				return false
			}
			for phase := range period {
				if floats.Distance(final, a.States.RawRowView(phase), 2) <= limit {
					return true
				}
			}
			return false
		})
		if found < 0 {
			found = len(s.Attractors)
			s.Attractors = append(s.Attractors, Attractor{Period: period, States: cycle})
		}
		s.Attractors[found].Starts++
		s.Assignments[start] = found
	}
	s.rank()
}

// rank sorts the attractors by their number of starts.
func (s *AttractorSet) rank() {
	order := make([]int, len(s.Attractors))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(s.Attractors[j].Starts, s.Attractors[i].Starts) })
	rank, sorted := make([]int, len(order)), make([]Attractor, len(order))
	for to, from := range order {
		rank[from], sorted[to] = to, s.Attractors[from]
	}
	s.Attractors = sorted
	for start, attractor := range s.Assignments {
		if attractor >= 0 {
			s.Assignments[start] = rank[attractor]
		}
	}
}
