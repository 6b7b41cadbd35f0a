package claims

import (
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
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
	Interval analysis.Interval // N is 0 if no realisation has a number
	// Values are the numbers of the realisations, in their order, without those that have none; none where curves are pooled.
	Values []float64
	// Without is the number of realisations without a number, because a training diverged. A part with such realisations does not
	// count as holding.
	Without int
	// Effect is the distance of the estimate from the nearer bound, see [Threshold.Effect].
	Effect float64
	// Theirs is the number of the authors' code, NaN where it is not known.
	Theirs  float64
	Verdict Verdict
}

// Confidence levels of the intervals.
const (
	level     = 0.95
	resamples = 10000
)

// Ledger returns the judgement of every claim, in their order.
func (r *Result) Ledger() ([]Judgement, error) {
	authors, err := farrell2019.ReadAuthors()
	if err != nil {
		return nil, err
	}
	var ledger []Judgement
	for _, claim := range r.Options.Claims() {
		judged := Judgement{Claim: claim}
		for _, part := range claim.Parts {
			finding, err := r.find(claim.ID, part, claim.level(part))
			if err != nil {
				return nil, fmt.Errorf("claim %s, %s: %w", claim.ID, part.Name, err)
			}
			if finding.Theirs = math.NaN(); part.Authors != nil {
				finding.Theirs = part.Authors(authors)
			}
			judged.Findings = append(judged.Findings, finding)
		}
		judged.Verdict = judge(judged.Findings)
		if r.Options.Quick {
			judged.withhold()
		}
		ledger = append(ledger, judged)
	}
	return ledger, nil
}

// level returns the confidence level of a part's interval, widened for one of several alternatives.
func (c *Claim) level(part Part) float64 {
	if part.AnyOf == "" {
		return level
	}
	alternatives := 0
	for _, other := range c.Parts {
		if other.AnyOf == part.AnyOf {
			alternatives++
		}
	}
	return 1 - (1-level)/float64(alternatives)
}

// withhold replaces all verdicts.
func (j *Judgement) withhold() {
	j.Verdict = Withheld
	for i := range j.Findings {
		if j.Findings[i].Verdict != Reported {
			j.Findings[i].Verdict = Withheld
		}
	}
}

// find computes the number of a part over the realisations for which all its networks exist.
func (r *Result) find(id string, part Part, level float64) (Finding, error) {
	finding := Finding{Part: part, Verdict: NotEstablished, Effect: math.NaN()}
	count := r.Options.Realisations
	for _, need := range part.Needs {
		count = min(count, r.Options.realisations(need))
	}
	var rows [][]float64
	for realisation := range count {
		row := part.row(r.of(part.Needs, realisation))
		if row == nil {
			finding.Without++
			continue
		}
		rows = append(rows, row)
		if part.Curve == nil {
			finding.Values = append(finding.Values, row[0])
		}
	}
	if len(rows) == 0 {
		return finding, nil
	}
	var err error
	if finding.Interval, err = r.interval(id, part, rows, level); err != nil {
		return finding, err
	}
	finding.Effect, finding.Verdict = part.Threshold.Effect(finding.Interval), part.Threshold.Judge(finding.Interval)
	if finding.Without > 0 && finding.Verdict == Holds {
		finding.Verdict = NotEstablished
	}
	return finding, nil
}

// row returns the numbers of one realisation, nil if a network diverged or a number is not finite.
func (p *Part) row(networks []*Evidence) []float64 {
	if slices.ContainsFunc(networks, func(e *Evidence) bool { return e.Diverged != "" }) {
		return nil
	}
	row := []float64{}
	if p.Curve != nil {
		row = p.Curve(networks)
	} else {
		row = append(row, p.Value(networks))
	}
	if len(row) == 0 || slices.ContainsFunc(row, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
		return nil
	}
	return row
}

// interval returns the number of a part over realisations.
func (r *Result) interval(id string, part Part, rows [][]float64, level float64) (analysis.Interval, error) {
	if part.Share {
		successes := 0
		for _, row := range rows {
			successes += int(row[0])
		}
		return analysis.ShareInterval(successes, len(rows), level)
	}
	pool := part.Pool
	if pool == nil {
		pool = mean
	}
	random := data.Stream(r.Options.Seed, 0, "bootstrap of claim "+id+", "+part.Name, 0)
	chosen := make([][]float64, len(rows))
	return analysis.Bootstrap(len(rows), func(at []int) float64 {
		for i, row := range at {
			chosen[i] = rows[row]
		}
		return pool(chosen[:len(at)])
	}, level, resamples, random)
}

// Counts returns how many claims have each verdict.
func Counts(ledger []Judgement) map[Verdict]int {
	counts := map[Verdict]int{}
	for _, judged := range ledger {
		counts[judged.Verdict]++
	}
	return counts
}
