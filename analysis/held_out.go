package analysis

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
)

// HeldOutSplits returns count random sets of clusters to hold out, each the ids of the given fraction of all clusters
// (rounded, at least one, at most all but one), ascending.
//
// clusters has the cluster id of each sample, any ints; fraction is in (0, 1); count is at least 1. Splits are drawn
// one by one without replacement inside a split, and independently of one another: they may overlap. They are not
// stratified: the classes of the clusters held out are left to chance, as in the authors' code. [HeldOutAccuracy]
// returns an error for a split that leaves fewer than two classes to train on.
//
// Errors: fewer than two clusters, fraction or count out of range. It advances random.
func HeldOutSplits(clusters []int, fraction float64, count int, random *rand.Rand) ([][]int, error) {
	all := sortedUnique(allRows(len(clusters)), clusters)
	switch {
	case len(all) < 2:
		return nil, fmt.Errorf("analysis: held-out splits of %d clusters; record samples of at least 2", len(all))
	case !(fraction > 0 && fraction < 1):
		return nil, fmt.Errorf("analysis: held-out fraction %v; must be above 0 and below 1", fraction)
	case count < 1:
		return nil, fmt.Errorf("analysis: %d held-out splits; ask for at least 1", count)
	}
	size := int(math.Round(fraction * float64(len(all))))
	size = max(1, min(size, len(all)-1))
	splits := make([][]int, count)
	for i := range splits {
		for _, at := range random.Perm(len(all))[:size] {
			splits[i] = append(splits[i], all[at])
		}
		slices.Sort(splits[i])
	}
	return splits, nil
}

// HeldOutCurve is what a linear readout finds through time, on the clusters it was trained on and on the others.
type HeldOutCurve struct {
	Train    []float64 // T, mean accuracy over the splits on the samples trained on, in [0, 1]
	HeldOut  []float64 // T, mean accuracy over the splits on the samples of the held-out clusters, in [0, 1]
	Warnings []error   // doubts, e.g. [*NotConvergedWarning] inside an [*AtStep]
}

// HeldOutAccuracy returns, for every t, the accuracy of logistic regressions of the classes on the hidden states, each
// trained on the samples whose clusters a split keeps: on these samples and on those of the held-out clusters, averaged
// over the splits. The same splits are used at every t.
//
// The readouts of all splits are fitted together. With two classes, a fit ends early once the next step would change no
// margin, of the samples trained on or of the others, by a thousandth of its size: the accuracies are then those of the
// minimum, while the weights are not. At every t the search starts from the margins found before, which changes how long
// it takes and not where it ends.
//
// splits has one set of cluster ids for each split, e.g. from [HeldOutSplits]; ids that no sample has are ignored. A
// sample held out of a class that is not among those trained on counts as wrong.
//
// Errors: those of config and of the trajectory's Validate, [*NotFiniteError] inside an [*AtStep], [*OneClassError], a
// split that holds out no sample.
//
// Source: Farrell et al. 2019; scikit-learn's LogisticRegression defines each fit, see [FitLogistic].
func HeldOutAccuracy(trajectory *data.Trajectory, splits [][]int, config LogisticConfig) (*HeldOutCurve, error) {
	if err := errors.Join(config.Validate(), trajectory.Validate()); err != nil {
		return nil, err
	}
	if len(splits) == 0 {
		return nil, errors.New("analysis: no held-out splits; draw them with HeldOutSplits")
	}
	readouts, heldOut := make([]readout, len(splits)), make([][]int, len(splits))
	for i, split := range splits {
		var train []int
		for sample, cluster := range trajectory.Clusters {
			if slices.Contains(split, cluster) {
				heldOut[i] = append(heldOut[i], sample)
			} else {
				train = append(train, sample)
			}
		}
		if len(heldOut[i]) == 0 || len(train) == 0 {
			return nil, fmt.Errorf("analysis: held-out split %d holds out %d of %d samples; name some of the clusters, not all",
				i, len(heldOut[i]), len(trajectory.Clusters))
		}
		fitted, err := newReadout(train, trajectory.Labels)
		var oneClass *OneClassError
		if errors.As(err, &oneClass) {
			return nil, &OneClassError{Split: i, Class: oneClass.Class}
		}
		readouts[i] = fitted
	}
	samples, units := trajectory.H[0].Dims()
	solver := newSolver(samples, units, readouts, rowsByCluster(trajectory.Clusters), config)
	solver.signs = true
	curve := &HeldOutCurve{Train: make([]float64, len(trajectory.H)), HeldOut: make([]float64, len(trajectory.H))}
	for t, states := range trajectory.H {
		if err := checkFinite(states); err != nil {
			return nil, &AtStep{Step: t, Err: err}
		}
		solver.solve(states)
		for i := range readouts {
			curve.Train[t] += solver.accuracy(i, readouts[i].train, trajectory.Labels) / float64(len(splits))
			curve.HeldOut[t] += solver.accuracy(i, heldOut[i], trajectory.Labels) / float64(len(splits))
			if warning := solver.warning(i); warning != nil {
				curve.Warnings = append(curve.Warnings, &AtStep{Step: t, Err: warning})
			}
		}
	}
	return curve, nil
}

// accuracy returns the fraction of the given rows whose class the readout tells, from the margins of the last solve.
func (s *solver) accuracy(readout int, rows, labels []int) float64 {
	right := 0
	for _, row := range rows {
		if s.readouts[readout].decide(s.states[readout].margins, row, s.x.Rows) == labels[row] {
			right++
		}
	}
	return float64(right) / float64(len(rows))
}

// rowsByCluster returns the rows of each cluster, in the order of their ids.
func rowsByCluster(clusters []int) [][]int {
	ids := sortedUnique(allRows(len(clusters)), clusters)
	groups := make([][]int, len(ids))
	for row, cluster := range clusters {
		at, _ := slices.BinarySearch(ids, cluster)
		groups[at] = append(groups[at], row)
	}
	return groups
}
