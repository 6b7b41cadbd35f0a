package graph

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// The purposes of the random streams of initial weights. A name must never change its meaning: old seeds would give other runs.
const (
	streamRecurrent   = "recurrent weights"
	streamReadout     = "readout weights"
	streamInput       = "embedding"
	streamConnections = "connections"
	streamLeak        = "leak"
)

// Stream returns the random generator of a purpose.
type Stream func(purpose string) *rand.Rand

// NewParameters returns the initial parameters of a network: those of its cell, with the constraints of the configuration applied,
// and those of the readout,
//
//	W_ij ~ N(0, s^2/N),  b2 = 0
//
// with W C x N. Weights are drawn in float64 and rounded once, so both precisions start from the same network.
//
// Errors: those of [Declare] and of the cell, such as [ErrNoCycle].
func NewParameters(c Config, s Shape, stream Stream) (*Parameters, error) {
	declared, err := Declare(c, s)
	if err != nil {
		return nil, err
	}
	cell, err := CellNamed(c.Cell)
	if err != nil {
		return nil, err
	}
	values, err := cell.Init(c, s, stream)
	if err != nil {
		return nil, err
	}
	for name := range values {
		if !slices.Contains(names(declared), name) {
			return nil, fmt.Errorf("graph: the cell %s gives initial values of %s, which it does not declare; it declares %q", c.Cell, name, names(declared))
		}
	}
	readout := stream(streamReadout)
	weights := make([]float64, s.Outputs*c.Units) // C x N
	for i := range weights {
		weights[i] = readout.NormFloat64() * c.ReadoutScale / math.Sqrt(float64(c.Units))
	}
	values[ReadoutWeights] = weights
	for _, d := range declared {
		if values[d.Name] == nil {
			values[d.Name] = make([]float64, d.size())
		}
	}
	limits := newConstraints(c, stream)
	if limits != nil {
		for _, d := range declared {
			if d.Role == RecurrentRole {
				limits.start(values[d.Name])
			}
		}
	}
	p, err := ParametersFrom(c, s, values)
	if err != nil {
		return nil, err
	}
	p.constraints = limits
	return p, nil
}

// ErrNoCycle is returned if an exact spectral radius is requested for a random matrix whose eigenvalues are all zero: no factor
// gives it that radius.
var ErrNoCycle = errors.New("graph: the random matrix has no eigenvalue but zero, so no factor gives it the wanted radius; " +
	"use more units or exact_radius: false")

// nearIdentity returns the paper's recurrent weights, N x N,
//
//	R = (1-eps) I + eps J,  J_ij ~ N(0, g^2/N)
//
// from N*N normal deviates.
//
// Source: Farrell et al. (2019), section 2; eigenvalue scaling as in the authors' later code.
func nearIdentity(c Config, rng *rand.Rand) ([]float64, error) {
	n := c.Units
	random := mat.NewDense(n, n, nil) // N x N
	entries := random.RawMatrix().Data
	for i := range entries {
		entries[i] = rng.NormFloat64() / math.Sqrt(float64(n))
	}
	gain := c.Coupling
	if c.ExactRadius {
		radius, err := spectralRadius(random)
		if err != nil {
			return nil, err
		}
		gain /= radius
	}
	for i := range entries {
		entries[i] *= c.Mixing * gain
	}
	for i := range n {
		entries[i*n+i] += 1 - c.Mixing
	}
	return entries, nil
}

// spectralRadius returns the largest modulus among the eigenvalues of a square matrix.
func spectralRadius(m *mat.Dense) (float64, error) {
	var eigen mat.Eigen
	if !eigen.Factorize(m, mat.EigenNone) {
		return 0, errors.New("graph: the eigenvalues of the random matrix did not converge; use another seed or exact_radius: false")
	}
	radius := 0.0
	for _, value := range eigen.Values(nil) {
		radius = max(radius, cmplx.Abs(value))
	}
	if radius == 0 {
		return 0, ErrNoCycle
	}
	return radius, nil
}

// NewEmbedding returns the configuration's embedding of D inputs.
//
// Errors: those of [data.NewEmbedding]. Mutates: advances rng unless network.embedding is one_to_one.
func (c Config) NewEmbedding(inputs int, rng *rand.Rand) (*data.Embedding, error) {
	if c.Embedding == OneToOneEmbedding {
		return data.NewOneToOne(c.Units, inputs)
	}
	return data.NewEmbedding(c.Units, inputs, rng)
}

// embeddingWeights returns input weights N x D: those of [Config.NewEmbedding], so that a network has the same ones whether they are
// trained or not. If there are more inputs than units, the entries of a dense embedding have mean magnitude 1/sqrt(D) as well.
func embeddingWeights(c Config, s Shape, rng *rand.Rand) ([]float64, error) {
	if s.Inputs <= c.Units || c.Embedding == OneToOneEmbedding {
		embedding, err := c.NewEmbedding(s.Inputs, rng)
		if err != nil {
			return nil, err
		}
		return embedding.Matrix.RawMatrix().Data, nil
	}
	weights := make([]float64, c.Units*s.Inputs)
	for i := range weights {
		weights[i] = rng.NormFloat64() * math.Sqrt(math.Pi/2/float64(s.Inputs))
	}
	return weights, nil
}

// uniform returns values from [-bound, bound].
func uniform(count int, bound float64, rng *rand.Rand) []float64 {
	values := make([]float64, count)
	for i := range values {
		values[i] = bound * (2*rng.Float64() - 1)
	}
	return values
}

// UnknownError reports a name of no known cell, loss or penalty.
type UnknownError struct {
	Kind, Name string
	Known      []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("graph: there is no %s %q; there are %q", e.Kind, e.Name, e.Known)
}
