package claims

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// Judgement is a claim with its verdict and findings.
type Judgement struct {
	Claim
	Findings []Finding // one per part
	Verdict  Verdict
}

// Finding is the result for one part of a claim.
type Finding struct {
	Part
	Interval analysis.Interval // of the mean over realisations; N is 0 if no realisation has a number
	// Values are the numbers of the realisations, in their order, without those that have none.
	Values []float64
	// Without is the number of realisations without a number, because a training diverged. A part with such realisations does not
	// count as holding.
	Without int
	Verdict Verdict
}

// Confidence levels of the intervals.
const (
	level     = 0.95
	resamples = 10000
)

// Ledger returns the judgement of every claim, in their order.
func (r *Result) Ledger() ([]Judgement, error) {
	var ledger []Judgement
	for _, claim := range r.Options.Claims() {
		judged := Judgement{Claim: claim}
		var verdicts []Verdict
		for _, part := range claim.Parts {
			outside := 1 - level
			if claim.Either {
				outside /= float64(len(claim.Parts))
			}
			finding, err := r.find(claim.ID, part, 1-outside)
			if err != nil {
				return nil, fmt.Errorf("claim %s, %s: %w", claim.ID, part.Name, err)
			}
			judged.Findings = append(judged.Findings, finding)
			verdicts = append(verdicts, finding.Verdict)
		}
		if claim.Either {
			judged.Verdict = some(verdicts)
		} else {
			judged.Verdict = all(verdicts)
		}
		ledger = append(ledger, judged)
	}
	return ledger, nil
}

// find computes the statistic of a part over the realisations for which all its networks exist.
func (r *Result) find(id string, part Part, level float64) (Finding, error) {
	finding := Finding{Part: part, Verdict: NotEstablished}
	count := r.Options.Realisations
	for _, need := range part.Needs {
		count = min(count, r.Options.realisations(need))
	}
	for realisation := range count {
		networks := r.of(part.Needs, realisation)
		value := math.NaN()
		if !anyDiverged(networks) {
			value = part.Value(networks)
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			finding.Without++
			continue
		}
		finding.Values = append(finding.Values, value)
	}
	if len(finding.Values) == 0 {
		return finding, nil
	}
	random := data.Stream(r.Options.Seed, 0, "bootstrap of claim "+id+", "+part.Name, 0)
	var err error
	if finding.Interval, err = analysis.BootstrapMean(finding.Values, level, resamples, random); err != nil {
		return finding, err
	}
	finding.Verdict = part.Threshold.Judge(finding.Interval)
	if finding.Without > 0 && finding.Verdict == Holds {
		finding.Verdict = NotEstablished
	}
	return finding, nil
}

func anyDiverged(networks []*Evidence) bool {
	for _, e := range networks {
		if e.Diverged != "" {
			return true
		}
	}
	return false
}

// Counts returns how many claims have each verdict.
func Counts(ledger []Judgement) map[Verdict]int {
	counts := map[Verdict]int{}
	for _, judged := range ledger {
		counts[judged.Verdict]++
	}
	return counts
}
