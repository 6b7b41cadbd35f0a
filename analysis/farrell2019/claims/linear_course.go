package claims

import (
	"math"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// linearCourse returns the variance of the states at t_eval along the readout after each epoch of plain gradient descent, in closed
// form, for a linear network with t_eval = 1, squared error, and readout and biases frozen at b1 = b2 = 0; nil for other networks.
//
// There h = R x and the loss is the mean over samples and C outputs of (W R x - y)^2, so a step of rate eta is
//
//	R <- R - (2 eta / C) W' (W R S - Y),   S = E[x x'],  Y = E[y x']
//
// a sum of rank-one updates whose columns are rows of W: P R, with P the projection across the rows of W, stays as it is, and so does
// the variance across the readout. With W W' = U g U', S = V l V' and Q = U' W R V, each entry of Q has a course of its own,
//
//	Q_ij(k) = r^k Q_ij(0) + (1 - r^k) (U' Y V)_ij / l_j,   r = 1 - (2 eta / C) g_i l_j
//
// and the variance along the readout is tr(Q V' C V Q' / g), C the covariance of x.
//
// Moments are those of the measuring samples; every batch has its own, so the course is that of the expected gradient.
func linearCourse(e *train.Experiment) (func(epoch int) float64, error) {
	c := e.Config
	if c.Network.Activation != graph.Linear || c.EvaluationTime() != 1 || c.Training.Loss != graph.MeanSquaredError || c.Training.Optimiser.Name != "sgd" ||
		c.Training.Schedule.Name != "constant" || c.Training.Optimiser.Momentum != 0 || c.Training.Frozen != "W,b1,b2" {
		return nil, nil
	}
	trajectory, err := e.Record(e.Initial)
	if err != nil {
		return nil, err
	}
	x := trajectory.H[0] // S x N: h_0 = x, since b1 = 0
	samples, units := x.Dims()
	readout := measure.ReadoutWeights(e.Initial)
	classes, _ := readout.Dims()
	weights := mat.NewDense(units, units, graph.Values(e.Initial.Tensor("R")))

	targets := mat.NewDense(samples, classes, nil)
	for i, label := range trajectory.Labels {
		targets.Set(i, label, squaredTarget)
	}
	var moment, crossed, gram mat.Dense
	moment.Mul(x.T(), x)
	crossed.Mul(targets.T(), x)
	gram.Mul(readout, readout.T())
	growth, u := eigen(&gram)
	moment.Scale(1/float64(samples), &moment)
	crossed.Scale(1/float64(samples), &crossed)
	stretch, v := eigen(&moment)

	covariance := mat.NewSymDense(units, nil)
	stat.CovarianceMatrix(covariance, x, nil)
	initial, goal, turned := turn(u, product(readout, weights), v), turn(u, &crossed, v), turn(v, covariance, v)
	speed := 2 * c.Training.Optimiser.LearningRate / float64(classes)
	steps := c.Training.Samples / c.Training.Batch
	return func(epoch int) float64 {
		q := mat.NewDense(classes, units, nil)
		for i := range classes {
			for j := range units {
				rest := math.Pow(1-speed*growth[i]*stretch[j], float64(epoch*steps))
				reached := speed * growth[i] * float64(epoch*steps) * goal.At(i, j) // where S has no extent
				if math.Abs(stretch[j]) > 1e-12*stretch[units-1] {
					reached = (1 - rest) * goal.At(i, j) / stretch[j]
				}
				q.Set(i, j, rest*initial.At(i, j)+reached)
			}
		}
		spread := product(q, turned)
		along := 0.0
		for i := range classes {
			along += mat.Dot(spread.RowView(i), q.RowView(i)) / growth[i]
		}
		return along
	}, nil
}

// squaredTarget is the target of the squared error for the output of a sample's class.
const squaredTarget = 0.7

// eigen returns the eigenvalues, rising, and the eigenvectors, as columns, of a symmetric matrix.
func eigen(symmetric *mat.Dense) ([]float64, *mat.Dense) {
	n, _ := symmetric.Dims()
	var of mat.EigenSym
	if !of.Factorize(mat.NewSymDense(n, symmetric.RawMatrix().Data), true) {
		panic("claims: the eigenvalues of a covariance were not found") // cannot happen with finite entries
	}
	var vectors mat.Dense
	of.VectorsTo(&vectors)
	return of.Values(nil), &vectors
}

func product(a, b mat.Matrix) *mat.Dense {
	var c mat.Dense
	c.Mul(a, b)
	return &c
}

// turn returns a' m b.
func turn(a *mat.Dense, m mat.Matrix, b *mat.Dense) *mat.Dense { return product(product(a.T(), m), b) }
