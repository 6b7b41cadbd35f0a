// Package claims tests every claim of Farrell et al. (2019) on trained networks.
//
// A claim is one sentence with its place in the paper. It has parts: each names the networks it needs, a statistic of a single
// realisation of them, and the range in which the mean of that statistic has to lie, fixed here with its reason before any network was
// trained. [Maker] trains the networks that the claims need, each once, and [Result.Ledger] judges them by the bootstrap interval of the
// mean:
//
//	holds             the whole interval is in the range
//	does not hold     the whole interval is outside
//	not established   anything else, or too few realisations
//
// Each [Claim] is in one file that is named after it, with its sentence, its parts, the doubts that our networks raise, and its
// pictures; one line in the list of claim.go adds it.
package claims
