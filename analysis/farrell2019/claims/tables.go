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
	"threshold", "reason", "verdict", "claim_verdict"}

// WriteCSV writes the ledger as claims.csv.
func WriteCSV(path string, ledger []Judgement) error {
	return files.WriteFile(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		rows := [][]string{ledgerColumns}
		for _, judged := range ledger {
			for _, f := range judged.Findings {
				rows = append(rows, []string{judged.ID, f.Name, judged.Sentence, judged.Place, f.Experiment, f.Statistic,
					number(f, f.Interval.Mean), number(f, f.Interval.Lo), number(f, f.Interval.Hi), strconv.Itoa(f.Interval.N),
					strconv.Itoa(f.Without), f.Threshold.String(), f.Threshold.Reason, string(f.Verdict), string(judged.Verdict)})
			}
		}
		return out.WriteAll(rows)
	})
}

// number writes a value of a finding with ten significant digits, nothing if there is none.
func number(f Finding, value float64) string {
	if f.Interval.N == 0 {
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
		Needs    string       `json:"needs"` // "all parts" or "one part"
		Doubt    string       `json:"why_not,omitempty"`
		Parts    []partRecord `json:"parts"`
	}
	partRecord struct {
		Name       string    `json:"name"`
		Experiment string    `json:"experiment"`
		Statistic  string    `json:"statistic"`
		Mean       *float64  `json:"value"`
		Lo         *float64  `json:"lo"`
		Hi         *float64  `json:"hi"`
		N          int       `json:"realisations"`
		Diverged   int       `json:"diverged"`
		Values     []float64 `json:"values"`
		Least      *float64  `json:"least"` // null: no bound
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
		records[i] = claimRecord{ID: judged.ID, Sentence: judged.Sentence, Place: judged.Place, Verdict: judged.Verdict, Needs: "all parts"}
		if judged.Either {
			records[i].Needs = "one part"
		}
		if judged.Verdict != Holds {
			records[i].Doubt = judged.Doubt
		}
		for _, f := range judged.Findings {
			part := partRecord{Name: f.Name, Experiment: f.Experiment, Statistic: f.Statistic, N: f.Interval.N, Diverged: f.Without,
				Values: f.Values, Least: bound(f.Threshold.Least), Most: bound(f.Threshold.Most), Reason: f.Threshold.Reason, Verdict: f.Verdict}
			if f.Interval.N > 0 {
				part.Mean, part.Lo, part.Hi = &f.Interval.Mean, &f.Interval.Lo, &f.Interval.Hi
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

func bound(v float64) *float64 {
	if math.IsInf(v, 0) {
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
			fmt.Fprintf(&out, "     %-16s %s: %s; %s; n = %d%s\n", mark(f.Verdict), f.Name, show(f), f.Threshold, f.Interval.N, lost(f))
		}
	}
	counts := Counts(ledger)
	fmt.Fprintf(&out, "%d hold, %d do not hold, %d not established\n", counts[Holds], counts[DoesNotHold], counts[NotEstablished])
	_, err := io.WriteString(w, out.String())
	return err
}

// mark distinguishes verdicts on parts from those on claims.
func mark(v Verdict) string { return "- " + string(v) }

// show formats mean and interval for a reader.
func show(f Finding) string {
	if f.Interval.N == 0 {
		return "no value"
	}
	return fmt.Sprintf("%.4g [%.4g, %.4g]", f.Interval.Mean, f.Interval.Lo, f.Interval.Hi)
}

func lost(f Finding) string {
	if f.Without == 0 {
		return ""
	}
	return fmt.Sprintf(", %d without a value", f.Without)
}
