package analysis

import "math"

// readout is one logistic regression among those that are solved together: which samples it is trained on and where
// they belong.
type readout struct {
	train   []int     // rows of the points it is trained on, each once
	weights []float64 // for each of them, how often it counts; nil where all count once
	total   float64   // sum of the weights
	targets []int     // for each of them, its class as an index into classes
	signs   []float64 // for each of them, 1 if it is of the second class, else -1
	classes []int     // class numbers, ascending; 2 classes make one column of weights, more make one column each
	columns int

	agreement, exponentials []float64 // scratch, one for each training sample

	// With more than two classes, one for each training sample: the largest margin, and sums over the classes.
	highest, sums, squares, means []float64
}

// newReadout returns the readout of the given rows; one that is given several times counts that often. Fewer than two classes
// give a [*OneClassError] without a split.
func newReadout(train, labels []int) (readout, error) {
	classes := sortedUnique(train, labels)
	if len(classes) < 2 {
		only := 0
		if len(classes) == 1 {
			only = classes[0]
		}
		return readout{}, &OneClassError{Split: -1, Class: only}
	}
	index := make(map[int]int, len(classes))
	for i, class := range classes {
		index[class] = i
	}
	total := float64(len(train))
	train, weights := counted(train)
	targets, signs := make([]int, len(train)), make([]float64, len(train))
	for i, row := range train {
		targets[i] = index[labels[row]]
		signs[i] = -1
		if targets[i] == 1 {
			signs[i] = 1
		}
	}
	columns := len(classes)
	if columns == 2 {
		columns = 1
	}
	r := readout{train: train, weights: weights, total: total, targets: targets, signs: signs, classes: classes, columns: columns,
		agreement: make([]float64, len(train)), exponentials: make([]float64, len(train))}
	if columns > 1 {
		for _, scratch := range []*[]float64{&r.highest, &r.sums, &r.squares, &r.means} {
			*scratch = make([]float64, len(train))
		}
	}
	return r, nil
}

// counted returns the different rows, in order of first appearance, and how often each occurs; nil if each occurs once.
func counted(rows []int) (different []int, weights []float64) {
	place := make(map[int]int, len(rows))
	for _, row := range rows {
		if _, known := place[row]; !known {
			place[row] = len(different)
			different = append(different, row)
		}
	}
	if len(different) == len(rows) {
		return rows, nil
	}
	weights = make([]float64, len(different))
	for _, row := range rows {
		weights[place[row]]++
	}
	return different, weights
}

// weight returns how often the i-th training row counts.
func (r *readout) weight(i int) float64 {
	if r.weights == nil {
		return 1
	}
	return r.weights[i]
}

// along is the loss summed over the training samples as a function of the step a along a search direction, with its
// first and second derivative in a.
type along struct {
	value, slope, curvature float64
}

// logarithmChunk is how many factors in [1, 2] are multiplied before the logarithm is taken: 2^512 is far from the
// largest float64. It replaces one logarithm per sample by one per chunk.
const logarithmChunk = 512

// lossAlong returns the loss at margins + step * change and writes its derivative with respect to the margins to residuals. margins,
// change and residuals hold columns rows of stride samples each; residuals of rows that are not trained on are set to 0.
func (r *readout) lossAlong(step float64, margins, change, residuals []float64, samples int) along {
	clear(residuals[:r.columns*samples])
	if r.columns == 1 {
		return r.binaryLossAlong(step, margins[:samples], change[:samples], residuals[:samples])
	}
	return r.softmaxLossAlong(step, margins, change, residuals, samples)
}

// binaryLossAlong is lossAlong for two classes: log(1 + exp(-s z)) with s = 1 for the second class and -1 for the first.
func (r *readout) binaryLossAlong(step float64, margins, change, residuals []float64) along {
	var value, slope, curvature float64
	product, factors := 1.0, 0
	signs, agreement, exponentials := r.signs[:len(r.train)], r.agreement[:len(r.train)], r.exponentials[:len(r.train)]
	for i, row := range r.train {
		agreement[i] = signs[i] * (margins[row] + step*change[row])
	}
	exponentialsOf(exponentials, agreement)
	for i, row := range r.train {
		sign, u, e, dz := signs[i], agreement[i], exponentials[i], change[row]
		inverse := 1 / (1 + e)
		weight := r.weight(i)
		if weight == 1 {
			product *= 1 + e
			if factors++; factors == logarithmChunk {
				value += math.Log(product)
				product, factors = 1, 0
			}
		} else {
			value += weight * math.Log1p(e)
		}
		wrong := e * inverse // probability of the wrong class where u > 0
		curvature += weight * wrong * inverse * dz * dz
		if u < 0 {
			wrong = inverse
			value -= weight * u
		}
		residual := -sign * weight * wrong
		residuals[row] = residual
		slope += residual * dz
	}
	return along{value: value + math.Log(product), slope: slope, curvature: curvature}
}

// addCurvatures adds to curvatures, one for each row of the points, weight times the second derivative of the loss with respect to
// the margin, averaged over the columns. Derivatives below floor count as floor.
func (r *readout) addCurvatures(curvatures, margins []float64, samples int, weight, floor float64) {
	if r.columns == 1 {
		for i, row := range r.train {
			r.agreement[i] = margins[row]
		}
		exponentialsOf(r.exponentials, r.agreement)
		for i, row := range r.train {
			e := r.exponentials[i]
			curvatures[row] += weight * r.weight(i) * math.Max(e/((1+e)*(1+e)), floor)
		}
		return
	}
	r.exponentiate(0, margins, margins, nil, samples)
	for i, row := range r.train {
		// The mean of p (1 - p); p adds up to 1.
		mean := (1 - r.squares[i]/(r.sums[i]*r.sums[i])) / float64(r.columns)
		curvatures[row] += weight * r.weight(i) * math.Max(mean, floor)
	}
}

// decide returns the class that the margins of a row select.
func (r *readout) decide(margins []float64, row, samples int) int {
	if r.columns == 1 {
		if margins[row] > 0 {
			return r.classes[1]
		}
		return r.classes[0]
	}
	best := 0
	for k := range r.columns {
		if margins[k*samples+row] > margins[best*samples+row] {
			best = k
		}
	}
	return r.classes[best]
}
