package paper

import (
	"fmt"
	"regexp"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// Doubts gathers warnings about many networks. Those that differ only in their numbers are of one kind, of
// which the first stands for all.
type Doubts struct {
	order  []string // keys of the kinds
	firsts map[string]string
	counts map[string]int
}

// digits are what warnings of one kind differ in.
var digits = regexp.MustCompile(`[0-9]+([.e+-]*[0-9]+)*`)

// Add notes a warning about a network.
func (d *Doubts) Add(c train.Config, warning string) {
	if d.counts == nil {
		d.firsts, d.counts = map[string]string{}, map[string]int{}
	}
	setting := title(c)
	if c.Network.Activation != graph.Tanh {
		setting += ", " + string(c.Network.Activation)
	}
	if c.Training.Loss != graph.CrossEntropy {
		setting += ", " + string(c.Training.Loss)
	}
	key := setting + digits.ReplaceAllString(warning, "#")
	if d.counts[key] == 0 {
		d.order = append(d.order, key)
		d.firsts[key] = setting + ", " + warning
	}
	d.counts[key]++
}

// Texts returns one text for each kind, in the order of their first warnings.
func (d *Doubts) Texts() []string {
	texts := make([]string, len(d.order))
	for i, key := range d.order {
		texts[i] = d.firsts[key]
		if more := d.counts[key] - 1; more > 0 {
			texts[i] += fmt.Sprintf(" (and %d more like it)", more)
		}
	}
	return texts
}
