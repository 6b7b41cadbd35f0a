package meanfield

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Dimensionality is the effective dimensionality through time that the theory predicts for one set of inputs.
type Dimensionality struct {
	Infinite []float64 // T+1, of infinitely many units
	Spread   []float64 // T+1, kappa in 1/ED = 1/Infinite + kappa/N
	Values   []float64 // T+1, ED of N units
}

// EmbeddedScale returns the factor s^2 in the mean over units of x^a x^b = s^2 p^a.p^b for points that data.NewEmbedding maps to x; its
// mean over embeddings but for a share of order 1/(units * dimension).
func EmbeddedScale(units, dimension int) float64 {
	n := float64(units)
	above, _ := math.Lgamma((n + 1) / 2)
	below, _ := math.Lgamma(n / 2)
	magnitude := math.Exp(below-above) / math.Sqrt(math.Pi) // mean of an entry of a random unit vector
	return 1 / (magnitude * magnitude * n * float64(dimension))
}

// Dimensionality predicts the effective dimensionality of the states of points (S x D) at t = 0 .. T in an untrained network of the
// given number of units, from the points alone:
//
//	ED = (tr C)^2 / (tr C_inf^2 + kappa (tr C)^2 / N)
//
// where C_inf has the overlaps of infinitely many units and kappa the variance of those of N. It is the ratio of expected second
// moments, so it predicts the harmonic mean over networks rather than the mean.
//
// Errors: fewer than 2 points, points that are not finite or so large that units saturate, all points equal, the context's error if
// it ends first. The first call for points of some norms computes what depends on g and the norms alone, which takes about a second.
func (th *Theory) Dimensionality(ctx context.Context, points *mat.Dense, units int) (*Dimensionality, error) {
	samples, dimension := points.Dims()
	if samples < 2 || units < 1 {
		return nil, fmt.Errorf("meanfield: %d points in %d units; effective dimensionality needs at least 2 points and 1 unit", samples, units)
	}
	var gram mat.SymDense
	gram.SymOuterK(EmbeddedScale(units, dimension), points)
	for i := range samples {
		if field := math.Sqrt(gram.At(i, i)); !(field <= sizes[len(sizes)-1]) {
			return nil, fmt.Errorf("meanfield: point %d gives units inputs of size %.3g; the theory covers sizes up to %g: scale the points down",
				i, field, sizes[len(sizes)-1])
		}
	}
	if distance := spreadOf(&gram); distance == 0 {
		return nil, fmt.Errorf("meanfield: all %d points are equal; effective dimensionality needs points that differ", samples)
	}
	inputs, needed := make([]stencil, samples), map[int]bool{}
	for i := range inputs {
		inputs[i] = sizeAxis.at(math.Log(gram.At(i, i)) / 2)
		inputs[i].visit(func(size int, _ float64) { needed[size] = true })
	}
	pairs := make([]place, 0, samples*(samples-1)/2)
	for i := range samples {
		for j := range i {
			p := placeOf(gram.At(i, i), gram.At(j, j), gram.At(i, j))
			p.size.visit(func(size int, _ float64) { needed[size] = true })
			pairs = append(pairs, p)
		}
	}
	if err := th.prepare(ctx, needed); err != nil {
		return nil, err
	}
	d := th.assemble(inputs, pairs)
	for t, infinite := range d.Infinite {
		d.Values = append(d.Values, 1/(1/infinite+d.Spread[t]/float64(units)))
	}
	return d, nil
}

// spreadOf returns the sum of the squared distances to the first of the points with a Gram matrix.
func spreadOf(gram *mat.SymDense) float64 {
	sum := 0.0
	for i := range gram.SymmetricDim() {
		sum += gram.At(i, i) + gram.At(0, 0) - 2*gram.At(i, 0)
	}
	return sum
}

// place is where a pair of inputs lies on the grid.
type place struct {
	size, match, skew stencil
	factor            float64 // cosine of the angle between the inputs
}

func placeOf(a, b, product float64) place {
	size := (a + b) / 2
	if size == 0 {
		return place{size: sizeAxis.at(math.Inf(-1)), match: matchAxis.at(0), skew: skewAxis.at(0)}
	}
	match := min(math.Abs(product)/size, 1-1e-12)
	skew := (a - b) / (2 * size)
	return place{
		size: sizeAxis.at(math.Log(size) / 2), match: matchAxis.at(closeness(match)), skew: skewAxis.at(min(1, skew*skew/(1-match*match))),
		factor: product / max(math.Sqrt(a*b), math.SmallestNonzeroFloat64),
	}
}

// correlation adds up the interpolated correlation of a pair through time.
func (th *Theory) correlation(to []float64, p place) {
	clear(to)
	p.size.visit(func(size int, u float64) {
		p.match.visit(func(match int, v float64) {
			p.skew.visit(func(skew int, w float64) { floats.AddScaled(to, u*v*w*p.factor, th.columns[size].pairs[match][skew]) })
		})
	})
}

func (th *Theory) assemble(inputs []stencil, pairs []place) *Dimensionality {
	steps, samples := th.config.Steps+1, len(inputs)
	roots := make([][]float64, samples)                                               // of the mean squares
	mean := spread{gain: zeros(steps, steps*steps), fixed: zeros(steps, steps*steps)} // over inputs
	for i, input := range inputs {
		roots[i] = make([]float64, steps)
		input.visit(func(size int, weight float64) {
			one := th.columns[size]
			for t, square := range one.squares {
				roots[i][t] += weight * math.Log(square) / 2
				floats.AddScaled(mean.gain[t], weight/float64(samples), one.gain[t])
				floats.AddScaled(mean.fixed[t], weight/float64(samples), one.fixed[t])
			}
		})
		for t, value := range roots[i] {
			roots[i][t] = math.Exp(value)
		}
	}
	overlaps := zeros(steps, samples*samples)
	row := make([]float64, steps)
	at := 0
	for i := range samples {
		for j := range i {
			th.correlation(row, pairs[at])
			at++
			for t, value := range row {
				value *= roots[i][t] * roots[j][t]
				overlaps[t][i*samples+j], overlaps[t][j*samples+i] = value, value
			}
		}
		for t := range steps {
			overlaps[t][i*samples+i] = roots[i][t] * roots[i][t]
		}
	}
	d := &Dimensionality{}
	variances := mean.variances()
	for t := range steps {
		total := 0.0
		for i := range samples {
			total += overlaps[t][i*(samples+1)]
		}
		trace, squares := centred(overlaps[t], samples)
		kappa := variances[t] * float64(samples*samples) / (total * total) // the mean over inputs takes its part of both
		d.Infinite, d.Spread = append(d.Infinite, trace*trace/squares), append(d.Spread, kappa)
	}
	return d
}

func zeros(rows, columns int) [][]float64 {
	values := make([][]float64, rows)
	for i := range values {
		values[i] = make([]float64, columns)
	}
	return values
}

// centred centres a Gram matrix in place and returns its trace and the sum of its squares.
func centred(gram []float64, samples int) (trace, squares float64) {
	means, mean := make([]float64, samples), 0.0
	for i := range means {
		means[i] = floats.Sum(gram[i*samples:(i+1)*samples]) / float64(samples)
		mean += means[i] / float64(samples)
	}
	for i := range samples {
		row := gram[i*samples : (i+1)*samples]
		for j := range row {
			row[j] += mean - means[i] - means[j]
		}
		trace += row[i]
		squares += floats.Dot(row, row)
	}
	return trace, squares
}
