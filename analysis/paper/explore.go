package paper

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/data"
)

const (
	exploredSamples    = 300
	exploredComponents = 3
)

// Exploration is the states of some samples on their principal components at every step, before and after training, for the report's panel.
type Exploration struct {
	Classes  []int            `json:"classes"`  // S
	Clusters []int            `json:"clusters"` // S
	Stages   map[string]Cloud `json:"stages"`   // by before and after; a network that has collapsed has none
}

// Cloud is one stage of an [Exploration].
type Cloud struct {
	Scores    [][][]float64 `json:"scores"`    // T of S x k, with four digits
	Explained [][]float64   `json:"explained"` // T of k, shares of the variance in [0, 1]
}

// add projects a trajectory. The components come from all samples; some samples of every cluster are kept.
func (x *Exploration) add(stage string, trajectory *data.Trajectory) error {
	samples, units := trajectory.H[0].Dims()
	steps := make([]int, trajectory.Steps())
	for t := range steps {
		steps[t] = t
	}
	series, err := analysis.Snapshots(trajectory, steps, min(exploredComponents, samples, units))
	if errors.Is(err, analysis.ErrZeroVariance) {
		return nil
	}
	if err != nil {
		return err
	}
	kept := evenly(trajectory.Clusters, exploredSamples)
	x.Classes, x.Clusters = nil, nil
	for _, s := range kept {
		x.Classes, x.Clusters = append(x.Classes, trajectory.Labels[s]), append(x.Clusters, trajectory.Clusters[s])
	}
	cloud := Cloud{}
	for t, scores := range series.Scores {
		points := make([][]float64, len(kept))
		for i, s := range kept {
			points[i] = fourDigits(scores.RawRowView(s))
		}
		cloud.Scores, cloud.Explained = append(cloud.Scores, points), append(cloud.Explained, fourDigits(series.ExplainedRatio[t]))
	}
	if x.Stages == nil {
		x.Stages = map[string]Cloud{}
	}
	x.Stages[stage] = cloud
	return nil
}

// evenly returns, rising, the indices of at most count samples, as evenly over the clusters as they allow: the first ones of each.
func evenly(clusters []int, count int) []int {
	rounds, most := make([]int, len(clusters)), 0
	seen := map[int]int{}
	for s, cluster := range clusters {
		rounds[s] = seen[cluster]
		seen[cluster]++
		most = max(most, seen[cluster])
	}
	chosen := make([]bool, len(clusters))
	for round := 0; round < most && count > 0; round++ {
		for s := range clusters {
			if rounds[s] == round && count > 0 {
				chosen[s] = true
				count--
			}
		}
	}
	var kept []int
	for s, yes := range chosen {
		if yes {
			kept = append(kept, s)
		}
	}
	return kept
}

func distinct(values []int) int {
	seen := map[int]bool{}
	for _, value := range values {
		seen[value] = true
	}
	return len(seen)
}

func fourDigits(values []float64) []float64 {
	short := make([]float64, len(values))
	for i, value := range values {
		if math.IsInf(value, 0) || math.IsNaN(value) {
			continue
		}
		short[i], _ = strconv.ParseFloat(strconv.FormatFloat(value, 'g', 4, 64), 64)
	}
	return short
}

// Explorer returns the panel of a report: the first realisation of each network with the curves of all. It is nil if no first
// realisation is among the networks.
func (r *Result) Explorer(bands []CurveBand) *figure.Explorer {
	panel := &figure.Explorer{}
	shown := map[string]bool{}
	for _, m := range r.Networks {
		c := m.Config
		name := title(c)
		if m.Exploration == nil || shown[name] {
			continue
		}
		shown[name] = true
		network := figure.ExploredNetwork{
			Group: fmt.Sprintf("%d-dimensional inputs", m.dimension()), Name: strings.ReplaceAll(networkName(c.Network.Coupling), "$", ""),
			Colour: networkColour(c.Network.Coupling), Evaluation: c.Training.EvaluationStep, Chance: 1 / float64(distinct(m.Exploration.Classes)),
			Classes: m.Exploration.Classes, Clusters: m.Exploration.Clusters,
		}
		curve := func(measure, stage string) (curve figure.ExploredCurve) {
			for _, b := range selectBands(bands, Curve{Measure: measure, Dimension: m.dimension(), Coupling: c.Network.Coupling, Stage: stage}) {
				curve.Median, curve.Lo, curve.Hi = append(curve.Median, b.Median), append(curve.Lo, b.Lo), append(curve.Hi, b.Hi)
			}
			return curve
		}
		network.Accuracy = curve("accuracy", During)
		for _, stage := range []string{Before, After} {
			cloud := m.Exploration.Stages[stage]
			explored := figure.ExploredStage{
				Name: stage, Scores: cloud.Scores, Explained: cloud.Explained,
				Dimensionality: curve("ed", stage), Fitted: curve("lr_train", stage), HeldOut: curve("lr_heldout", stage),
			}
			if stage == After && len(m.History) > 0 {
				explored.Epoch = m.History[len(m.History)-1].Epoch
			}
			network.Stages = append(network.Stages, explored)
		}
		panel.Networks = append(panel.Networks, network)
	}
	if len(panel.Networks) == 0 {
		return nil
	}
	return panel
}
