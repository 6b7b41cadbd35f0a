package claims

import (
	"slices"

	"github.com/unfurl-rnn/unfurl/train"
)

// Claim is one statement of the paper.
type Claim struct {
	ID       string // C1 .. C19; F17 for a follow-up, O3 for an open question
	Sentence string
	Place    string // in the paper
	Parts    []Part
	// Either says that one part is enough; else all have to hold. The intervals of such parts are widened
	// (Bonferroni), since the best of several is picked.
	Either bool
	// Doubt says, for people, why our networks disagree with the claim where they do.
	Doubt string
}

// Part is one number that a claim can be judged by.
type Part struct {
	Name       string    // what sets it apart from the claim's other parts, such as "g = 20"
	Experiment string    // the networks, in words
	Statistic  string    // the number of one realisation, in words
	Needs      []network // that Value reads, in this order
	Value      func(n []*Evidence) float64
	Threshold  Threshold
}

// network is a configuration that a part needs, of realisation 0.
type network struct {
	config train.Config
	share  int // divides the number of realisations, for one of many settings or one that takes long
}

// realisations returns how many realisations of a network are trained.
func (o Options) realisations(n network) int {
	return max(min(o.Realisations, FewestRealisations), (o.Realisations+n.share-1)/n.share)
}

// Plan returns the configurations of all networks that the claims need, each once. The first realisations
// come first, so that an early stop leaves something of every claim.
func (o Options) Plan() []train.Config {
	most := map[string]int{}
	var order []network
	for _, claim := range o.Claims() {
		for _, part := range claim.Parts {
			for _, need := range part.Needs {
				key := need.config.Fingerprint()
				if _, known := most[key]; !known {
					order = append(order, need)
				}
				most[key] = max(most[key], o.realisations(need))
			}
		}
	}
	var plan []train.Config
	for realisation := range o.Realisations {
		for _, need := range order {
			if realisation < most[need.config.Fingerprint()] {
				c := need.config
				c.Realisation = realisation
				c.Training.Checkpoint.Snapshots = o.followedThroughTraining(c)
				plan = append(plan, c)
			}
		}
	}
	return plan
}

// Claims returns the claims that the options ask for, in the paper's order, with the networks that the
// options give them.
func (o Options) Claims() []Claim {
	claims := o.every()
	for i := range claims {
		claims[i].Doubt = doubts[claims[i].ID]
	}
	if len(o.Only) == 0 {
		return claims
	}
	return slices.DeleteFunc(claims, func(c Claim) bool { return !slices.Contains(o.Only, c.ID) })
}

func (o Options) every() []Claim {
	return slices.Concat(o.highDimensional(), o.variants(), o.heldOut(), o.lowDimensional(), o.conclusion())
}
