package graph

import G "gorgonia.org/gorgonia"

// Penalty is a cost beside the loss. A penalty is one file and holds no state; strength and times are the configuration's.
type Penalty interface {
	// Name is the part of the key training.penalties.NAME.
	Name() string
	// Add adds the penalty, a scalar, of recurrent weights (the effective ones) and of the hidden states, B x N, at the
	// times that the configuration chose.
	Add(b *Builder, recurrent, hidden G.Nodes) *G.Node
}

var penalties = listed[Penalty]("penalty", weightPenalty{}, activityPenalty{}, dimensionalityPenalty{})

// RegisterPenalty makes a penalty known under its name, before any configuration is read. It panics if the name is taken.
func RegisterPenalty(p Penalty) { penalties.add(p) }

// PenaltyNamed returns the penalty of a name.
//
// Errors: [UnknownError].
func PenaltyNamed(name string) (Penalty, error) { return penalties.find(name) }

// PenaltyNames lists the penalties that there are.
func PenaltyNames() []string { return penalties.names() }

// Weighted is a penalty with its strength and the times whose states it sees.
type Weighted struct {
	Penalty  Penalty
	Strength float64
	Times    []int // nil for all
}

// average adds the mean of scalars.
func (b *Builder) average(name string, scalars []*G.Node) *G.Node {
	sum := b.Sum(name+"_sum", scalars...)
	if len(scalars) == 1 {
		return sum
	}
	return b.Scaled(name, sum, 1/float64(len(scalars)))
}

// meanSquare adds the mean of the squares of all elements.
func (b *Builder) meanSquare(name string, x *G.Node) *G.Node {
	square := b.unary(name+"^2", x, G.Square)
	return b.unary("mean_"+name+"^2", square, func(n *G.Node) (*G.Node, error) { return G.Mean(n) })
}
