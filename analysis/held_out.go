package analysis

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

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

// HeldOutFolds returns count sets of samples to hold out where there are no clusters to do so: rows, ascending, each set
// with the given fraction of every class (rounded, at least one row, at most all but one). Folds are disjoint until every
// row has been in one, like those of scikit-learn's StratifiedKFold with shuffling; then rows are shuffled again.
//
// labels has the class of each sample, any ints; fraction is in (0, 1); count is at least 1.
//
// Errors: fewer than two classes, a class of one sample, fraction or count out of range. It advances random.
func HeldOutFolds(labels []int, fraction float64, count int, random *rand.Rand) ([][]int, error) {
	classes := rowsByCluster(labels)
	switch {
	case len(classes) < 2:
		return nil, fmt.Errorf("analysis: held-out folds of %d classes; record samples of at least 2", len(classes))
	case !(fraction > 0 && fraction < 1):
		return nil, fmt.Errorf("analysis: held-out fraction %v; must be above 0 and below 1", fraction)
	case count < 1:
		return nil, fmt.Errorf("analysis: %d held-out folds; ask for at least 1", count)
	}
	for _, rows := range classes {
		if len(rows) < 2 {
			return nil, fmt.Errorf("analysis: class %d has a single sample, which cannot be held out and trained on; record more", labels[rows[0]])
		}
	}
	round := int(math.Floor(1/fraction + 1e-9)) // folds until every row has been in one; 1e-9 allows for the rounding of 1 / 0.2
	folds := make([][]int, count)
	for i := range folds {
		for _, rows := range classes {
			if i%round == 0 {
				random.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
			}
			edge := func(fold int) int { return int(math.Round(float64(fold) * fraction * float64(len(rows)))) }
			from := min(edge(i%round), len(rows)-1)
			size := max(1, min(edge(i%round+1)-from, len(rows)-from, len(rows)-1))
			folds[i] = append(folds[i], rows[from:from+size]...)
		}
		slices.Sort(folds[i])
	}
	return folds, nil
}

// HeldOutCurve is the accuracy of a linear readout through time, on the samples it was trained on and on the others.
type HeldOutCurve struct {
	Train    []float64 // T, mean accuracy over the splits on the samples trained on, in [0, 1]
	HeldOut  []float64 // T, mean accuracy over the splits on the samples held out, in [0, 1]
	Warnings []error   // doubts, e.g. [*NotConvergedWarning] inside an [*AtStep]
}

// HeldOutAccuracy is [HeldOutSampleAccuracy] with all samples of some clusters held out. splits has one set of cluster ids
// for each split, e.g. from [HeldOutSplits]; ids that no sample has are ignored.
func HeldOutAccuracy(ctx context.Context, trajectory *data.Trajectory, splits [][]int, config LogisticConfig) (*HeldOutCurve, error) {
	return HeldOutSampleAccuracy(ctx, trajectory, SamplesOfClusters(trajectory.Clusters, splits), config)
}

// SamplesOfClusters returns, for each set of cluster ids, the samples of these clusters: rows, ascending. clusters has the
// cluster id of each sample.
func SamplesOfClusters(clusters []int, sets [][]int) [][]int {
	samples := make([][]int, len(sets))
	for i, set := range sets {
		for sample, cluster := range clusters {
			if slices.Contains(set, cluster) {
				samples[i] = append(samples[i], sample)
			}
		}
	}
	return samples
}

