package claims

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// batchSizes are the batch sizes for the question on gradient noise; the last is a whole epoch of the paper.
var batchSizes = []int{1, 10, 100, 800}

// noiseRealisations is few: the largest batch at equal updates takes as long as eighty networks.
const noiseRealisations = 5

// o3GradientNoise asks whether the noise of small batches drives compression. At equal samples, larger
// batches take fewer steps; at equal updates, they see more samples per update.
func o3GradientNoise(o Options) Claim {
	claim := Claim{
		ID: "O3", Place: "last page, an open question", Study: true,
		Sentence: "Compression is driven by gradient noise: smaller batches compress more.",
		Doubt: "In 5 realisations there is no such trend. At equal samples ED at t_eval is 3.0, 3.5, 2.6 and 8.9 for batches of 1, 10, 100 and 800, where the " +
			"last took only 40 steps of training; at equal updates it is 2.7, 3.5, 2.4 and 2.4. Batches that are nearly free of noise compress as " +
			"much as single samples, so the noise of the gradient is not what drives compression here.",
	}
	settings := make([]float64, len(batchSizes))
	var equalSamples, equalUpdates []network
	for i, size := range batchSizes {
		settings[i] = float64(size)
		samples := o.high(graph.StronglyChaotic, batch(size))
		updates := o.high(graph.StronglyChaotic, func(c *train.Config) {
			steps := c.Training.Samples / c.Training.Batch
			c.Training.Batch, c.Training.Samples = size, steps*size
		})
		samples.most, updates.most = noiseRealisations, noiseRealisations
		equalSamples, equalUpdates = append(equalSamples, samples), append(equalUpdates, updates)
	}
	for _, by := range []struct {
		name  string
		needs []network
	}{{"equal samples", equalSamples}, {"equal updates", equalUpdates}} {
		claim.Parts = append(claim.Parts, Part{
			Name: by.name, Experiment: fmt.Sprintf("d = n, g = 250, batches of %v, %s", batchSizes, by.name), Needs: by.needs,
			Statistic: "rank correlation of ED(t_eval) after training with the batch size",
			Value:     func(n []*Evidence) float64 { return against(settings, n, edAtEvaluation) },
			Threshold: atLeast(0.5, "a clear trend over four sizes; chance gives 0 with a spread of 0.58"),
		})
	}
	claim.Draw = func(r *Result) []panel { return r.drawBatches(settings, claim.Parts) }
	return claim
}

func (r *Result) drawBatches(sizes []float64, parts []Part) []panel {
	drawing := &figure.LineChart{Title: "O3: compression and batch size, d = n, g = 250", XLabel: "log$_{10}$ of the batch", YLabel: "ED at $t_{eval}$"}
	logarithms := make([]float64, len(sizes))
	for i, size := range sizes {
		logarithms[i] = math.Log10(size)
	}
	for i, part := range parts {
		drawing.Curves = append(drawing.Curves, r.over(logarithms, part.Needs, part.Name, figure.ClassColour(i), edAtEvaluation))
	}
	return []panel{{"O3", "O3: gradient noise", bandsCaption, drawing}}
}
