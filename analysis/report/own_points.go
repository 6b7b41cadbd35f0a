package report

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
)

// ownPointsTables lists the files of the user's own points, with their classes by name and how many points of each were
// read; none where clusters are drawn.
func ownPointsTables(r *measure.Table) []figure.Table {
	table := figure.Table{Title: "Own points", Caption: "Each point is measured once. Shares are those of task.shares.",
		Header: []string{"file", "class", "points", "of", "inputs", "clusters", "training", "validation", "measured"}}
	listed := map[string]bool{}
	for _, m := range r.Networks {
		if m.Own == nil || listed[m.Own.String()] {
			continue
		}
		listed[m.Own.String()] = true
		clusters := "none"
		if m.Own.Clusters > 0 {
			clusters = fmt.Sprint(m.Own.Clusters)
		}
		for _, class := range m.Own.Classes {
			table.Rows = append(table.Rows, []string{m.Own.Origin.File, class.Name, fmt.Sprint(class.Samples), fmt.Sprint(m.Own.Samples),
				fmt.Sprint(m.Own.Inputs), clusters, fmt.Sprint(m.Own.Training), fmt.Sprint(m.Own.Validation), fmt.Sprint(m.Own.Measured)})
		}
	}
	if len(table.Rows) == 0 {
		return nil
	}
	return []figure.Table{table}
}
