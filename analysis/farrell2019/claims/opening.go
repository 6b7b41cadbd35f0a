package claims

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// opening returns the first two pages of claims.html: what of the paper stands and what does not, in plain words. The numbers are the
// ledger's.
func opening(ledger []Judgement) []figure.Text {
	texts := []figure.Text{
		{Title: "What stands"}, {Title: "What stands with conditions"}, {Title: "What is left open"}, {Title: "What does not stand"}, {Title: "What is new"},
	}
	for _, judged := range ledger {
		at := map[Verdict]int{Holds: 0, InPart: 1, NotEstablished: 2, DoesNotHold: 3}[judged.Verdict]
		if !strings.HasPrefix(judged.ID, "C") {
			at = len(texts) - 1
		}
		texts[at].Paragraphs = append(texts[at].Paragraphs, inWords(&judged))
	}
	var some []figure.Text
	for _, text := range texts {
		if len(text.Paragraphs) > 0 {
			some = append(some, text)
		}
	}
	return some
}

// inWords returns a claim, its verdict where the section does not say it, what was seen, and the doubt.
func inWords(judged *Judgement) string {
	parts := []string{fmt.Sprintf("%s. %s", judged.ID, judged.Sentence)}
	if !strings.HasPrefix(judged.ID, "C") {
		parts[0] += fmt.Sprintf(" (%s)", judged.Verdict)
	}
	parts = append(parts, filled(judged.Plain, judged.Findings))
	if judged.Verdict != Holds {
		parts = append(parts, filled(judged.Doubt, judged.Findings))
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

var placeholder = regexp.MustCompile(`\{[^{}]+\}`)

// filled replaces the names of parts in a text by their numbers.
func filled(text string, findings []Finding) string {
	return placeholder.ReplaceAllStringFunc(text, func(place string) string {
		name, share := strings.CutSuffix(strings.Trim(place, "{}"), " %")
		for _, f := range findings {
			switch {
			case f.Name != name:
			case f.Interval.N == 0:
				return "(no value)"
			case share:
				return fmt.Sprintf("%.3g %%", 100*f.Interval.Estimate)
			default:
				return fmt.Sprintf("%.3g", f.Interval.Estimate)
			}
		}
		return place
	})
}
