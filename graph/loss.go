package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// LossName names the objective that training minimises.
type LossName string

const (
	// NoLoss leaves the readout and the loss out of the graph, which then only records states.
	NoLoss LossName = ""
	// CrossEntropy is the mean of -log softmax(o)[label].
	CrossEntropy LossName = "cross_entropy"
	// MeanSquaredError is the mean of (o - target)^2, where the target of a class is 0.7 onehot(label).
	MeanSquaredError LossName = "mse"
	// ScalarSquaredError is the mean of (o - target)^2 of one output, where the targets of two classes are -0.7 and 0.7.
	ScalarSquaredError LossName = "mse_scalar"
)

// Loss is the objective that training minimises. A loss is one file and is stateless.
type Loss interface {
	// Name is the value of training.loss.
	Name() string
	// Target fills a row of C targets for a sample of a class.
	Target(row []float64, label int)
	// Add adds the loss, a scalar: the mean over samples and readout times of the deviation of outputs from targets, B x C at each
	// time. masks, B at each time, weight the samples and times: the sum is divided by that of the masks, which is not zero, and
	// targets with a mask of zero may be any finite number. nil masks weight all equally.
	Add(b *Builder, outputs, targets, masks G.Nodes) *G.Node
}

// OwnOutputs is implemented by a [Loss] whose networks do not have one output for each class. Its Target fills as many numbers.
type OwnOutputs interface {
	// Outputs returns the number of outputs for a number of classes, at least 1.
	Outputs(classes int) (int, error)
}

var losses = listed[Loss]("loss", crossEntropy{}, squaredError{}, scalarSquaredError{})

// RegisterLoss registers a loss under its name. Call it before any configuration is read. It panics if the name is taken.
func RegisterLoss(l Loss) { losses.add(l) }

// LossNamed returns the loss with the given name.
//
// Errors: [UnknownError].
func LossNamed(name LossName) (Loss, error) { return losses.find(string(name)) }

// LossNames lists the losses that a network can be trained with.
func LossNames() []string { return losses.names() }

// OutputsFor returns the number of outputs that a network of the loss needs to tell classes apart: one for each, unless the loss
// implements [OwnOutputs].
//
// Errors: [UnknownError]; a number of classes that the loss cannot tell apart.
func OutputsFor(loss LossName, classes int) (int, error) {
	of, err := LossNamed(loss)
	if err != nil {
		return 0, err
	}
	if own, ok := of.(OwnOutputs); ok {
		return own.Outputs(classes)
	}
	return classes, nil
}

// MaskedMean adds the mean of the losses of samples, terms of B values at each time, weighted by masks as described at [Loss].
func (b *Builder) MaskedMean(name string, terms, masks G.Nodes) *G.Node {
	if masks == nil {
		means := make([]*G.Node, len(terms))
		for i, term := range terms {
			means[i] = b.unary(indexed("mean_"+name, i, len(terms)), term, func(n *G.Node) (*G.Node, error) { return G.Mean(n) })
		}
		if len(means) == 1 {
			return means[0]
		}
		return b.Scaled(name+"_mean", b.Sum(name+"_sum", means...), 1/float64(len(means)))
	}
	sums, weights := make([]*G.Node, len(terms)), make([]*G.Node, len(terms))
	total := func(n *G.Node) (*G.Node, error) { return G.Sum(n) }
	for i, term := range terms {
		sums[i] = b.unary(indexed("sum_"+name, i, len(terms)), b.Times(indexed("masked_"+name, i, len(terms)), term, masks[i]), total)
		weights[i] = b.unary(indexed("weight_"+name, i, len(terms)), masks[i], total)
	}
	sum, weight := b.Sum(name+"_sum", sums...), b.Sum(name+"_weight", weights...)
	return b.Op(name+"_mean", func() (*G.Node, error) { return G.HadamardDiv(sum, weight) })
}

// indexed returns the name of one of several nodes.
func indexed(name string, i, of int) string {
	if of == 1 {
		return name
	}
	return fmt.Sprintf("%s.%d", name, i)
}
