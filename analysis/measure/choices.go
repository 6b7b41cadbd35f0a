package measure

import (
	"slices"
	"strconv"
)

// WriteChoices writes choices.csv: the score of the task and the share of each choice among the measuring samples of which a
// variable has a value. Where outputs are not choices, choice and share are empty. The rows of the variable "" are all samples. For a
// task with contexts (data.Plan.Context), the rows without a context pool all contexts.
func (r *Table) WriteChoices(path string) error {
	t := r.newTable("d", "g", "stage", "realisation", "variable", "value", "samples", "score", "choice", "share", "context")
	for _, m := range r.Networks {
		d, g := t.Of[m].key()
		for _, answers := range m.Answers {
			for _, of := range append([]KindAnswers{answers.All}, answers.ByKind...) {
				row := []string{d, g, answers.Stage, strconv.Itoa(m.Config.Realisation), of.Variable, of.Value, strconv.Itoa(of.Samples), missing(of.Score)}
				if of.Choices == nil {
					t.add(m, append(row, "", "", of.Context)...)
				}
				for choice, share := range of.Choices {
					t.add(m, append(slices.Clone(row), m.ChoiceName(choice), missing(share), of.Context)...)
				}
			}
		}
	}
	return t.write(path)
}

// ChoiceName names an output, by its number where the task has no name for it.
func (m *Measurements) ChoiceName(choice int) string {
	if trial := m.Trial(); trial != nil && choice < len(trial.OutputNames) {
		return trial.OutputNames[choice]
	}
	return strconv.Itoa(choice)
}
