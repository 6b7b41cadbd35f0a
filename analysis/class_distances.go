package analysis

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data"
)

// PairDistances is the Euclidean distance of the pairs of one kind. Without pairs, all but Pairs are NaN.
type PairDistances struct {
	Mean         float64 // in units of the points
	RMS          float64 // root mean square, at least Mean
	RelativeMean float64 // Mean over the root-mean-square distance of all pairs: free of scale
	RelativeRMS  float64 // RMS over the root-mean-square distance of all pairs: free of scale
	Pairs        int     // pairs of this kind, each counted once
}

// VarianceParts is the total variance tr(C), C with divisor S, cut into parts that add up to Total.
type VarianceParts struct {
	BetweenClasses  float64 // of the class means around the mean of all samples
	BetweenClusters float64 // of the cluster means around the mean of their class
	WithinClusters  float64 // of the samples around the mean of their cluster
	Total           float64
}

// ClassFraction returns BetweenClasses / Total, in [0, 1]: 0 if all classes have the same mean, 1 if each is a point.
func (v VarianceParts) ClassFraction() float64 { return v.BetweenClasses / v.Total }

// Distances says how far samples of different classes, of the same class, and of clusters lie apart.
type Distances struct {
	BetweenClasses  PairDistances // pairs of different classes
	WithinClasses   PairDistances // pairs of the same class
	BetweenClusters PairDistances // pairs of the same class and different clusters
	WithinClusters  PairDistances // pairs of the same class and the same cluster
	All             PairDistances // all pairs; RelativeRMS is 1

	// Ratio is the mean distance between classes over that within, 1 where the classes do not matter. NaN without
	// pairs within a class, +Inf if all these have distance 0.
	Ratio float64
	// Silhouette is the mean over samples of (b - a) / max(a, b), in [-1, 1]: a is the mean distance to the other
	// samples of its class, b the least over other classes of the mean distance to their samples. It is 0 for a sample
	// that is alone in its class.
	Silhouette float64

	Variance VarianceParts
	Warnings []error // doubts, e.g. [*NoPairsWarning]
}

// NoPairsWarning travels with distances of which one kind has no pair, so that its values are NaN.
type NoPairsWarning struct {
	Kind string // the pairs that are missing, e.g. "within classes"
}

// Error returns the kind and the fix on one line.
func (w *NoPairsWarning) Error() string {
	return fmt.Sprintf("analysis: no two samples to measure distances %s; record more samples or leave this distance out", w.Kind)
}

// ClassDistances returns the distances |x_i - x_j| of all pairs of points by whether they share their class and their
// cluster, their silhouette, and the variance between and within the groups:
//
//	S^-1 sum_i |x_i - m|^2  =  S^-1 sum_c S_c |m_c - m|^2  +  S^-1 sum_k S_k |m_k - m_c(k)|^2  +  S^-1 sum_i |x_i - m_k(i)|^2
//
// where m are means, of all samples, of class c, and of the samples of class c in cluster k. A cluster may have samples
// of several classes, as happens if labels are shuffled; these then count as separate clusters. Pass labels as clusters
// where there are none: WithinClusters then equals WithinClasses.
//
// points is S x N, one sample a row; at least 2 rows. labels and clusters have S values. Shifting and rotating the points
// changes nothing; scaling them changes no relative value.
//
// Errors: [*TooFewSamplesError] below 2 samples, [*ShapeError], [*NotFiniteError], [*OneClassError], [ErrZeroVariance].
//
// Source: Rousseeuw 1987 (silhouette), doi:10.1016/0377-0427(87)90125-7; Farrell et al. 2019, section 2 (compression as
// growing distances between and shrinking distances within classes).
func ClassDistances(points *mat.Dense, labels, clusters []int) (*Distances, error) {
	if err := checkCovariance("class distances", points); err != nil {
		return nil, err
	}
	samples, _ := points.Dims()
	if len(labels) != samples {
		return nil, &ShapeError{What: "labels", Got: len(labels), Want: samples}
	}
	if len(clusters) != samples {
		return nil, &ShapeError{What: "cluster ids", Got: len(clusters), Want: samples}
	}
	class, classes := numbered(labels)
	if classes < 2 {
		return nil, &OneClassError{Split: -1, Class: labels[0]}
	}
	deviations, _, factor := centred(points)
	if factor == 0 {
		return nil, ErrZeroVariance
	}
	distances := &Distances{Variance: varianceParts(deviations, class, clusters, factor)}
	pairs := newPairSums(samples, classes)
	pairs.add(deviations, class, clusters)
	pairs.summarise(distances, class, factor)
	return distances, nil
}