// HeldOutSampleAccuracy returns, for every t, the accuracy of logistic regressions of the classes on the hidden states, each
// trained on the samples that a split keeps: on these samples and on those held out, averaged over the splits. The same
// splits are used at every t.
//
// The readouts of all splits are fitted together. A fit ends early once the next step would change no margin (with more than two
// classes, no lead of the largest margin over another) of a training or held-out sample by a thousandth of its size: the accuracies
// are then those of the minimum, while the weights are not. At every t the search starts from the margins found before, which changes
// how long it takes and not where it ends. With more units than samples, the regression works in the space that the samples span,
// which gives the same margins at a cost that grows as the square of the number of samples.
//
// Samples of one class that have the same states at all times are one row with a weight, which gives the same minimum at a
// fraction of the cost, and a [*RepeatedSamplesWarning].
//
// heldOut has one set of samples for each split, rows of the states in [0, S) without repetition, e.g. from
// [HeldOutFolds]. A held-out sample whose class is not among those trained on counts as wrong.
//
// Errors: those of config and of the trajectory's Validate, [*NotFiniteError] inside an [*AtStep], [*OneClassError], a
// split that holds out no sample, or all.
//
// Source: Farrell et al. 2019; scikit-learn's LogisticRegression defines each fit, see [FitLogistic].
func HeldOutSampleAccuracy(ctx context.Context, trajectory *data.Trajectory, heldOut [][]int, config LogisticConfig) (*HeldOutCurve, error) {
	if err := errors.Join(config.Validate(), trajectory.Validate()); err != nil {
		return nil, err
	}
	if len(heldOut) == 0 {
		return nil, errors.New("analysis: no held-out splits; draw them with HeldOutSplits or HeldOutFolds")
	}
	distinct, set := distinctSamples(trajectory.H, trajectory.Labels)
	labels, clusters := picked(trajectory.Labels, distinct), picked(trajectory.Clusters, distinct)
	readouts, trained, tested := make([]readout, len(heldOut)), make([][]int, len(heldOut)), make([][]int, len(heldOut))
	for i, held := range heldOut {
		train, err := otherRows(len(trajectory.Labels), held)
		if err != nil {
			return nil, fmt.Errorf("analysis: held-out split %d: %w", i, err)
		}
		trained[i], tested[i] = picked(set, train), picked(set, held)
		fitted, err := newReadout(trained[i], labels)
		var oneClass *OneClassError
		if errors.As(err, &oneClass) {
			return nil, &OneClassError{Split: i, Class: oneClass.Class}
		}
		readouts[i] = fitted
	}
	_, units := trajectory.H[0].Dims()
	samples := len(distinct)
	wide := units > samples
	solver := newSolver(samples, min(samples, units), readouts, rowsByCluster(clusters), config)
	solver.signs = true
	curve := &HeldOutCurve{Train: make([]float64, len(trajectory.H)), HeldOut: make([]float64, len(trajectory.H))}
	if samples < len(trajectory.Labels) {
		curve.Warnings = append(curve.Warnings, &RepeatedSamplesWarning{Distinct: samples, Samples: len(trajectory.Labels)})
	}
	for t, states := range trajectory.H {
		if err := checkFinite(states); err != nil {
			return nil, &AtStep{Step: t, Err: err}
		}
		if samples < len(trajectory.Labels) {
			states = rowsAt(states, distinct)
		}
		if wide {
			states = inSampleSpace(states)
		}
		if err := solver.solve(ctx, states); err != nil {
			return nil, err
		}
		for i := range readouts {
			curve.Train[t] += solver.accuracy(i, trained[i], labels) / float64(len(heldOut))
			curve.HeldOut[t] += solver.accuracy(i, tested[i], labels) / float64(len(heldOut))
			if warning := solver.warning(i); warning != nil {
				curve.Warnings = append(curve.Warnings, &AtStep{Step: t, Err: warning})
			}
		}
	}
	return curve, nil
}

// inSampleSpace returns S coordinates for each of S points of more units, in which their deviations from the mean have the same inner
// products as in the units, so that a regression with an intercept has the same margins: the Cholesky factor of the Gram matrix.
// That matrix has no inverse, since deviations add up to 0, so its diagonal is raised by its rounding.
//
// Source: Hastie, Tibshirani, Friedman 2009, section 18.3.5.
func inSampleSpace(points *mat.Dense) *mat.Dense {
	deviations, _, factor := centred(points)
	samples := deviations.Rows
	if factor == 0 {
		return mat.NewDense(samples, samples, nil)
	}
	gram, lower := smallerGram(deviations), newGeneral(samples, samples)
	diagonal := 0.0
	for i := range samples {
		diagonal = max(diagonal, gram.Data[i*gram.Stride+i])
	}
	factors := newCholesky[float64](samples)
	for raise := 8 * float64(samples) * 0x1p-53 * diagonal; ; raise *= 10 {
		copy(lower.Data, gram.Data)
		for i := range samples {
			lower.Data[i*lower.Stride+i] += raise
		}
		if factors.factorise(matrix[float64](lower)) {
			break
		}
	}
	for i := range samples {
		row := rowOf(lower, i)
		clear(row[i+1:])
		if factor != 1 {
			floats.Scale(1/factor, row)
		}
	}
	return mat.NewDense(samples, samples, lower.Data)
}

// otherRows returns the rows of 0 .. samples-1 that are not held out, some but not all.
func otherRows(samples int, held []int) ([]int, error) {
	isHeld := make([]bool, samples)
	for _, row := range held {
		if row < 0 || row >= samples || isHeld[row] {
			return nil, fmt.Errorf("row %d is repeated or not one of %d samples", row, samples)
		}
		isHeld[row] = true
	}
	if len(held) == 0 || len(held) == samples {
		return nil, fmt.Errorf("holds out %d of %d samples; name some, not all", len(held), samples)
	}
	others := make([]int, 0, samples-len(held))
	for row, is := range isHeld {
		if !is {
			others = append(others, row)
		}
	}
	return others, nil
}

// accuracy returns the fraction of the given rows, which may repeat, that the readout classifies correctly, from the margins of the last
// solve.
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

// picked returns the values of the given rows.
func picked(values, rows []int) []int {
	some := make([]int, len(rows))
	for i, row := range rows {
		some[i] = values[row]
	}
	return some
}
