package claims

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/files"
)

// ledgerColumns are the columns of claims.csv, which has one row per part.
var ledgerColumns = []string{"id", "part", "claim", "place", "experiment", "statistic", "value", "lo", "hi", "realisations", "diverged",
	"effect", "authors", "threshold", "reason", "verdict", "claim_verdict"}

// WriteCSV writes the ledger as claims.csv.
func WriteCSV(path string, ledger []Judgement) error {
	return files.WriteFile(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		rows := [][]string{ledgerColumns}
		for _, judged := range ledger {
			for _, f := range judged.Findings {
				rows = append(rows, []string{judged.ID, f.Name, judged.Sentence, judged.Place, f.Experiment, f.Statistic,
					number(f, f.Interval.Estimate), number(f, f.Interval.Lo), number(f, f.Interval.Hi), strconv.Itoa(f.Interval.N),
					strconv.Itoa(f.Without), number(f, f.Effect), number(f, f.Theirs), f.Threshold.String(), f.Threshold.Reason, string(f.Verdict), string(judged.Verdict)})
			}
		}
		return out.WriteAll(rows)
	})
}

// number writes a value of a finding with ten significant digits, nothing if there is none or it is not finite.
func number(f Finding, value float64) string {
	if f.Interval.N == 0 || math.IsNaN(value) || math.IsInf(value, 0) {
		return ""
	}
	return strconv.FormatFloat(value, 'g', 10, 64)
}

// The structure of claims.json.
type (
	claimRecord struct {
		ID       string       `json:"id"`
		Sentence string       `json:"claim"`
		Place    string       `json:"place"`
		Verdict  Verdict      `json:"verdict"`
		Plain    string       `json:"in_plain_words,omitempty"`
		Doubt    string       `json:"why_not,omitempty"`
		Parts    []partRecord `json:"parts"`
	}
	partRecord struct {
		Name       string    `json:"name"`
		Experiment string    `json:"experiment"`
		Statistic  string    `json:"statistic"`
		Estimate   *float64  `json:"value"`
		Lo         *float64  `json:"lo"`
		Hi         *float64  `json:"hi"`
		N          int       `json:"realisations"`
		Diverged   int       `json:"diverged"`
		Values     []float64 `json:"values"` // of the realisations; none where curves are pooled
		Effect     *float64  `json:"effect"` // null: no range, or no spread
		Authors    *float64  `json:"authors"`
		Control    bool      `json:"control,omitempty"`
		AnyOf      string    `json:"any_of,omitempty"` // of the parts with the same text one is enough
		Least      *float64  `json:"least"`            // null: no bound
		Most       *float64  `json:"most"`
		Reason     string    `json:"reason"`
		Verdict    Verdict   `json:"verdict"`
		Networks   []string  `json:"networks"` // fingerprints of the configurations of realisation 0
	}
)

// WriteJSON writes the ledger as claims.json, with the number of every realisation.
func WriteJSON(path string, ledger []Judgement) error {
	records := make([]claimRecord, len(ledger))
	for i, judged := range ledger {
		records[i] = claimRecord{ID: judged.ID, Sentence: judged.Sentence, Place: judged.Place, Verdict: judged.Verdict}
		records[i].Plain = filled(judged.Plain, judged.Findings)
		if judged.Verdict != Holds {
			records[i].Doubt = filled(judged.Doubt, judged.Findings)
		}
		for _, f := range judged.Findings {
			part := partRecord{Name: f.Name, Experiment: f.Experiment, Statistic: f.Statistic, N: f.Interval.N, Diverged: f.Without,
				Values: f.Values, Least: finite(f.Threshold.Least), Most: finite(f.Threshold.Most), Reason: f.Threshold.Reason, Verdict: f.Verdict,
				Effect: finite(f.Effect), Authors: finite(f.Theirs), Control: f.Control, AnyOf: f.AnyOf}
			if f.Interval.N > 0 {
				part.Estimate, part.Lo, part.Hi = &f.Interval.Estimate, &f.Interval.Lo, &f.Interval.Hi
			}
			for _, need := range f.Needs {
				part.Networks = append(part.Networks, need.config.Fingerprint())
			}
			records[i].Parts = append(records[i].Parts, part)
		}
	}
	return files.WriteFile(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(records)
	})
}

// finite returns nil, null in JSON, for what JSON cannot hold.
func finite(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}

// WriteText writes the ledger as a table for a terminal: a line for each claim, then its parts.
func WriteText(w io.Writer, ledger []Judgement) error {
	var out strings.Builder
	for _, judged := range ledger {
		fmt.Fprintf(&out, "%-4s %-16s %s (%s)\n", judged.ID, judged.Verdict, judged.Sentence, judged.Place)
		for _, f := range judged.Findings {
			fmt.Fprintf(&out, "     %-16s %s: %s; %s; n = %d%s%s\n", mark(f.Verdict), f.Name, show(f), f.Threshold, f.Interval.N, lost(f), furtherText(f))
		}
	}
	fmt.Fprintln(&out, countText(ledger))
	_, err := io.WriteString(w, out.String())
	return err
}

// countText says how many claims have each verdict.
func countText(ledger []Judgement) string {
	counts := Counts(ledger)
	var texts []string
	for _, verdict := range verdicts {
		if counts[verdict] > 0 {
			texts = append(texts, fmt.Sprintf("%s: %d", verdict, counts[verdict]))
		}
	}
	return strings.Join(texts, ", ")
}

// mark distinguishes verdicts on parts from those on claims.
func mark(v Verdict) string { return "- " + string(v) }

// show formats estimate and interval for a reader.
func show(f Finding) string {
	if f.Interval.N == 0 {
		return "no value"
	}
	return fmt.Sprintf("%.4g [%.4g, %.4g]", f.Interval.Estimate, f.Interval.Lo, f.Interval.Hi)
}

func lost(f Finding) string {
	if f.Without == 0 {
		return ""
	}
	return fmt.Sprintf(", %d without a value", f.Without)
}

// furtherText returns effect and the authors' number, if they are known.
func furtherText(f Finding) string {
	text := ""
	if effect := effectText(f); effect != "" {
		text += "; effect " + effect
	}
	if theirs := theirsText(f); theirs != "" {
		text += "; authors " + theirs
	}
	return text
}

func effectText(f Finding) string {
	switch {
	case math.IsNaN(f.Effect):
		return ""
	case math.IsInf(f.Effect, 0):
		return "no spread"
	}
	return fmt.Sprintf("%+.2g", f.Effect)
}

func theirsText(f Finding) string {
	if math.IsNaN(f.Theirs) {
		return ""
	}
	return fmt.Sprintf("%.3g", f.Theirs)
}
