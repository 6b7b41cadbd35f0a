package claims

import (
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/graph"
)

// Losses at which networks are compared.
const (
	matchedLoss = 0.01
	looseLoss   = 0.1 // where one of two learns slowly
)

// Bounds of S1. Pilot networks with another seed, twenty settings in two realisations each, suggested what to ask; at equal noise in
// different batches their dimensionalities differed by at most 5 %.
const (
	fewerByATenth  = 0.9
	aTenth         = "a tenth fewer dimensions at the same loss, twice what pilots with equal noise differed by"
	withoutNoise   = "strong compression, to a fifth of the untrained network's dimensions"
	manyTimes      = 5.0
	manyTimesMore  = "several times the variance that the readout saw before; without learning 1"
	theSameAcross  = "as many dimensions as before, to a quarter; noise took half of them in pilots"
	notPartOfClaim = "beside the claim"
)

// s1Compression asks what drives compression: the direction in which the gradient moves states, or its noise.
func s1Compression(o Options) Claim {
	claim := Claim{
		ID: "S1", Place: "last page, an open question", Study: true,
		Sentence: "Learning compresses because the gradient moves states along the readout, which needs no noise; with plain descent gradient " +
			"noise compresses further, across the readout. At equal loss a normalised gradient, and with plain descent a frozen readout " +
			"and noise on the readout, compress more too.",
		Plain: "With the whole epoch as one batch, nearly without noise, learning to a loss of 0.01 leaves {g = 20, drift compresses, SGD, " +
			"batch 800 %} of the untrained dimensions at g = 20 (plain descent), and at g = 250 {g = 250, drift compresses, SGD, batch " +
			"800 %} (plain descent) or {g = 250, drift compresses, RMSProp, batch 800 %} (RMSProp). The variance along the readout grows " +
			"{g = 20, along the readout, SGD, batch 800}, {g = 250, along the readout, SGD, batch 800} and {g = 250, along the readout, " +
			"RMSProp, batch 800} fold. The dimensions across it stay at g = 250 ({g = 250, not across it, RMSProp, batch 800} times as " +
			"many), where noise takes them: at equal loss plain descent in batches of 10 leaves {g = 250, gradient noise, by the batch %} " +
			"of the dimensions that batches of 800 leave. RMSProp leaves {g = 250, normalised gradient %} of plain descent's dimensions, " +
			"with plain descent a frozen readout leaves {g = 250, frozen readout %} (at a loss of 0.1), noise on the readout {g = 250, " +
			"noise on the readout %}. With RMSProp batches of 10 make no difference ({g = 250, batch 10, RMSProp}; of 1 {g = 250, batch " +
			"1, RMSProp}), noise on the readout expands ({g = 250, noise on the readout, RMSProp}) and noise on labels compresses ({g = " +
			"250, noise on labels, RMSProp}; plain descent {g = 250, noise on labels}).",
		Doubt: "At g = 20 the dimensions across the readout fall without noise too (to {g = 20, not across it, SGD, batch 800}), and noise " +
			"adds little ({g = 20, gradient noise, by the batch}). That rate over batch counts and not the batch is so where noise does " +
			"little (1 against 800: {equal rate over batch, g = 250}); at eighty times that, batches of 10 leave fewer dimensions than " +
			"batches of 1 ({equal rate over batch, more noise, g = 250}): larger steps compress more at the same noise. The readout turns " +
			"while it learns, and part of the growth along it may be that.",
		Draw: drawCompression,
	}
	chaotic, edge := compressionStudy{o, graph.StronglyChaotic}, compressionStudy{o, graph.EdgeOfChaos}
	calm, normalised, calmAtEdge := chaotic.sgd(800, fullRate, 60), chaotic.rmsprop(800), edge.sgd(800, fullRate, 60)
	claim.Parts = append(claim.Parts,
		edge.since("drift compresses", "SGD, batch 800", calmAtEdge, "ED(t_eval)", Waypoint.ed, atMost(0.2, withoutNoise)),
		chaotic.since("drift compresses", "RMSProp, batch 800", normalised, "ED(t_eval)", Waypoint.ed, atMost(fewerByATenth, aTenth)),
		edge.since("along the readout", "SGD, batch 800", calmAtEdge, "variance at t_eval along the readout", Waypoint.along, atLeast(manyTimes, manyTimesMore)),
		chaotic.since("along the readout", "RMSProp, batch 800", normalised, "variance at t_eval along the readout", Waypoint.along, atLeast(manyTimes, manyTimesMore)),
		control(chaotic.since("not across it", "RMSProp, batch 800", normalised, "ED(t_eval) across the readout", Waypoint.rest, between(0.8, 1.25, theSameAcross))),
		control(edge.since("not across it", "SGD, batch 800", calmAtEdge, "ED(t_eval) across the readout", Waypoint.rest,
			between(0.8, 1.25, theSameAcross+"; "+addedLater))),
	)
	for _, e := range chaotic.causes() {
		claim.Parts = append(claim.Parts, e.part(chaotic.g, "ED(t_eval)", Waypoint.ed, atMost(fewerByATenth, aTenth)))
		if e.noisy {
			across := e
			across.name += ", across the readout"
			claim.Parts = append(claim.Parts, across.part(chaotic.g, "ED(t_eval) across the readout", Waypoint.rest, atMost(fewerByATenth, aTenth)))
		}
	}
	claim.Parts = append(claim.Parts, chaotic.controls()...)
	others, batches := chaotic.others()
	for _, e := range slices.Concat(others, batches) {
		claim.Parts = append(claim.Parts, e.part(chaotic.g, "ED(t_eval)", Waypoint.ed, reported(notPartOfClaim)))
	}
	atEdge := effect{"gradient noise, by the batch", "SGD, batch 10 at rate 0.01 / batch 800 at rate 0.1", edge.sgd(10, gentleRate, 20), calmAtEdge, matchedLoss, true}
	claim.Parts = append(claim.Parts, atEdge.part(edge.g, "ED(t_eval)", Waypoint.ed, reported(notPartOfClaim)))
	claim.Parts = append(claim.Parts, chaotic.beside(calm, normalised)...)
	return claim
}

