package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
)

// explored returns the first network of a group whose states were kept, nil if there is none.
func explored(g *measure.Group) *measure.Measurements {
	for _, m := range g.Networks {
		if m.Exploration != nil {
			return m
		}
	}
	return nil
}

// inputsOf names the inputs of networks, under which the panel lists them.
func inputsOf(g *measure.Group) string {
	if g.Dimension == 0 {
		return g.Networks[0].Config.Task.EffectiveKind()
	}
	return fmt.Sprintf("%d-dimensional inputs", g.Dimension)
}

// Explorer returns the panel of a report: the first realisation of each group of networks with the curves of all. It is nil if no first
// realisation is among the networks.
func Explorer(r *measure.Table, bands []measure.CurveBand) *figure.Explorer {
	panel := &figure.Explorer{}
	groups := groupsOf(r)
	for _, of := range groups.Groups {
		m := explored(of)
		if m == nil || len(panel.Networks) == exploredGroups {
			continue
		}
		c, name := m.Config, of.Name
		if r.ByCoupling {
			name = NetworkName(of.Coupling)
		}
		network := figure.ExploredNetwork{
			Group: inputsOf(of), Name: figure.PlainText(name), Colour: groups.colour(of), Evaluation: c.EvaluationTime(), Chance: 1 / float64(m.Exploration.ClassCount()),
			Classes: m.Exploration.Classes, Clusters: m.Exploration.Clusters,
			ClassNames: m.Exploration.ClassNames, ClusterNames: m.Exploration.ClusterNames, HeldOutSamples: m.After.HeldOutSamples,
		}
		curve := func(series, stage string) (curve figure.ExploredCurve) {
			for _, b := range SelectBands(bands, series, stage, of) {
				curve.Median, curve.Lo, curve.Hi = append(curve.Median, b.Median), append(curve.Lo, b.Lo), append(curve.Hi, b.Hi)
			}
			return curve
		}
		network.Accuracy = curve("accuracy", measure.During)
		stage := func(name string, epoch int, ed, fitted, heldOut figure.ExploredCurve) {
			cloud := m.Exploration.At(epoch)
			if len(cloud.Scores)+len(ed.Median) == 0 {
				return // an imported network whose initial weights are not known
			}
			network.Stages = append(network.Stages, figure.ExploredStage{
				Name: name, Epoch: epoch, Scores: cloud.Scores, Explained: cloud.Explained, Dimensionality: ed, Fitted: fitted, HeldOut: heldOut,
			})
		}
		stage(measure.Before, 0, curve("ed", measure.Before), curve("lr_train", measure.Before), curve(m.Before.HeldOutName(), measure.Before))
		for _, now := range m.During {
			stage(measure.During, now.Epoch, figure.ExploredCurve{Median: now.ED}, figure.ExploredCurve{Median: now.LRTrain}, figure.ExploredCurve{Median: now.LRHeldOut})
		}
		stage(measure.After, m.LastEpoch(), curve("ed", measure.After), curve("lr_train", measure.After), curve(m.After.HeldOutName(), measure.After))
		panel.Networks = append(panel.Networks, network)
	}
	if len(panel.Networks) == 0 {
		return nil
	}
	return panel
}

// unexplored says which groups have no panel to explore and no measures during training, because these are of realisation
// 0 only, and it is not among their networks; empty if there are none.
func unexplored(s *coloured) string {
	var names []string
	for _, g := range s.Groups {
		var realisations []int
		for _, m := range g.Networks {
			realisations = append(realisations, m.Config.Realisation)
		}
		slices.Sort(realisations)
		if len(realisations) == 0 || realisations[0] == 0 {
			continue
		}
		numbers := make([]string, 0, len(realisations))
		for _, realisation := range slices.Compact(realisations) {
			numbers = append(numbers, strconv.Itoa(realisation))
		}
		name := strings.TrimSpace(figure.PlainText(g.Name) + " (realisation " + strings.Join(numbers, ", ") + ")")
		names = append(names, name)
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("the panel to explore and the measures during training are of realisation 0 only, which is missing of %s; add its run to see them",
		strings.Join(names, "; "))
}
