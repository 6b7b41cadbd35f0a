package claims

import "slices"

// Claim is one statement of the paper with its parts, doubts and pictures.
type Claim struct {
	ID       string // C1 .. C19; F17 for a follow-up, O3 for an open question
	Sentence string
	Place    string // in the paper
	// Doubt explains to the reader why our networks disagree with the claim or leave it open, from full-size networks with seed 0.
	// The ledger shows it unless the verdict is that the claim holds; empty if it holds.
	Doubt string
	Parts []Part
	// Either means that one part is enough; otherwise all have to hold. The intervals of such parts are widened
	// (Bonferroni), since the best of several is picked.
	Either bool
	// Long excludes the claim from a quick run.
	Long bool
	// Draw returns the pictures for the claim, none if there is nothing to draw.
	Draw func(*Result) []panel
}

// Part is one number that a claim can be judged by.
type Part struct {
	Name       string    // what distinguishes it from the claim's other parts, such as "g = 20"
	Experiment string    // the networks, in words
	Statistic  string    // the number of one realisation, in words
	Needs      []network // that Value reads, in this order
	Value      func(n []*Evidence) float64
	Threshold  Threshold
}

// every lists the claims in the paper's order. Each is in the file that is named after it.
var every = []func(Options) Claim{
	c1Accuracy, c2Input, c3Compression, c4FixedPoints, c5ChaoticAttractors, c6Distances,
	c7SquaredError, c8Linear, c9ModerateChanges, c10LearningRates,
	c11Separability, c12HeldOut,
	c13Accuracy, c14Expansion, c15Readouts, c16LearningRates, c17SquaredError, f17SquaredError, c18Clusters,
	c19Conclusion,
	o3GradientNoise,
}

// Claims returns the claims that the options select, in the paper's order, with the networks that they require.
func (o Options) Claims() []Claim {
	var claims []Claim
	for _, of := range every {
		claim := of(o)
		if claim.Long && o.Quick || len(o.Only) > 0 && !slices.Contains(o.Only, claim.ID) {
			continue
		}
		claims = append(claims, claim)
	}
	return claims
}
