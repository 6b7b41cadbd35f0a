package task_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/task"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// variable returns what is known of the samples.
func variable(t *testing.T, b *data.Batch, name string) []int {
	t.Helper()
	for _, v := range b.Variables {
		if v.Name == name {
			return v.Values
		}
	}
	t.Fatalf("there is no variable %q", name)
	return nil
}

// summed returns the sum of an input over all times.
func summed(b *data.Batch, sample, input int) float64 {
	sum := 0.0
	for _, inputs := range b.Inputs {
		sum += inputs.At(sample, input)
	}
	return sum
}

// TestDecisionEvidence: who sums the evidence decides as often right as the closed form says, at every coherence.
func TestDecisionEvidence(t *testing.T) {
	const samples, noise, steps = 40000, 0.2, 20
	b := filled(t, task.NewDecision(), samples, 5)
	kinds := variable(t, b, "coherence")
	shares := []float64{0, 0.032, 0.064, 0.128, 0.256, 0.512}
	for size, share := range shares {
		right, all, difference := 0.0, 0.0, 0.0
		for i, label := range b.Labels {
			if kinds[i] != len(shares)-1+size && kinds[i] != len(shares)-1-size {
				continue
			}
			all++
			evidence := summed(b, i, 2) - summed(b, i, 1)
			difference += evidence * float64(2*label-1)
			if (evidence > 0) == (label == 1) {
				right++
			}
		}
		want := distuv.UnitNormal.CDF(share * math.Sqrt(steps/2.) / noise)
		if deviation := math.Sqrt(want*(1-want)/all) + 1e-4; math.Abs(right/all-want) > 4*deviation {
			t.Errorf("coherence %g: %g right, want %g", share, right/all, want)
		}
		if deviation := noise * math.Sqrt(2*steps/all); math.Abs(difference/all-share*steps) > 4*deviation {
			t.Errorf("coherence %g: the evidence adds up to %g, want %g", share, difference/all, share*steps)
		}
	}
	for i := range 10 {
		if cue := summed(b, i, 0); cue != 22 {
			t.Errorf("the fixation cue is on at %g times, want 22", cue)
		}
	}
}

// TestDecisionScore: trials without evidence do not count.
func TestDecisionScore(t *testing.T) {
	of := with(t, task.NewDecision, "coherences", "0,50")
	b, p := filled(t, of, 200, 6), of.Plan()
	kinds, wanted := variable(t, b, "coherence"), right(b)
	outputs := answers(p, b, func(time, i, c int) float64 {
		if kinds[i] == 1 { // 0%
			return -wanted(time, i, c)
		}
		return wanted(time, i, c)
	})
	if score := of.Score(outputs, b); score != 1 {
		t.Errorf("wrong answers to no evidence leave a score of %g", score)
	}
}

// TestContextDecision: the sum of the relevant stream gives the correct choice as often as the closed form says, the other stream by
// chance.
func TestContextDecision(t *testing.T) {
	const samples, noise, steps = 20000, 0.2, 20
	b := filled(t, task.NewContextDecision(), samples, 7)
	contexts := variable(t, b, "context")
	relevant, other := 0.0, 0.0
	for i, label := range b.Labels {
		context := contexts[i]
		if b.Inputs[0].At(i, 2+context) != 1 || b.Inputs[25].At(i, 3-context) != 0 {
			t.Fatal("the context is not shown")
		}
		if (summed(b, i, context) > 0) == (label == 1) {
			relevant++
		}
		if (summed(b, i, 1-context) > 0) == (label == 1) {
			other++
		}
	}
	want := 0.0
	for _, share := range []float64{0.05, 0.15, 0.5} {
		want += distuv.UnitNormal.CDF(share*math.Sqrt(steps)/noise) / 3
	}
	if math.Abs(relevant/samples-want) > 0.007 || math.Abs(other/samples-0.5) > 0.015 { // 4 deviations
		t.Errorf("the relevant stream tells %g, want %g, the other one %g", relevant/samples, want, other/samples)
	}
}

// TestDelays: what is shown before a delay of any length is shown in full, and what comes after it at its time.
func TestDelays(t *testing.T) {
	b := filled(t, with(t, task.NewDelayedMatch, "shortest_delay", 3, "noise", 0.0), 2000, 8)
	first, second := variable(t, b, "sample"), variable(t, b, "test")
	begins := map[int]int{}
	for i := range b.Len() {
		begin, shown := -1, 0.0
		for time := range 18 { // before the test
			if b.Inputs[time].At(i, 1+first[i]) == 1 && begin < 0 {
				begin = time
			}
			shown += mat.Sum(b.Inputs[time].Slice(i, i+1, 1, 5))
		}
		begins[begin]++
		if shown != 4 || b.Inputs[18].At(i, 1+second[i]) != 1 || (first[i] == second[i]) != (b.Labels[i] == 1) {
			t.Fatalf("sample %d is shown for %g steps, test %d, label %d", first[i], shown, second[i], b.Labels[i])
		}
	}
	for begin := 2; begin <= 11; begin++ { // delays of 12 to 3
		if begins[begin] < 140 { // 200 are expected
			t.Errorf("samples begin %v", begins)
		}
	}
}

