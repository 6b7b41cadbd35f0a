package measure

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

const (
	exploredSamples    = 300
	exploredComponents = 3
	// throughTime leaves, in the four networks of train paper --quick, 10 of 1056 components whose sign flips (correlation
	// below -0.5) from epoch to epoch and 21 whose sign flips from step to step; 1 leaves none and 41, 3 leaves 21 and 10.
	throughTime = 2
)

// Exploration is the states of some samples on their principal components at every step, for the report's panel.
type Exploration struct {
	Classes  []int `json:"classes"`  // S
	Clusters []int `json:"clusters"` // S
	// ClassNames (C) and ClusterNames (K) are those of the user's own points and sequences, where the file has other names than 0, 1, ...
	ClassNames   []string `json:"class_names,omitempty"`
	ClusterNames []string `json:"cluster_names,omitempty"`
	Clouds       []Cloud  `json:"clouds"` // in the order of training; an epoch at which the network has collapsed is left out
}

// Cloud is the samples after one epoch, 0 before training. Signs are aligned from one cloud to the next.
type Cloud struct {
	Epoch     int           `json:"epoch"`
	Scores    [][][]float64 `json:"scores"`    // T of S x k, with four digits
	Explained [][]float64   `json:"explained"` // T of k, shares of the variance in [0, 1]
}

// newCloud projects a trajectory. The components come from all samples; those of [exploredRows] are kept. Where all states are the
// same, as in a fixation, all are at 0; it is nil where they are at all times.
func newCloud(ctx context.Context, epoch int, trajectory *data.Trajectory) (*Cloud, error) {
	samples, units := trajectory.H[0].Dims()
	components := min(exploredComponents, samples, units)
	series, err := extendedSnapshots(ctx, trajectory, components)
	if err != nil || len(series.Steps) == 0 {
		return nil, err
	}
	kept := exploredRows(trajectory.Clusters)
	cloud := &Cloud{Epoch: epoch}
	at := 0
	for t := range trajectory.Steps() {
		points, explained := make([][]float64, len(kept)), make([]float64, components)
		for i, s := range kept {
			points[i] = make([]float64, components)
			if at < len(series.Steps) && series.Steps[at] == t {
				points[i] = fourDigits(series.Scores[at].RawRowView(s))
			}
		}
		if at < len(series.Steps) && series.Steps[at] == t {
			explained = fourDigits(series.ExplainedRatio[at])
			at++
		}
		cloud.Scores, cloud.Explained = append(cloud.Scores, points), append(cloud.Explained, explained)
	}
	return cloud, nil
}

// extendedSnapshots returns the snapshots of all times at which not all states are the same; none if they always are.
func extendedSnapshots(ctx context.Context, trajectory *data.Trajectory, components int) (*analysis.SnapshotSeries, error) {
	steps := make([]int, trajectory.Steps())
	for t := range steps {
		steps[t] = t
	}
	for len(steps) > 0 {
		series, err := analysis.Snapshots(ctx, trajectory, steps, components)
		var at *analysis.AtStep
		if !errors.As(err, &at) || !errors.Is(err, analysis.ErrZeroVariance) {
			return series, err
		}
		steps = slices.DeleteFunc(steps, func(t int) bool { return t == at.Step })
	}
	return &analysis.SnapshotSeries{}, nil
}

// add adds the next cloud, in the order of training, with the samples' labels and clusters.
func (x *Exploration) add(cloud *Cloud, labels, clusters []int) {
	x.Classes, x.Clusters = nil, nil
	for _, s := range exploredRows(clusters) {
		x.Classes, x.Clusters = append(x.Classes, labels[s]), append(x.Clusters, clusters[s])
	}
	if len(x.Clouds) > 0 {
		cloud.alignTo(x.Clouds[len(x.Clouds)-1])
	}
	x.Clouds = append(x.Clouds, *cloud)
}

// ClassCount returns how many classes the shown samples have.
func (x *Exploration) ClassCount() int { return distinct(x.Classes) }

// exploredRows returns the samples that are shown: some of every cluster.
func exploredRows(clusters []int) []int { return evenly(clusters, exploredSamples) }

// alignTo flips components so that they agree in sign with those of an earlier epoch at the same steps and with themselves
// from step to step: of all choices of signs, it takes the one with the largest sum of these correlations. Those through time
// weigh more, since the panel plays through t.
func (c *Cloud) alignTo(earlier Cloud) {
	for i := range c.Scores[0][0] {
		fields, couplings := make([]float64, len(c.Scores)), make([]float64, len(c.Scores))
		for t, points := range c.Scores {
			fields[t] = correlation(points, earlier.Scores[t], i)
			if t > 0 {
				couplings[t] = throughTime * correlation(points, c.Scores[t-1], i)
			}
		}
		for t, turned := range bestSigns(fields, couplings) {
			if !turned {
				continue
			}
			for _, point := range c.Scores[t] {
				point[i] = 0 - point[i] // never -0
			}
		}
	}
}

// bestSigns returns which signs s(t) are -1 where sum fields(t) s(t) + sum couplings(t) s(t-1) s(t) is largest, by Viterbi's
// algorithm.
func bestSigns(fields, couplings []float64) []bool {
	var best [2]float64                 // of the steps so far, if the last one is kept, or flipped
	from := make([][2]int, len(fields)) // what the step before is in each case
	for t := range fields {
		var now [2]float64
		for state, sign := range []float64{1, -1} {
			stay, change := best[state]+couplings[t], best[1-state]-couplings[t]
			from[t][state] = state
			if change > stay {
				stay, from[t][state] = change, 1-state
			}
			now[state] = stay + sign*fields[t]
		}
		best = now
	}
	turned := make([]bool, len(fields))
	state := 0
	if best[1] > best[0] {
		state = 1
	}
	for t := len(fields) - 1; t >= 0; t-- {
		turned[t] = state == 1
		state = from[t][state]
	}
	return turned
}

// correlation returns that of one component of the same samples in two clouds, in [-1, 1]; 0 if one has no extent.
func correlation(a, b [][]float64, component int) float64 {
	dot, squaresA, squaresB := 0.0, 0.0, 0.0
	for s := range a {
		x, y := a[s][component], b[s][component]
		dot, squaresA, squaresB = dot+x*y, squaresA+x*x, squaresB+y*y
	}
	if squaresA == 0 || squaresB == 0 {
		return 0
	}
	return dot / math.Sqrt(squaresA*squaresB)
}

// At returns the cloud after an epoch, an empty one if there is none.
func (x *Exploration) At(epoch int) Cloud {
	for _, cloud := range x.Clouds {
		if cloud.Epoch == epoch {
			return cloud
		}
	}
	return Cloud{}
}

// evenly returns, ascending, the indices of at most count samples, spread over the clusters as evenly as these allow: the first ones of each.
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