// DistanceCurve is the distances through time.
type DistanceCurve struct {
	Values   []*Distances // T: Values[t] belongs to the states at t
	Warnings []error      // doubts that hold at every t
}

// ClassDistancesThroughTime returns [ClassDistances] of the hidden states at every t, with the trajectory's labels and
// clusters.
//
// Errors are those of ClassDistances inside an [*AtStep], and those of the trajectory's own Validate.
func ClassDistancesThroughTime(ctx context.Context, trajectory *data.Trajectory) (*DistanceCurve, error) {
	if err := trajectory.Validate(); err != nil {
		return nil, err
	}
	curve := &DistanceCurve{Values: make([]*Distances, len(trajectory.H))}
	for t, states := range trajectory.H {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		value, err := ClassDistances(states, trajectory.Labels, trajectory.Clusters)
		if err != nil {
			return nil, &AtStep{Step: t, Err: err}
		}
		curve.Values[t] = value
	}
	curve.Warnings = curve.Values[0].Warnings
	return curve, nil
}

// numbered returns the groups numbered from 0 in the order in which they appear, and their number.
func numbered(groups []int) (number []int, count int) {
	known := map[int]int{}
	number = make([]int, len(groups))
	for i, group := range groups {
		index, ok := known[group]
		if !ok {
			index = len(known)
			known[group] = index
		}
		number[i] = index
	}
	return number, len(known)
}

// varianceParts returns the parts of the variance of deviations, which have mean 0 and were scaled by factor.
func varianceParts(deviations blas64.General, class, clusters []int, factor float64) VarianceParts {
	known := map[[2]int]int{}
	group := make([]int, len(class))
	for i := range class {
		key := [2]int{class[i], clusters[i]}
		index, ok := known[key]
		if !ok {
			index = len(known)
			known[key] = index
		}
		group[i] = index
	}
	classMean, groupMean := groupMeans(deviations, class), groupMeans(deviations, group)
	var parts VarianceParts
	for i := range deviations.Rows {
		x, c, g := rowOf(deviations, i), rowOf(classMean, class[i]), rowOf(groupMean, group[i])
		parts.BetweenClasses += floats.Dot(c, c)
		parts.BetweenClusters += squaredDistance(g, c)
		parts.WithinClusters += squaredDistance(x, g)
	}
	scale := 1 / (factor * factor * float64(deviations.Rows))
	parts.BetweenClasses *= scale
	parts.BetweenClusters *= scale
	parts.WithinClusters *= scale
	parts.Total = parts.BetweenClasses + parts.BetweenClusters + parts.WithinClusters
	return parts
}

// groupMeans returns the mean of the rows of each group, one a row; group numbers run from 0.
func groupMeans(points blas64.General, group []int) blas64.General {
	count := 0
	for _, g := range group {
		count = max(count, g+1)
	}
	means, sizes := newGeneral(count, points.Cols), make([]float64, count)
	for i, g := range group {
		floats.Add(rowOf(means, g), rowOf(points, i))
		sizes[g]++
	}
	for g, size := range sizes {
		floats.Scale(1/size, rowOf(means, g))
	}
	return means
}

// squaredDistance returns |a - b|^2.
func squaredDistance(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		difference := x - b[i]
		sum += difference * difference
	}
	return sum
}

// Kinds of pairs.
const (
	betweenClasses = iota
	betweenClusters
	withinClusters
	kindsOfPairs
)

