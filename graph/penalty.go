package graph

import G "gorgonia.org/gorgonia"

// Penalty is a cost added to the loss. A penalty is one file and is stateless; the configuration sets strength and times.
type Penalty interface {
	// Name is NAME in the key training.penalties.NAME.
	Name() string
	// Add adds the penalty, a scalar, of recurrent weights (the effective ones) and of the hidden states, B x N, at the times that
	// the configuration selects.
	Add(b *Builder, recurrent, hidden G.Nodes) *G.Node
}

var penalties = listed[Penalty]("penalty", weightPenalty{}, activityPenalty{}, dimensionalityPenalty{}, expansionPenalty{})

// RegisterPenalty registers a penalty under its name. Call it before any configuration is read. It panics if the name is taken.
func RegisterPenalty(p Penalty) { penalties.add(p) }

// PenaltyNamed returns the penalty with the given name.
//
// Errors: [UnknownError].
func PenaltyNamed(name string) (Penalty, error) { return penalties.find(name) }

// PenaltyNames lists the registered penalties.
func PenaltyNames() []string { return penalties.names() }

// Weighted is a penalty with its strength and the times of the states that it applies to.
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