// since returns a part on how a value of a network changes from before training to the moment of the matched loss; 1 where the network does
// not learn to that loss.
func (s compressionStudy) since(name, experiment string, n network, what string, value func(Waypoint) float64, threshold Threshold) Part {
	return Part{
		Name: fmt.Sprintf("g = %g, %s, %s", s.g, name, experiment), Experiment: fmt.Sprintf("d = n, g = %g, %s", s.g, experiment),
		Statistic: fmt.Sprintf("%s at validation loss %g over that before training; 1 without learning to that loss", what, matchedLoss),
		Needs:     []network{n}, Threshold: threshold,
		Value: func(n []*Evidence) float64 { return orOne(atLoss(n[0].Path, matchedLoss, value) / value(n[0].Path[0])) },
	}
}

func orOne(ratio float64) float64 {
	if math.IsNaN(ratio) {
		return 1
	}
	return ratio
}

// effect is a possible cause of compression: two networks that differ in it.
type effect struct {
	name, networks string
	with, without  network
	// loss is the validation loss at which both are compared; 0 for that of the first after training.
	loss  float64
	noisy bool // whether they differ in the noise of the gradient alone
}

// ratio compares a value of the two networks at equal loss. A network that does not learn to that loss does not compress because of the
// cause: the ratio is then 1.
func (e effect) ratio(with, without []Waypoint, value func(Waypoint) float64) float64 {
	level := e.loss
	if level == 0 {
		end := with[len(with)-1]
		return orOne(value(end) / atLoss(without, end.Loss, value))
	}
	return orOne(atLoss(with, level, value) / atLoss(without, level, value))
}

// part returns the effect on a value as a part of the claim.
func (e effect) part(g float64, what string, value func(Waypoint) float64, threshold Threshold) Part {
	at := fmt.Sprintf("each at validation loss %g; 1 where one does not learn to that loss", e.loss)
	if e.loss == 0 {
		at = "the first after training, the second at the same validation loss"
	}
	return Part{
		Name: fmt.Sprintf("g = %g, %s", g, e.name), Experiment: fmt.Sprintf("d = n, g = %g: %s", g, e.networks),
		Statistic: fmt.Sprintf("%s of the first network over that of the second, %s", what, at),
		Needs:     []network{e.with, e.without}, Threshold: threshold,
		Value: func(n []*Evidence) float64 { return e.ratio(n[0].Path, n[1].Path, value) },
	}
}

// causes lists what the claim says compresses more at equal loss.
func (s compressionStudy) causes() []effect {
	calm, plain := s.sgd(800, fullRate, 60), s.sgd(10, gentleRate, 20)
	return []effect{
		{"gradient noise, by the batch", "SGD at rate 0.1, batch 10 / batch 800", s.sgd(10, fullRate, 10), calm, matchedLoss, true},
		{"gradient noise, by the rate", "SGD with batch 1, rate 0.01 / rate 1.25e-4", s.sgd(1, gentleRate, 10), s.sgd(1, calmRatio, 60), matchedLoss, true},
		{"normalised gradient", "batch 800, RMSProp / SGD", s.rmsprop(800), calm, matchedLoss, false},
		{"frozen readout", "SGD, frozen / trained readout", s.sgd(10, gentleRate, 60, frozenReadout), plain, looseLoss, false},
		{"noise on the readout", "SGD, noise of 0.2 on W / none", s.sgd(10, gentleRate, 20, noisyReadout), plain, matchedLoss, false},
	}
}

