package claims

import (
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
)

// Claim is one statement of the paper with its parts, doubts and pictures.
type Claim struct {
	ID       string // C1 .. for the paper's sentences, F19 for a follow-up, a letter and a number for a study of its last page
	Sentence string
	Place    string // in the paper
	// Plain says in plain words what was asked and seen. {NAME} stands for the number of the part of that name, {NAME %} for it in per
	// cent; so do they in Doubt.
	Plain string
	// Doubt explains to the reader why our networks disagree with the claim or leave it open. The ledger shows it unless the verdict is that the
	// claim holds; empty if it holds.
	Doubt string
	Parts []Part
	// Study says that it answers an open question of the paper's last page; only --all and --only select it.
	Study bool
	// Draw returns the pictures for the claim, none if there is nothing to draw.
	Draw func(*Result) []panel
}

// Part is one number that a claim can be judged by: the mean over realisations of Value, or what Pool makes of all of them.
type Part struct {
	Name       string    // what distinguishes it from the claim's other parts, such as "g = 20"
	Experiment string    // the networks, in words
	Statistic  string    // the number, in words
	Needs      []network // that Value reads, in this order
	Value      func(n []*Evidence) float64
	// Share says that Value is 0 or 1, so that the mean is a share of realisations, with a binomial interval.
	Share bool
	// Pool, unless nil, makes one number of the Curves of several realisations, or of their Values where Curve is nil.
	Curve func(n []*Evidence) []float64
	Pool  func(rows [][]float64) float64
	// Threshold is where the number has to be; [reported] for a number that is only printed.
	Threshold Threshold
	// Control says that the part has to hold, but that it does not carry the claim: a network that learned nothing passes it too.
	Control bool
	// AnyOf names alternatives: of the parts with the same name one is enough. Their intervals are widened (Bonferroni), since the best
	// of several is picked.
	AnyOf string
	// Authors returns the same number from the medians of the authors' code; nil or NaN where it is not known.
	Authors func(a *farrell2019.Authors) float64
}

// every lists the claims in the paper's order. Each is in the file that is named after it.
var every = []func(Options) Claim{
	c1Accuracy, c2Input, c3Compression, c4FixedPoints, c5ChaoticAttractors, c6Distances,
	c7SquaredError, c8Linear, c9ModerateChanges, c10LearningRates,
	c11Separability, c12HeldOut,
	c13Accuracy, c14Expansion, c15Readouts, c16LearningRates, c17SquaredError, c18Clusters,
	c19Dimensionality, c19EnoughChaos, f19Couplings,
	c20Smooth, c21Chaos, c22ChaosExpands, c23LearningRate, c24Boundaries, c25Separation, c26ExpansionSeparates, c27SquaredErrorChaotic,
	c28Minimal, c29Components,
	t1Theory, t2Exponent,
	s1Compression, m1Manifolds,
	i1BetterNetworks,
	e1LaterVariants,
}

// Claims returns the claims that the options select, in the paper's order, with the networks that they require.
func (o Options) Claims() []Claim {
	var claims []Claim
	for _, of := range every {
		claim := of(o)
		if len(o.Only) > 0 && !slices.Contains(o.Only, claim.ID) || len(o.Only) == 0 && claim.Study && !o.All {
			continue
		}
		claims = append(claims, claim)
	}
	return claims
}
