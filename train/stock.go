package train

import (
	"github.com/unfurl-rnn/unfurl/data/array"
	G "gorgonia.org/gorgonia"
)

// stockRMSProp is Gorgonia's own RMSPropSolver, kept for comparison. It cannot be saved.
type stockRMSProp struct {
	*G.RMSPropSolver
	rate float64
}

var _ Optimiser = (*stockRMSProp)(nil)

func newStockRMSProp(c OptimiserConfig) *stockRMSProp {
	return &stockRMSProp{
		RMSPropSolver: G.NewRMSPropSolver(G.WithLearnRate(c.LearningRate), G.WithRho(c.Alpha), G.WithEps(c.Epsilon)),
		rate:          c.LearningRate,
	}
}

func (o *stockRMSProp) LearningRate() float64 { return o.rate }

func (o *stockRMSProp) SetLearningRate(rate float64) {
	o.rate = rate
	G.WithLearnRate(rate)(o.RMSPropSolver)
}

func (o *stockRMSProp) State() (map[string]array.Array, error) { return nil, ErrNoState }
func (o *stockRMSProp) Restore(map[string]array.Array) error   { return ErrNoState }
