package paper

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// unexplored says which groups have no panel to explore and no measures during training, because these are of realisation
// 0 only, and it is not among their networks; empty if there are none.
func (s *grouping) unexplored() string {
	var names []string
	for _, g := range s.groups {
		var realisations []int
		for _, m := range g.networks {
			realisations = append(realisations, m.Config.Realisation)
		}
		slices.Sort(realisations)
		if len(realisations) == 0 || realisations[0] == 0 {
			continue
		}
		numbers := make([]string, 0, len(realisations))
		for _, realisation := range slices.Compact(realisations) {
			numbers = append(numbers, strconv.Itoa(realisation))
		}
		name := strings.TrimSpace(figure.PlainText(g.name) + " (realisation " + strings.Join(numbers, ", ") + ")")
		names = append(names, name)
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("the panel to explore and the measures during training are of realisation 0 only, which is missing of %s; add its run to see them",
		strings.Join(names, "; "))
}
