package analysis

import "gonum.org/v1/gonum/mat"

// twoMeansRounds bounds the rounds of [TwoMeans]; it converges in some ten.
const twoMeansRounds = 300

// TwoMeans cuts points into two groups without looking at labels: the two means and the assignment to the nearer one that k-means
// reaches from the sides of the first principal component. It returns 0 or 1 for each point; the group of the first point is 0.
//
// points is S x N, one sample a row, S >= 2.
//
// Errors: those of [PrincipalComponents].
//
// Source: Lloyd 1982, doi:10.1109/TIT.1982.1056489; Ding and He 2004 for the start.
// Differs: from scikit-learn's KMeans, which keeps the best of several random starts.
func TwoMeans(points *mat.Dense) ([]int, error) {
	components, err := PrincipalComponents(points, 1)
	if err != nil {
		return nil, err
	}
	samples, units := points.Dims()
	groups, axis := make([]int, samples), components.Directions.RawRowView(0)
	for i := range groups {
		score := 0.0
		for j, x := range points.RawRowView(i) {
			score += (x - components.Mean[j]) * axis[j]
		}
		if score > 0 {
			groups[i] = 1
		}
	}
	for range twoMeansRounds {
		means, sizes := mat.NewDense(2, units, nil), [2]float64{}
		for i, group := range groups {
			sizes[group]++
			row := means.RawRowView(group)
			for j, x := range points.RawRowView(i) {
				row[j] += x
			}
		}
		if sizes[0] == 0 || sizes[1] == 0 {
			break // all on one side
		}
		for group, size := range sizes {
			for j := range units {
				means.Set(group, j, means.At(group, j)/size)
			}
		}
		changed := false
		for i := range groups {
			nearest := 0
			if x := points.RawRowView(i); squaredDistance(x, means.RawRowView(1)) < squaredDistance(x, means.RawRowView(0)) {
				nearest = 1
			}
			changed = changed || nearest != groups[i]
			groups[i] = nearest
		}
		if !changed {
			break
		}
	}
	if groups[0] == 1 {
		for i := range groups {
			groups[i] = 1 - groups[i]
		}
	}
	return groups, nil
}

// AdjustedRand returns how well two groupings of the same points agree beyond chance: the adjusted Rand index, 1 for the same
// groups under any names, 0 on average for independent ones, at least -0.5.
//
// a and b have the same length, at least 1. Errors: [*ShapeError], [*TooFewSamplesError].
//
// Source: Hubert and Arabie 1985, doi:10.1007/BF01908075; sklearn.metrics.adjusted_rand_score.
func AdjustedRand(a, b []int) (float64, error) {
	if len(a) != len(b) {
		return 0, &ShapeError{What: "groups of b", Got: len(b), Want: len(a)}
	}
	if len(a) == 0 {
		return 0, &TooFewSamplesError{Measure: "adjusted Rand index", Samples: 0, Least: 1}
	}
	inA, inB, inBoth := map[int]int{}, map[int]int{}, map[[2]int]int{}
	for i := range a {
		inA[a[i]]++
		inB[b[i]]++
		inBoth[[2]int{a[i], b[i]}]++
	}
	pairs := func(count int) float64 { return float64(count) * float64(count-1) / 2 }
	together, pairsA, pairsB := 0.0, 0.0, 0.0
	for _, count := range inBoth {
		together += pairs(count)
	}
	for _, count := range inA {
		pairsA += pairs(count)
	}
	for _, count := range inB {
		pairsB += pairs(count)
	}
	expected, most := pairsA*pairsB/pairs(len(a)), (pairsA+pairsB)/2
	if len(a) == 1 || most == expected {
		return 1, nil // both put all points together, or none
	}
	return (together - expected) / (most - expected), nil
}
