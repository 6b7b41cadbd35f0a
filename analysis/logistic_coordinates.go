package analysis

import "gonum.org/v1/gonum/blas/blas64"

// coordinates are those in which the search for several readouts runs: a shared metric, and for each readout what sets
// it apart from the others.
type coordinates interface {
	// set computes the shared metric for the rows of x, of which the last column belongs to the intercept.
	set(x blas64.General, curvatures []float64, penalty float64)
	// bend adapts the metric to one readout by its own curvatures. Call it after set.
	bend(readout int, curvatures []float64)
	// apply multiplies directions by the inverse of the metric; owners names the readout of each row.
	apply(directions blas64.General, owners []int)
}

// mostSingle is the largest condition of a metric that is computed in float32. Its error in a direction is about the
// condition times 2^-24, which costs the search nothing as long as it is far below 1.
const mostSingle = 1e6

// rangeSingle limits the penalty, and with mostSingle all elements of a metric, to numbers that float32 holds.
const rangeSingle = 1e12

// metricCoordinates are coordinates in either precision. They steer a search and have no influence on where it ends, so
// that float32, which is twice as fast, serves as well wherever it distinguishes directions.
type metricCoordinates[T precision] struct {
	metric               *metric[T]
	groups               *groupCorrection[T] // nil without groups
	bends                []*groupBend[T]     // by readout, nil without groups
	directions, whitened matrix[T]           // columns x M
}

// newMetricCoordinates returns coordinates for readouts with so many columns in total; groups may be nil.
func newMetricCoordinates[T precision](samples, width, columns, readouts int, groups [][]int) *metricCoordinates[T] {
	c := &metricCoordinates[T]{
		metric:     newMetric[T](samples, width),
		directions: newMatrix[T](columns, width),
		whitened:   newMatrix[T](columns, width),
	}
	if len(groups) > 0 {
		c.groups = newGroupCorrection[T](groups, width, columns)
		for range readouts {
			c.bends = append(c.bends, c.groups.newBend())
		}
	}
	return c
}

func (c *metricCoordinates[T]) set(x blas64.General, curvatures []float64, penalty float64) {
	c.metric.set(x, curvatures, penalty)
	if c.groups != nil {
		c.groups.set(c.metric, curvatures)
	}
}

func (c *metricCoordinates[T]) bend(readout int, curvatures []float64) {
	c.groups.setBend(c.bends[readout], curvatures)
}

func (c *metricCoordinates[T]) apply(directions blas64.General, owners []int) {
	own, whitened := c.directions.top(len(owners)), c.whitened.top(len(owners))
	for i, value := range directions.Data[:len(owners)*own.Cols] {
		own.Data[i] = T(value)
	}
	multiplyMatrix(whitened, own, c.metric.upper, false)
	if c.groups != nil {
		scores := c.groups.scores.top(len(owners))
		multiplyMatrix(scores, whitened, c.groups.transposed, false)
		for column, readout := range owners {
			c.bends[readout].apply(scores.row(column))
		}
		multiplyMatrix(whitened, scores, c.groups.vectors, true)
	}
	multiplyMatrix(own, whitened, c.metric.lower, false)
	for i, value := range own.Data[:len(owners)*own.Cols] {
		directions.Data[i] = float64(value)
	}
}
