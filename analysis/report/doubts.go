package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Doubts gathers warnings about many networks. Those that differ only in their numbers, or in whether they are of the
// network before or after training, are of one kind: the first stands for all, and each kind is reported once.
type Doubts struct {
	kinds []*doubt
}

// doubt is a kind of warnings.
type doubt struct {
	key, first string
	count      int
	networks   []string
	moments    []string // of the first network
}

var (
	// digits and moments match the parts in which warnings of one kind may differ.
	digits  = regexp.MustCompile(`[0-9]+([.e+-]*[0-9]+)*`)
	moments = regexp.MustCompile(`^(before training|after training|after epoch #): `)
)

// Add notes a warning about a network that has a name for display, such as [measure.Name] gives.
func (d *Doubts) Add(network, warning string) {
	key := moments.ReplaceAllString(digits.ReplaceAllString(warning, "#"), "")
	i := slices.IndexFunc(d.kinds, func(kind *doubt) bool { return kind.key == key })
	if i < 0 {
		i = len(d.kinds)
		d.kinds = append(d.kinds, &doubt{key: key, first: network + ", " + warning})
	}
	kind := d.kinds[i]
	kind.count++
	if moment := strings.TrimSuffix(moments.FindString(warning), ": "); len(kind.networks) == 0 || network == kind.networks[0] && !slices.Contains(kind.moments, moment) {
		kind.moments = append(kind.moments, moment)
	}
	if !slices.Contains(kind.networks, network) {
		kind.networks = append(kind.networks, network)
	}
}

// namedNetworks is how many other networks a warning names.
const namedNetworks = 2

// Texts returns one text for each kind, in the order of their first warnings.
func (d *Doubts) Texts() []string {
	texts := make([]string, len(d.kinds))
	for i, kind := range d.kinds {
		texts[i] = kind.first
		others := kind.networks[1:]
		if kind.count == 1 {
			continue
		}
		texts[i] += fmt.Sprintf(" (and %d more like it", kind.count-1)
		if moments := kind.moments[1:]; len(moments) > 0 && len(moments) <= namedNetworks {
			texts[i] += ", " + strings.Join(moments, " and ")
		}
		switch {
		case len(others) > namedNetworks:
			texts[i] += fmt.Sprintf(", also of %d other networks", len(others))
		case len(others) > 0:
			texts[i] += ", also of " + strings.Join(others, "; ")
		}
		texts[i] += ")"
	}
	return texts
}
