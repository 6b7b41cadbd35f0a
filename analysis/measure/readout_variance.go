package measure

import (
	"context"
	"errors"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
)

// Names of the series of readoutVariance.
const (
	VarianceAlongReadout  = "variance_along_readout"
	VarianceAcrossReadout = "variance_across_readout"
	EDAcrossReadout       = "ed_across_readout"
)

// readoutVariance is the variance of the states within the span of the rows of the network's readout weights, that across it, and the
// effective dimensionality of the states across it: a step of gradient descent on the loss moves states along it.
var readoutVariance = Measure{
	Name: "variance along the readout",
	Columns: []Column{
		{Name: VarianceAlongReadout, Label: "variance along the readout"}, {Name: VarianceAcrossReadout, Label: "variance across the readout"},
		{Name: EDAcrossReadout, Label: "effective dimensionality across the readout"},
	},
	Weight: 1, Asked: true,
	Compute: func(ctx context.Context, s *Subject) ([]Series, []error, error) {
		if s.Parameters == nil {
			return nil, nil, nil
		}
		readout := ReadoutWeights(s.Parameters)
		var along, across, dimensionality []float64
		for t, states := range s.Trajectory.H {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			at, err := ReadoutSpread(states, readout)
			if err != nil {
				return nil, nil, &analysis.AtStep{Step: t, Err: err}
			}
			along, across, dimensionality = append(along, at.Along), append(across, at.Across), append(dimensionality, at.ED)
		}
		return []Series{{VarianceAlongReadout, along}, {VarianceAcrossReadout, across}, {EDAcrossReadout, dimensionality}}, nil, nil
	},
}

// ReadoutWeights returns the readout weights W of a network, C x N.
func ReadoutWeights(p *graph.Parameters) *mat.Dense {
	return mat.NewDense(p.Outputs(), p.Units(), graph.Values(p.Tensor(graph.ReadoutWeights)))
}

// Spread is how states lie about the span of the rows of a readout.
type Spread struct {
	Along, Across float64 // variance within the span and across it
	ED            float64 // effective dimensionality across it; NaN without variance
}

// ReadoutSpread returns the spread of states, S x N, about the span of the rows of readout weights, C x N.
//
// Errors: those of [analysis.VarianceAlong].
func ReadoutSpread(states, readout *mat.Dense) (Spread, error) {
	var s Spread
	var err error
	if s.Along, s.Across, err = analysis.VarianceAlong(states, readout); err != nil {
		return s, err
	}
	across, err := analysis.AcrossDirections(states, readout)
	if err != nil {
		return s, err
	}
	if s.ED, err = analysis.EffectiveDimensionality(across); errors.Is(err, analysis.ErrZeroVariance) {
		return Spread{s.Along, s.Across, math.NaN()}, nil
	}
	return s, err
}
