package measure

import (
	"context"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
)

// Names of the series of readoutVariance.
const (
	VarianceAlongReadout  = "variance_along_readout"
	VarianceAcrossReadout = "variance_across_readout"
)

// readoutVariance is the variance of the states within the span of the rows of the network's readout weights, and that across it: a
// gradient step of the loss moves states along the readout only.
var readoutVariance = Measure{
	Name: "variance along the readout",
	Columns: []Column{
		{Name: VarianceAlongReadout, Label: "variance along the readout"}, {Name: VarianceAcrossReadout, Label: "variance across the readout"},
	},
	Weight: 1, Asked: true,
	Compute: func(ctx context.Context, s *Subject) ([]Series, []error, error) {
		if s.Parameters == nil {
			return nil, nil, nil
		}
		directions := mat.NewDense(s.Parameters.Outputs(), s.Parameters.Units(), graph.Values(s.Parameters.Tensor(graph.ReadoutWeights)))
		var along, across []float64
		for t, states := range s.Trajectory.H {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			in, out, err := analysis.VarianceAlong(states, directions)
			if err != nil {
				return nil, nil, &analysis.AtStep{Step: t, Err: err}
			}
			along, across = append(along, in), append(across, out)
		}
		return []Series{{VarianceAlongReadout, along}, {VarianceAcrossReadout, across}}, nil, nil
	},
}