// others lists what else was asked, and the batches that the picture shows.
func (s compressionStudy) others() (others, batches []effect) {
	plain, normalised := s.sgd(10, gentleRate, 20), s.rmsprop(10)
	others = []effect{
		{"frozen readout, RMSProp", "RMSProp, frozen / trained readout", s.rmsprop(10, frozenReadout), normalised, looseLoss, false},
		{"noise on the readout, RMSProp", "RMSProp, noise of 0.2 on W / none", s.rmsprop(10, noisyReadout), normalised, matchedLoss, false},
		{"noise on labels", "SGD, a tenth of the labels random / none", s.sgd(10, gentleRate, 40, noisyLabels), plain, 0, false},
		{"noise on labels, RMSProp", "RMSProp, a tenth of the labels random / none", s.rmsprop(10, noisyLabels, longer), normalised, 0, false},
	}
	// The other batches of the picture.
	for i, size := range batchSizes[:len(batchSizes)-1] {
		for _, of := range []struct {
			name, networks string
			by             []network
		}{{"equal rate over batch", "SGD, rate over batch 1.25e-4", s.equalRatio()}, {"RMSProp", "RMSProp, rate 0.001", s.normalised()}} {
			e := effect{fmt.Sprintf("batch %d, %s", size, of.name), fmt.Sprintf("%s, batch %d / batch 800", of.networks, size), of.by[i], of.by[len(of.by)-1], matchedLoss, false}
			batches = append(batches, e)
		}
	}
	middle := s.equalRate()
	batches = append(batches, effect{"batch 100, equal rate", "SGD at rate 0.1, batch 100 / batch 800", middle[1], middle[2], matchedLoss, true})
	return others, batches
}

// controls are what holds if the noise of the gradient counts, and not the size of the batch, and if the gradient moves the states of a
// linear network along the readout only.
func (s compressionStudy) controls() []Part {
	ratio := s.equalRatio()
	const experiment = "d = n, g = 250, linear, t_eval = 1, squared error, frozen readout, SGD with batch 800"
	linear := s.linear()
	const sameNoise = "the same noise in small steps as in large ones, to a tenth"
	equal := func(name, networks, reason string, with, without network) Part {
		e := effect{name, networks, with, without, matchedLoss, false}
		part := control(e.part(s.g, "ED(t_eval)", Waypoint.ed, between(0.9, 1.1, reason)))
		part.Name = name
		return part
	}
	extreme := func(name, statistic string, of func(at, first Waypoint) float64, threshold Threshold) Part {
		return control(Part{
			Name: name, Experiment: experiment, Statistic: statistic + ", the largest over epochs", Needs: []network{linear}, Threshold: threshold,
			Value: func(n []*Evidence) float64 {
				most := 0.0
				for _, at := range n[0].Path {
					most = max(most, math.Abs(of(at, n[0].Path[0])))
				}
				return most
			},
		})
	}
	return []Part{
		equal("equal rate over batch, g = 250", "SGD, rate over batch 1.25e-4: batch 1 / batch 800", sameNoise, ratio[0], ratio[len(ratio)-1]),
		equal("equal rate over batch, more noise, g = 250", "SGD, rate over batch 0.01: batch 10 / batch 1", sameNoise+"; "+addedLater, s.sgd(10, fullRate, 10), s.sgd(1, gentleRate, 10)),
		extreme("linear network, along", "relative difference of the variance along the readout from the closed form",
			func(at, _ Waypoint) float64 { return at.Along/at.Predicted - 1 },
			atMost(0.05, "batches of 800 fresh samples have moments of their own, a few per cent from the expected ones")),
		extreme("linear network, across", "relative change of the variance across the readout",
			func(at, first Waypoint) float64 { return at.Across/first.Across - 1 },
			atMost(1e-4, "rounding to float32; the closed form says 0")),
	}
}

// beside are numbers that the reader needs beside the effects: what noise-free descent does at g = 250, and where the losses end.
func (s compressionStudy) beside(calm, normalised network) []Part {
	noisy := s.sgd(10, fullRate, 10)
	parts := []Part{
		s.since("drift compresses", "SGD, batch 800", calm, "ED(t_eval)", Waypoint.ed, reported(notPartOfClaim)),
		s.since("along the readout", "SGD, batch 800", calm, "variance at t_eval along the readout", Waypoint.along, reported(notPartOfClaim)),
		s.since("along the readout", "SGD, batch 10", noisy, "variance at t_eval along the readout", Waypoint.along, reported(notPartOfClaim)),
		s.since("variance across", "SGD, batch 800", calm, "variance at t_eval across the readout", Waypoint.across, reported(notPartOfClaim)),
		s.since("variance across", "RMSProp, batch 800", normalised, "variance at t_eval across the readout", Waypoint.across, reported(notPartOfClaim)),
	}
	for _, of := range []struct {
		name string
		network
	}{
		{"SGD, batch 800", calm}, {"SGD, batch 10", noisy}, {"RMSProp, batch 800", normalised}, {"RMSProp, batch 10", s.rmsprop(10)},
		{"SGD, frozen readout", s.sgd(10, gentleRate, 60, frozenReadout)}, {"SGD, a tenth of the labels random", s.sgd(10, gentleRate, 40, noisyLabels)},
		{"RMSProp, a tenth of the labels random", s.rmsprop(10, noisyLabels, longer)},
	} {
		parts = append(parts, Part{
			Name: "last loss, " + of.name, Experiment: fmt.Sprintf("d = n, g = %g, %s", s.g, of.name), Statistic: "validation loss after training",
			Needs: []network{of.network}, Threshold: reported(notPartOfClaim),
			Value: func(n []*Evidence) float64 { return n[0].Path[len(n[0].Path)-1].Loss },
		})
	}
	return parts
}
