package meanfield

import (
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// single is what the theory says about one input with norm s sqrt(n).
type single struct {
	overlaps *mat.Dense // (T+1) x (T+1), C_{ts}
	response *mat.Dense // (T+1) x (T+1), X_{ts} = <dh_t / d eta_{s+1}>, 0 unless s < t
	entry    []float64  // T+1, L_t = <dh_t / dx>
	norm     float64    // s
}

// follow returns the statistics of one input.
func (c Config) follow(norm float64, noise [][]float64) single {
	x := make([]float64, len(noise[0]))
	for i, value := range noise[0] {
		x[i] = norm * value
	}
	p := newProcess(c.Coupling, c.Mixing, noise[1:], x)
	s := single{
		overlaps: mat.NewDense(c.Steps+1, c.Steps+1, nil), response: mat.NewDense(c.Steps+1, c.Steps+1, nil),
		entry: make([]float64, c.Steps+1), norm: norm,
	}
	entry := slices.Repeat([]float64{1}, len(x)) // dh_t / dx of each copy
	var responses [][]float64                    // dh_t / d eta_{s+1}
	for t := range c.Steps + 1 {
		keep := 1.0 // of what the state before passes on
		if t > 0 {
			p.advance()
			keep = 1 - c.Mixing
		}
		slopes := p.sum // free until the next step
		for i, h := range p.states[t] {
			slopes[i] = 1 - h*h
		}
		s.entry[t] = passOn(entry, slopes, keep)
		for from, response := range responses {
			s.response.Set(t, from, passOn(response, slopes, keep))
		}
		if t > 0 {
			last := slices.Repeat([]float64{1}, len(x))
			s.response.Set(t, t-1, passOn(last, slopes, c.Mixing))
			responses = append(responses, last)
		}
		for q, overlap := range p.overlaps[t] {
			s.overlaps.Set(t, q, overlap)
			s.overlaps.Set(q, t, overlap)
		}
	}
	return s
}

// passOn multiplies derivatives by the slopes of the next step and a factor, and returns their mean.
func passOn(derivatives, slopes []float64, factor float64) float64 {
	sum := 0.0
	for i, slope := range slopes {
		derivatives[i] *= factor * slope
		sum += derivatives[i]
	}
	return sum / float64(len(slopes))
}

// spread holds what the variance of overlaps of two inputs at equal times is made of. The overlap of N units deviates from that of
// infinitely many because N units sample it (xi), and because the fields follow the deviations at earlier times:
//
//	delta = xi + g^2 X delta X',   delta = sum_k g^{2k} X^k xi X'^k
//
// X_{ts} is the mean response of one input. For inputs without overlap, N <xi_{ts} xi_{t's'}> = C_{tt'} C_{ss'} - s^4 L_t L_t' L_s L_s';
// the last term is there because orthonormal columns embed the inputs, so that their own overlap does not vary. Hence
//
//	N <delta_{tt}^2> = sum_{kl} gain_{tkl}^2 - fixed_{tkl}^2,   gain_{tkl} = g^{k+l} [X^k C X'^l]_{tt}
//
// and fixed is the same with s^2 L L' in place of C. It is the two-site cavity calculation of Clark, Abbott, Litwin-Kumar 2023,
// doi:10.1103/PhysRevLett.131.118401, in discrete time and away from the steady state.
type spread struct {
	gain, fixed [][]float64 // T+1 rows of values of k (T+1) + l
}

// variances returns N <delta_{tt}^2> for t = 0 .. T.
func (s spread) variances() []float64 {
	values := make([]float64, len(s.gain))
	for t := range values {
		values[t] = floats.Dot(s.gain[t], s.gain[t]) - floats.Dot(s.fixed[t], s.fixed[t])
	}
	return values
}

func (c Config) spread(s single) spread {
	size := c.Steps + 1
	var input mat.Dense
	l := mat.NewVecDense(size, s.entry)
	input.Outer(s.norm*s.norm, l, l)
	powers := make([]*mat.Dense, size) // (g X)^k
	for k := range powers {
		powers[k] = mat.NewDense(size, size, nil)
		if k == 0 {
			for t := range size {
				powers[0].Set(t, t, 1)
			}
			continue
		}
		powers[k].Mul(s.response, powers[k-1])
		powers[k].Scale(c.Coupling, powers[k])
	}
	return spread{gain: diagonals(powers, s.overlaps), fixed: diagonals(powers, &input)}
}

// diagonals returns [P_k C P_l']_{tt} for each t.
func diagonals(powers []*mat.Dense, overlaps mat.Matrix) [][]float64 {
	size := len(powers)
	values := make([][]float64, size)
	for t := range values {
		values[t] = make([]float64, size*size)
	}
	var half mat.Dense
	for k, left := range powers {
		half.Mul(left, overlaps)
		for l, right := range powers {
			for t := range size {
				values[t][k*size+l] = mat.Dot(half.RowView(t), right.RowView(t))
			}
		}
	}
	return values
}
