package claims

import (
	"fmt"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// TestOpening: each claim is in the section of its verdict, with its numbers and, unless it holds, its doubt; what is not the paper's is
// new.
func TestOpening(t *testing.T) {
	judged := func(id string, verdict Verdict) Judgement {
		return Judgement{Claim: Claim{ID: id, Sentence: "It is so.", Plain: "It is {a} or {b %}.", Doubt: "Not {c}."}, Verdict: verdict, Findings: []Finding{
			{Part: Part{Name: "a"}, Interval: analysis.Interval{N: 5, Estimate: 0.12345}},
			{Part: Part{Name: "b"}, Interval: analysis.Interval{N: 5, Estimate: 0.5}}, {Part: Part{Name: "c"}},
		}}
	}
	got := opening([]Judgement{judged("C1", Holds), judged("C2", InPart), judged("C3", DoesNotHold), judged("F4", Holds)})
	const seen, doubt = "It is so. It is 0.123 or 50 %.", " Not (no value)."
	want := "[{What stands [C1. " + seen + "]} {What stands with conditions [C2. " + seen + doubt + "]} {What does not stand [C3. " + seen + doubt +
		"]} {What is new [F4. It is so. (holds) It is 0.123 or 50 %.]}]"
	if fmt.Sprint(got) != want {
		t.Errorf("got  %s\nwant %s", fmt.Sprint(got), want)
	}
}