// TestWorkingMemoryCue: the population vector of the ring is the direction that is asked, and lies in its sector.
func TestWorkingMemoryCue(t *testing.T) {
	const channels = 8
	b := filled(t, with(t, task.NewWorkingMemory, "noise", 0.0), 500, 9)
	for i, sector := range b.Labels {
		x, y := 0.0, 0.0
		for channel := range channels {
			preferred := 2 * math.Pi * float64(channel) / channels
			x += summed(b, i, 1+channel) * math.Cos(preferred)
			y += summed(b, i, 1+channel) * math.Sin(preferred)
		}
		asked := math.Atan2(b.Targets[0].At(i, 1), b.Targets[0].At(i, 0))
		if off := math.Abs(math.Remainder(math.Atan2(y, x)-asked, 2*math.Pi)); off > 0.01 {
			t.Fatalf("the ring shows %g, asked is %g", math.Atan2(y, x), asked)
		}
		if off := math.Abs(math.Remainder(asked-2*math.Pi*float64(sector)/8, 2*math.Pi)); off > math.Pi/8+1e-9 {
			t.Fatalf("%g is not in sector %d", asked, sector)
		}
	}
}

// TestWorkingMemoryTolerance: an answer counts up to the tolerance, around the whole ring, and none at all does not.
func TestWorkingMemoryTolerance(t *testing.T) {
	for _, tolerance := range []float64{20, 90} {
		of := with(t, task.NewWorkingMemory, "tolerance", tolerance)
		b, p := filled(t, of, 400, 10), of.Plan()
		turned := func(degrees, length float64) float64 {
			return of.Score(answers(p, b, func(time, i, c int) float64 {
				angle := math.Atan2(b.Targets[time].At(i, 1), b.Targets[time].At(i, 0)) + degrees*math.Pi/180
				return length * []float64{math.Cos(angle), math.Sin(angle)}[c]
			}), b)
		}
		in, out := tolerance-0.1, tolerance+0.1
		for _, want := range []struct{ degrees, length, score float64 }{{in, 1, 1}, {-in, 0.1, 1}, {out, 1, 0}, {-out, 1, 0}, {180, 1, 0}, {0, 0, 0}} {
			if score := turned(want.degrees, want.length); score != want.score {
				t.Errorf("%g degrees off at length %g: %g, want %g", want.degrees, want.length, score, want.score)
			}
		}
	}
}

// TestSineWaves: k periods of the wave take k/f steps.
func TestSineWaves(t *testing.T) {
	of := &task.Sine{Frequencies: 3, Lowest: 0.05, Highest: 0.1, Steps: 41} // periods of 20, 13.3 and 10 steps
	b := filled(t, of, 100, 11)
	for i, k := range b.Labels {
		if input, want := b.Inputs[40].At(i, 0), []float64{0.25, 0.25 + 1./3, 0.25 + 2./3}[k]; math.Abs(input-want) > 1e-12 {
			t.Errorf("input %g, want %g", input, want)
		}
		for _, time := range []int{0, 20, 40} { // whole periods, or 1.5 and 3 of the middle one
			if v := b.Targets[time].At(i, 0); math.Abs(v) > 1e-9 {
				t.Errorf("frequency %d: %g at t = %d", k, v, time)
			}
		}
		if v, want := b.Targets[5].At(i, 0), []float64{1, math.Sin(0.75 * math.Pi), 0}[k]; math.Abs(v-want) > 1e-9 {
			t.Errorf("frequency %d: %g at t = 5, want %g", k, v, want)
		}
	}
	half := answers(of.Plan(), b, func(time, i, _ int) float64 { return b.Targets[time].At(i, 0) / 2 })
	if score := of.Score(half, b); math.Abs(score-0.75) > 1e-12 { // an error of half the amplitude is a quarter of the power
		t.Errorf("waves of half the amplitude score %g, want 0.75", score)
	}
}

// TestFlipFlopHolds: an output changes only when its channel is pulsed, to the sign of the pulse.
func TestFlipFlopHolds(t *testing.T) {
	b := filled(t, task.NewFlipFlop(), 50, 12)
	pulses := 0.0
	for time, targets := range b.Targets {
		for i := range 50 {
			for bit := range 3 {
				pulse, want := b.Inputs[time].At(i, bit), targets.At(i, bit)
				if pulse != 0 {
					pulses++
				}
				if pulse != 0 && want != pulse || pulse == 0 && want != b.Targets[time-1].At(i, bit) {
					t.Fatalf("t = %d: pulse %g, bit %g", time, pulse, want)
				}
			}
		}
	}
	if expected := 150 * (1 + 49*0.1); math.Abs(pulses-expected) > 4*math.Sqrt(150*49*0.09) {
		t.Errorf("%g pulses, want about %g", pulses, expected)
	}
}

// TestCoherencesAreNamedOnce: evidence of no size is one kind whatever the class, and the kinds name the evidence that is shown.
func TestCoherencesAreNamedOnce(t *testing.T) {
	for coherences, want := range map[data.List][]string{
		"0,20,80": {"-80%", "-20%", "0%", "+20%", "+80%"},
		"20,80":   {"-80%", "-20%", "+20%", "+80%"},
	} {
		b := filled(t, with(t, task.NewDecision, "coherences", coherences, "noise", 0.0), 200, 13)
		shown := b.Variables[0]
		if shown.Name != "coherence" || !slices.Equal(shown.Names, want) || shown.Kinds != len(want) {
			t.Fatalf("%s: %d kinds %q, want %q", coherences, shown.Kinds, shown.Names, want)
		}
		for i, kind := range shown.Values {
			per := math.Round(100 * (b.Inputs[5].At(i, 2) - b.Inputs[5].At(i, 1)))
			if name := strings.Replace(fmt.Sprintf("%+g%%", per), "+0", "0", 1); name != want[kind] {
				t.Fatalf("%s: evidence of %g%% is of the kind %s", coherences, per, want[kind])
			}
		}
	}
}
