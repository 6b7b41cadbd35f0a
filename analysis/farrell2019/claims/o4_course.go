package claims

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// coursePanels returns the pictures of what happens during training (open question O4): Lyapunov spectra,
// and the dimensionality and intrinsic dimension at the evaluation step.
func (r *Result) coursePanels() []panel {
	ends := &figure.LineChart{Title: "O4: dimensions during training", XLabel: "log$_{2}$ of 1 + epoch", YLabel: "dimension at $t_{eval}$"}
	spectra := []panel{}
	for figureIndex, of := range []func(float64) network{r.high, r.low} {
		inputs := []string{"d = n", "d = 2"}[figureIndex]
		for i, g := range couplings {
			e := r.of([]network{of(g)}, 0)[0]
			if len(e.Course) == 0 || e.Diverged != "" {
				continue
			}
			name := fmt.Sprintf("%s, $g$ = %g", inputs, g)
			colour := figure.ClassColour(2*figureIndex + i)
			ed, intrinsic := figure.Curve{Name: name, Colour: colour}, figure.Curve{Name: name + ", intrinsic", Colour: colour, Dashed: true}
			spectrum := &figure.LineChart{Title: fmt.Sprintf("Lyapunov spectrum during training, %s, g = %g", inputs, g),
				XLabel: "index of the exponent", YLabel: "Lyapunov exponent, nats a step", Levels: []figure.Level{{Y: 0, Label: "0"}}}
			for at, now := range e.Course {
				x := math.Log2(1 + float64(now.Epoch))
				ed.X, ed.Median = append(ed.X, x), append(ed.Median, now.ED[e.evaluation()])
				intrinsic.X, intrinsic.Median = append(intrinsic.X, x), append(intrinsic.Median, now.Intrinsic[e.evaluation()])
				if len(now.Exponents) == 0 {
					continue
				}
				line := figure.Curve{Name: fmt.Sprintf("epoch %d", now.Epoch), Colour: ramp(float64(at) / float64(max(1, len(e.Course)-1)))}
				for index, exponent := range now.Exponents {
					if exponent <= leastExponent {
						break // these directions vanish
					}
					line.X, line.Median = append(line.X, float64(index+1)), append(line.Median, exponent)
				}
				spectrum.Curves = append(spectrum.Curves, line)
			}
			ends.Curves = append(ends.Curves, ed, intrinsic)
			if len(spectrum.Curves) > 0 {
				spectra = append(spectra, panel{fmt.Sprintf("spectrum-%d-%g", figureIndex+2, g), "Lyapunov spectrum: " + inputs + fmt.Sprintf(", g = %g", g),
					"First realisation, without input, the median of ten starts, from states at the evaluation step on. Above 0 the network is chaotic.", spectrum})
			}
		}
	}
	if chaos := r.chaosThroughTraining(); len(chaos.Curves) > 0 {
		spectra = append(spectra, panel{"O4-chaos", "O4: chaos during training",
			bandsCaption + "Each value is the median of ten starts, before training, after epochs 1, 5, 10, 20 and at the end.", chaos})
	}
	if len(ends.Curves) > 0 {
		spectra = append(spectra, panel{"O4", "O4: dimensions during training",
			"First realisation. Solid: effective dimensionality; dashed: intrinsic dimension by two neighbours (TwoNN), which are of the same cluster.", ends})
	}
	return spectra
}

// chaosThroughTraining draws the largest exponent through training of the paper's four networks, over all realisations.
func (r *Result) chaosThroughTraining() *figure.LineChart {
	drawing := &figure.LineChart{Title: "O4: chaos during training", XLabel: "log$_{2}$ of 1 + epoch", YLabel: "largest Lyapunov exponent",
		Levels: []figure.Level{{Y: 0, Label: "0"}}}
	for figureIndex, of := range []func(float64) network{r.high, r.low} {
		for i, g := range couplings {
			var epochs []float64
			rows := r.series(of(g), func(e *Evidence) []float64 {
				values := []float64{initialExponent(e)}
				epochs = []float64{0}
				for _, now := range e.Course {
					if slices.Contains(momentEpochs, now.Epoch) && now.Epoch < e.LastEpoch() {
						epochs, values = append(epochs, math.Log2(1+float64(now.Epoch))), append(values, largestOf(now.Exponents))
					}
				}
				epochs = append(epochs, math.Log2(1+float64(e.LastEpoch())))
				return append(values, largestExponent(e))
			})
			if len(rows) > 0 && len(rows[0]) > 2 {
				drawing.Curves = append(drawing.Curves,
					curve(fmt.Sprintf("%s, $g$ = %g", []string{"d = n", "d = 2"}[figureIndex], g), figure.ClassColour(2*figureIndex+i), epochs, rows))
			}
		}
	}
	return drawing
}

// ramp is a colour scale from light to dark blue.
func ramp(share float64) color.Color {
	between := func(from, to float64) uint8 { return uint8(from + share*(to-from)) }
	return color.NRGBA{R: between(170, 10), G: between(205, 40), B: between(240, 110), A: 255}
}
