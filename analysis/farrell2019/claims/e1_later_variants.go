package claims

import (
	"fmt"
	"image/color"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// variantSetting is one setting of a variant of the authors' later code: both networks, as its sweep file has them.
type variantSetting struct {
	label  string // what is set, such as "dropout 0.2"
	high   bool   // inputs of 200 dimensions; else few
	paper  bool   // it is the paper's own
	by     map[float64]network
	layers bool // depth in place of time
}

// inputs names the inputs of a setting.
func (s variantSetting) inputs() string {
	return fmt.Sprintf("d = %d", s.by[graph.StronglyChaotic].config.Task.Dimension)
}

// both returns the networks of g = 20 and g = 250.
func (s variantSetting) both() []network {
	return []network{s.by[graph.EdgeOfChaos], s.by[graph.StronglyChaotic]}
}

// settingsOf returns the settings of a variant in the order of its file. They have as many realisations as the file gives, at most
// those of the options.
func (o Options) settingsOf(v farrell2019.Variant) []variantSetting {
	plan, err := v.Plan()
	must(err) // a test decodes every file
	paper := map[string]bool{}
	for _, g := range couplings {
		paper[o.high(g, brief).config.Fingerprint()], paper[o.low(g, brief).config.Fingerprint()] = true, true
	}
	var settings []variantSetting
	at, count := map[string]int{}, map[string]int{}
	for _, run := range plan.Runs {
		c := o.atScale(run.Config)
		label, id := v.Label(plan, run), c.Fingerprint()
		key := fmt.Sprintf("%s, %v", label, c.Task.Dimension)
		i, known := at[key]
		if !known {
			i = len(settings)
			at[key] = i
			_, layers, _ := c.Network.Layers()
			settings = append(settings, variantSetting{label: label, high: run.Config.Task.Dimension > mostLowDimensions, paper: paper[id],
				by: map[float64]network{}, layers: layers})
		}
		count[id]++
		settings[i].by[run.Config.Network.Coupling] = network{config: c, most: count[id]}
	}
	return settings
}

// mostLowDimensions is the most dimensions that count as few.
const mostLowDimensions = 10

// atScale returns a configuration of a sweep file as the options ask for it, of realisation 0.
func (o Options) atScale(c train.Config) train.Config {
	c.Seed, c.Realisation, c.Network.ExactRadius = o.Seed, 0, o.ExactRadius
	if o.Quick {
		small := c
		farrell2019.Quicken(&small)
		small.Network.Units, small.Task.Clusters, small.Measures.Steps = c.Network.Units/2, c.Task.Clusters/2, c.Measures.Steps
		small.Task.Dimension = min(c.Task.Dimension, small.Network.Units)
		c = small
	}
	if o.adjust != nil {
		o.adjust(&c)
	}
	return c
}

// e1LaterVariants asks whether the paper's two effects are there under the settings that the authors' later code varies.
func e1LaterVariants(o Options) Claim {
	claim := Claim{
		ID: "E1", Place: "the authors' code of 2022", Study: true,
		Sentence: "Compression of high-dimensional inputs, and expansion followed by compression of two-dimensional ones, survive the variants of the authors' later code.",
		Plain: "With 200 inputs every variant solves the task and compresses to about a tenth or less, except the squared error of one " +
			"output ({loss mse scalar, d = 200, compression} left) and dropout of 0.5 ({dropout 0.5, d = 200, compression}, accuracy " +
			"{dropout 0.5, d = 200, accuracy} at g = 250). With few inputs the strongly chaotic network expands at least half as far " +
			"again as the other and falls again, for certain, with 40 clusters ({clusters 40, d = 2, expansion} times as far), 300 units " +
			"({units 300, d = 2, expansion}) and 4 inputs ({dimension 4, d = 4, expansion}); about as far with 10 inputs ({dimension 10, " +
			"d = 10, expansion}), weight decay ({weight decay 0.0001, d = 2, expansion}), noise of 0.05 ({noise 0.05, d = 2, expansion}) " +
			"and through the layers of feed-forward networks ({cell feed forward, start shared, d = 2, expansion} and {cell feed forward, " +
			"start independent, d = 2, expansion}, layers starting from shared or independent weights); the paper's own setting gives " +
			"{the paper's setting, d = 2, expansion}. It does not expand for certain with the squared error of one output ({loss mse " +
			"scalar, d = 2, expansion}) and less than the other with dropout of 0.2 ({dropout 0.2, d = 2, expansion}). It expands without " +
			"falling by t = 15 with 120 clusters (least over peak {clusters 120, d = 2, fall}), input to two units only ({embedding one " +
			"to one, d = 2, fall}) and dropout of 0.5 ({dropout 0.5, d = 2, fall}). For d = 2, dropout ({dropout 0.05, d = 2, accuracy} " +
			"at 0.05, {dropout 0.2, d = 2, accuracy} at 0.2, {dropout 0.5, d = 2, accuracy} at 0.5) and noise of 0.5 ({noise 0.5, d = 2, " +
			"accuracy}) cost accuracy.",
		Doubt: "Intervals of five realisations are rough, and leave many numbers near their range open, most of them on how far the strongly " +
			"chaotic network expands, that of the paper's own setting among them. Networks that do not fall have not learned the task as " +
			"well either; more epochs were not tried.",
		Draw: drawVariants,
	}
	known := map[string]bool{} // the paper's settings are in several files
	for _, v := range farrell2019.Variants() {
		for _, s := range o.settingsOf(v) {
			if s.paper {
				s.label = "the paper's setting"
			}
			parts := o.lowVariantParts(s)
			if s.high {
				parts = highVariantParts(s)
			}
			if s.paper && known[parts[0].Name] {
				continue
			}
			known[parts[0].Name] = true
			for i := range parts {
				if s.paper {
					parts[i].Threshold = reported("for comparison; C1, C3, C13 and C14 judge it")
				}
			}
			claim.Parts = append(claim.Parts, parts...)
		}
	}
	return claim
}

// highVariantParts are the parts of C1 and C3 for the worse of the two networks.
func highVariantParts(s variantSetting) []Part {
	name, where := s.label+", "+s.inputs(), s.inputs()+", g = 20 and g = 250, "+s.label
	return []Part{
		{Name: name + ", compression", Experiment: where, Needs: s.both(), Statistic: "larger of both networks' ED(t_eval) / ED(0) after training",
			Value: func(n []*Evidence) float64 { return math.Max(n[0].compression(), n[1].compression()) }, Threshold: atMost(strongly, "as C3")},
		{Name: name + ", accuracy", Experiment: where, Needs: s.both(), Statistic: "smaller of both networks' accuracies on fresh samples after training",
			Value: func(n []*Evidence) float64 { return math.Min(n[0].accuracy(), n[1].accuracy()) }, Threshold: atLeast(perfect, "as C1")},
	}
}

// worse is how much less accuracy than at the paper's setting still counts as solving the task.
const worse = 0.05

// lowVariantParts are the parts of C14 for a variant, and its accuracy beside that of the paper's setting.
func (o Options) lowVariantParts(s variantSetting) []Part {
	name, where := s.label+", "+s.inputs(), s.inputs()+", g = 20 and g = 250, "+s.label
	wild, paper := s.by[graph.StronglyChaotic], o.low(graph.StronglyChaotic, brief)
	paper.most = wild.most
	return []Part{
		{Name: name + ", expansion", Experiment: where, Needs: s.both(), Statistic: "largest ED over t = 0 .. t_eval after training, g = 250 / g = 20",
			Value: func(n []*Evidence) float64 { return peak(n[1]) / peak(n[0]) }, Threshold: atLeast(further, "half as much again, as C14")},
		{Name: name + ", fall", Experiment: where, Needs: []network{wild}, Statistic: "ED at its least from the peak to t = 15 (the last layer) over ED at the peak, g = 250",
			Value: func(n []*Evidence) float64 { return n[0].trained().fall() }, Threshold: atMost(fallen, "a fall of a tenth, as C14")},
		{Name: name + ", accuracy", Experiment: where + ", and the paper's setting", Needs: []network{wild, paper},
			Statistic: "accuracy on fresh samples minus that of the paper's setting in the same realisation, g = 250",
			Value:     func(n []*Evidence) float64 { return n[0].accuracy() - n[1].accuracy() },
			Threshold: atLeast(-worse, "five in a hundred, more than realisations and 1000 samples differ by")},
	}
}

// drawVariants draws one figure for each variant: ED through time, or depth, and accuracy through training.
func drawVariants(r *Result) []panel {
	var panels []panel
	for _, v := range farrell2019.Variants() {
		grid := &figure.Grid{Title: "E1: " + v.Title, Columns: 1, Dashes: "g = 20 (solid: g = 250)"}
		settings := r.Options.settingsOf(v)
		var accuracy []*figure.LineChart
		for _, high := range []bool{true, false} {
			ed, learned := r.variantCharts(settings, high)
			if ed == nil {
				continue
			}
			grid.Charts, accuracy = append(grid.Charts, ed), append(accuracy, learned)
			grid.Columns = len(grid.Charts)
		}
		if grid.Charts = append(grid.Charts, accuracy...); len(grid.Charts) > 0 {
			panels = append(panels, panel{"E1-" + v.Name, "E1: " + v.Title, "Medians over realisations after training. Grey: the paper's setting. The sweep is variants/" + v.Name + ".yaml.", grid})
		}
	}
	return panels
}

// variantCharts returns the charts of the settings with many or few inputs, nil if there are none.
func (r *Result) variantCharts(settings []variantSetting, high bool) (ed, accuracy *figure.LineChart) {
	var dimensions, learned []figure.Curve
	var markers []figure.Marker
	marked, shown, inputs, layers := map[int]bool{}, 0, "", false
	for i, s := range settings {
		colour := color.Color(color.Gray{Y: 120})
		if !s.paper {
			colour = figure.ClassColour(distinctLabel(settings, i))
		}
		if s.high != high { // only its place in the legend
			dimensions = append(dimensions, figure.Curve{Name: s.label, Colour: colour})
			continue
		}
		inputs, layers = s.inputs(), layers || s.layers
		for _, g := range couplings {
			of := s.by[g]
			for _, values := range []struct {
				to  *[]figure.Curve
				row func(*Evidence) []float64
			}{{&dimensions, edAfter}, {&learned, accuracies}} {
				c := r.through(of, s.label, colour, values.row)
				c.Lo, c.Hi, c.Dashed = nil, nil, g == graph.EdgeOfChaos
				if len(c.X) > 0 {
					*values.to = append(*values.to, c)
					shown++
				}
			}
		}
		if t := s.by[graph.StronglyChaotic].config.Training.EvaluationStep; !marked[t] {
			marked[t] = true
			markers = append(markers, figure.Marker{X: float64(t), Label: "$t_{eval}$"})
		}
	}
	if shown == 0 {
		return nil, nil
	}
	if !high && len(lowInputs(settings)) > 1 {
		inputs = "few inputs"
	}
	x := "time step $t$"
	if layers {
		x = "time step or layer $t$"
	}
	ed = &figure.LineChart{Title: "ED, " + inputs, XLabel: x, YLabel: edLabel, Curves: dimensions, Markers: markers}
	accuracy = &figure.LineChart{Title: "Accuracy, " + inputs, XLabel: "epoch", YLabel: "accuracy on fresh samples", Curves: learned, YLimits: aboveChance}
	return ed, accuracy
}

// distinctLabel returns the number of a setting's label among those that are not the paper's, so that a setting has one colour
// whatever its inputs.
func distinctLabel(settings []variantSetting, i int) int {
	number := map[string]int{}
	for _, s := range settings[:i+1] {
		if _, known := number[s.label]; !known && !s.paper {
			number[s.label] = len(number)
		}
	}
	return number[settings[i].label]
}

// lowInputs returns the numbers of inputs of the settings with few of them.
func lowInputs(settings []variantSetting) map[int]bool {
	dimensions := map[int]bool{}
	for _, s := range settings {
		if !s.high {
			dimensions[s.by[graph.StronglyChaotic].config.Task.Dimension] = true
		}
	}
	return dimensions
}
