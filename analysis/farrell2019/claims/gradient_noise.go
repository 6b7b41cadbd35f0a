package claims

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// batchSizes are those of the question on gradient noise; the last is a whole epoch of the paper.
var batchSizes = []int{1, 10, 100, 800}

// noiseShare divides the realisations: the largest batch at equal updates takes as long as eighty networks.
const noiseShare = 6

// gradientNoise asks whether the noise of small batches drives compression. At equal samples, larger
// batches take fewer steps; at equal updates, they see more samples in each.
func (o Options) gradientNoise() Claim {
	claim := Claim{ID: "O3", Place: "last page, an open question", Sentence: "Compression is driven by gradient noise: smaller batches compress more."}
	settings := make([]float64, len(batchSizes))
	var equalSamples, equalUpdates []network
	for i, size := range batchSizes {
		settings[i] = float64(size)
		samples := o.high(graph.StronglyChaotic, batch(size))
		updates := o.high(graph.StronglyChaotic, func(c *train.Config) {
			steps := c.Training.Samples / c.Training.Batch
			c.Training.Batch, c.Training.Samples = size, steps*size
		})
		samples.share, updates.share = noiseShare, noiseShare
		equalSamples, equalUpdates = append(equalSamples, samples), append(equalUpdates, updates)
	}
	for _, by := range []struct {
		name  string
		needs []network
	}{{"equal samples", equalSamples}, {"equal updates", equalUpdates}} {
		claim.Parts = append(claim.Parts, Part{
			Name: by.name, Experiment: fmt.Sprintf("d = n, g = 250, batches of %v, %s", batchSizes, by.name), Needs: by.needs,
			Statistic: "rank correlation of ED(t_eval) after training with the batch size",
			Value: func(n []*Evidence) float64 {
				return against(settings, n, func(e *Evidence) float64 { return e.After.ED[e.evaluation()] })
			},
			Threshold: atLeast(0.5, "a clear trend over four sizes; chance gives 0 with a spread of 0.58"),
		})
	}
	return claim
}