// pairSums is sums over pairs of samples.
type pairSums struct {
	classes int
	sum     [kindsOfPairs]float64
	squares [kindsOfPairs]float64
	count   [kindsOfPairs]int
	toClass []float64 // S x classes: summed distance of each sample to the samples of each class
}

func newPairSums(samples, classes int) *pairSums {
	return &pairSums{classes: classes, toClass: make([]float64, samples*classes)}
}

// cancellation is the part of |x|^2 + |y|^2 below which |x - y|^2 is not taken from the Gram matrix: there, more than
// six of its sixteen digits are lost.
const cancellation = 1e-6

// add sums the distances of all pairs of rows of points.
func (p *pairSums) add(points blas64.General, class, clusters []int) {
	gram := newGeneral(points.Rows, points.Rows)
	selfProduct(gram, points)
	for i := range points.Rows {
		row := rowOf(gram, i)
		for j := range i {
			norms := row[i] + gram.Data[j*gram.Stride+j]
			square := norms - 2*row[j]
			if square < cancellation*norms {
				square = squaredDistance(rowOf(points, i), rowOf(points, j))
			}
			distance := math.Sqrt(square)
			kind := betweenClasses
			if class[i] == class[j] {
				kind = withinClusters
				if clusters[i] != clusters[j] {
					kind = betweenClusters
				}
			}
			p.sum[kind] += distance
			p.squares[kind] += square
			p.count[kind]++
			p.toClass[i*p.classes+class[j]] += distance
			p.toClass[j*p.classes+class[i]] += distance
		}
	}
}

// summarise writes distances, ratio, silhouette and warnings; the points were scaled by factor.
func (p *pairSums) summarise(to *Distances, class []int, factor float64) {
	of := func(kinds ...int) PairDistances {
		sum, squares, count := 0.0, 0.0, 0
		for _, kind := range kinds {
			sum += p.sum[kind]
			squares += p.squares[kind]
			count += p.count[kind]
		}
		// 0/0 is NaN, which says that there is no such pair.
		return PairDistances{Mean: sum / float64(count), RMS: math.Sqrt(squares / float64(count)), Pairs: count}
	}
	to.All = of(betweenClasses, betweenClusters, withinClusters)
	to.BetweenClasses = of(betweenClasses)
	to.WithinClasses = of(betweenClusters, withinClusters)
	to.BetweenClusters = of(betweenClusters)
	to.WithinClusters = of(withinClusters)
	to.Ratio = to.BetweenClasses.Mean / to.WithinClasses.Mean
	to.Silhouette = p.silhouette(class)

	overall := to.All.RMS
	for _, kind := range []struct {
		name  string
		pairs *PairDistances
	}{{"between classes", &to.BetweenClasses}, {"within classes", &to.WithinClasses}, {"between clusters", &to.BetweenClusters},
		{"within clusters", &to.WithinClusters}, {"at all", &to.All}} {
		kind.pairs.RelativeMean, kind.pairs.RelativeRMS = kind.pairs.Mean/overall, kind.pairs.RMS/overall
		kind.pairs.Mean /= factor
		kind.pairs.RMS /= factor
		if kind.pairs.Pairs == 0 {
			to.Warnings = append(to.Warnings, &NoPairsWarning{Kind: kind.name})
		}
	}
}

// silhouette returns the mean silhouette of the samples.
func (p *pairSums) silhouette(class []int) float64 {
	sizes := make([]float64, p.classes)
	for _, c := range class {
		sizes[c]++
	}
	sum := 0.0
	for i, own := range class {
		if sizes[own] == 1 {
			continue
		}
		sums := p.toClass[i*p.classes:][:p.classes]
		within, nearest := sums[own]/(sizes[own]-1), math.Inf(1)
		for c, total := range sums {
			if c != own {
				nearest = min(nearest, total/sizes[c])
			}
		}
		if larger := max(within, nearest); larger > 0 {
			sum += (nearest - within) / larger
		}
	}
	return sum / float64(len(class))
}
