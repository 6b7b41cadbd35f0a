package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// couplings are those of the paper's two networks in the order in which parts name them.
var couplings = []float64{graph.EdgeOfChaos, graph.StronglyChaotic}

// network is a configuration that a part needs, of realisation 0.
type network struct {
	config train.Config
	most   int // realisations, for one of many settings or a slow one; 0: all
}

// realisations returns the number of realisations of a network that are trained.
func (o Options) realisations(n network) int {
	if n.most > 0 {
		return min(o.Realisations, n.most)
	}
	return o.Realisations
}

// Plan returns the configurations of all networks that the claims need, each once. The first realisations
// come first, so that a run that is stopped early has evidence on every claim.
func (o Options) Plan() []train.Config {
	most, followed := map[string]int{}, o.followedThroughTraining()
	var order []network
	var keys []string // their fingerprints
	for _, claim := range o.Claims() {
		for _, part := range claim.Parts {
			for _, need := range part.Needs {
				key := need.config.Fingerprint()
				if _, known := most[key]; !known {
					order, keys = append(order, need), append(keys, key)
				}
				most[key] = max(most[key], o.realisations(need))
			}
		}
	}
	var plan []train.Config
	for realisation := range o.Realisations {
		for i, need := range order {
			if realisation < most[keys[i]] {
				c := need.config
				c.Realisation = realisation
				c.Training.Checkpoint.Snapshots = followed[keys[i]] || keepsWaypoints(c)
				plan = append(plan, c)
			}
		}
	}
	return plan
}

// change modifies the paper's configuration.
type change func(*train.Config)

// high returns a network of inputs with as many dimensions as units, low one of two-dimensional inputs.
func (o Options) high(g float64, changes ...change) network {
	return o.network(2, g, graph.CrossEntropy, changes)
}

func (o Options) low(g float64, changes ...change) network {
	return o.network(3, g, graph.CrossEntropy, changes)
}

func (o Options) highSquared(g float64, changes ...change) network {
	return o.network(2, g, graph.MeanSquaredError, changes)
}

func (o Options) lowSquared(g float64, changes ...change) network {
	return o.network(3, g, graph.MeanSquaredError, changes)
}

// network returns a figure's configuration. Changes are relative, so they mean the same in a quick run.
func (o Options) network(figure int, g float64, loss graph.LossName, changes []change) network {
	c := farrell2019.Configuration(figure, g, loss)
	c.Seed, c.Network.ExactRadius = o.Seed, o.ExactRadius
	if o.Quick {
		farrell2019.Quicken(&c)
	}
	for _, change := range changes {
		change(&c)
	}
	if o.adjust != nil {
		o.adjust(&c)
	}
	return network{config: c}
}

// sweptRealisations is the number of realisations of one of many settings.
const sweptRealisations = 20

// swept marks a network as one of many settings.
func swept(n network) network {
	n.most = sweptRealisations
	return n
}

// brief leaves out what only the claims on the paper's own networks read: readouts, distances, where states end, and the states
// after t = 15.
func brief(c *train.Config) {
	c.Measures.Splits, c.Measures.Steps = 0, troughUntil
}

func rate(factor float64) change {
	return func(c *train.Config) { c.Training.Optimiser.LearningRate *= factor }
}

// batch changes the number of samples per step and keeps the number per epoch.
func batch(size int) change {
	return func(c *train.Config) { c.Training.Batch = size }
}

// units changes N, and with it the number of inputs, which equals it.
func units(factor float64) change {
	return func(c *train.Config) {
		c.Network.Units = int(factor * float64(c.Network.Units))
		c.Task.Dimension = c.Network.Units
	}
}

func noise(factor float64) change {
	return func(c *train.Config) { c.Task.Noise *= factor }
}

func epochs(factor float64) change {
	return func(c *train.Config) { c.Training.Epochs = int(factor * float64(c.Training.Epochs)) }
}

func clusters(factor int) change {
	return func(c *train.Config) { c.Task.Clusters *= factor }
}

func linear(c *train.Config) { c.Network.Activation = graph.Linear }
