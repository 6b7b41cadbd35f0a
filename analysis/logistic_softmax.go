package analysis

import "math"

// exponentiate sets sums and squares to the sums over the classes of exp(z - highest) and of its square for every training
// sample, z = margins + step * change, with highest the largest z of the sample. Where to is not nil, the exponentials are
// written there, laid out as margins are. It goes class by class, so that [exponentialsOf] computes the exponentials.
func (r *readout) exponentiate(step float64, margins, change, to []float64, samples int) {
	for i := range r.highest {
		r.highest[i], r.sums[i], r.squares[i] = math.Inf(-1), 0, 0
	}
	for k := range r.columns {
		margins, change := margins[k*samples:][:samples], change[k*samples:][:samples]
		for i, row := range r.train {
			if z := margins[row] + step*change[row]; z > r.highest[i] {
				r.highest[i] = z
			}
		}
	}
	for k := range r.columns {
		margins, change := margins[k*samples:][:samples], change[k*samples:][:samples]
		for i, row := range r.train {
			r.agreement[i] = margins[row] + step*change[row] - r.highest[i]
		}
		exponentialsOf(r.exponentials, r.agreement)
		for i, e := range r.exponentials {
			r.sums[i] += e
			r.squares[i] += e * e
		}
		if to != nil {
			to := to[k*samples:][:samples]
			for i, row := range r.train {
				to[row] = r.exponentials[i]
			}
		}
	}
}

// softmaxLossAlong is lossAlong for more than two classes: log sum_k exp(z_k) - z_target.
func (r *readout) softmaxLossAlong(step float64, margins, change, residuals []float64, samples int) along {
	r.exponentiate(step, margins, change, residuals, samples)
	var result along
	product := 1.0
	for i, row := range r.train {
		target, weight, sum := r.targets[i]*samples+row, r.weight(i), r.sums[i]
		result.value += weight * (r.highest[i] - (margins[target] + step*change[target]))
		if weight != 1 {
			result.value += weight * math.Log(sum)
		} else if product *= sum; product > 0x1p500 { // a sum is between 1 and the number of classes
			result.value += math.Log(product)
			product = 1
		}
		r.sums[i] = weight / sum
	}
	result.value += math.Log(product)
	clear(r.means)
	clear(r.squares)
	for k := range r.columns {
		residuals, change := residuals[k*samples:][:samples], change[k*samples:][:samples]
		for i, row := range r.train {
			p, dz := residuals[row]*r.sums[i], change[row] // times the weight
			residuals[row] = p
			r.means[i] += p * dz
			r.squares[i] += p * dz * dz
		}
	}
	for i, row := range r.train {
		target, weight := r.targets[i]*samples+row, r.weight(i)
		result.slope += r.means[i] - weight*change[target]
		result.curvature += r.squares[i] - r.means[i]*r.means[i]/weight
		residuals[target] -= weight
	}
	return result
}
