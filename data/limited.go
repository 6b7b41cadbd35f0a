package data

import "math/rand/v2"

// Limited is a [Source], which fills *Points, or a [Task], which fills a *Batch, with a fixed number of samples, such as your own
// points and sequences.
type Limited[Samples any] interface {
	// Len returns the number of samples, at least 1.
	Len() int
	// FillDistinct fills dst, which has room for at most Len samples, with distinct samples.
	FillDistinct(dst Samples, rng *rand.Rand)
}

var (
	_ Limited[*Points] = (*UserPoints)(nil)
	_ Limited[*Batch]  = (*SequenceTask)(nil)
)

// Observations returns how many samples of a [Source] or a [Task] can be measured if wanted samples are requested: fewer if it is
// [Limited] to fewer.
func Observations(of any, wanted int) int {
	switch limited := of.(type) {
	case Limited[*Points]:
		return min(wanted, limited.Len())
	case Limited[*Batch]:
		return min(wanted, limited.Len())
	}
	return wanted
}

// Observe fills dst, which has room for at most [Observations] samples, with samples of a [Source] or a [Task] to measure: distinct
// ones if it is [Limited], otherwise those from fill, which is its own method. Mutates: all of dst; advances rng.
func Observe[Samples any](of any, fill func(Samples, *rand.Rand), dst Samples, rng *rand.Rand) {
	if limited, ok := of.(Limited[Samples]); ok {
		fill = limited.FillDistinct
	}
	fill(dst, rng)
}
