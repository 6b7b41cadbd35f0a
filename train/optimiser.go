package train

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Optimiser is a gorgonia.Solver whose learning rate can be read and whose state can be saved.
type Optimiser interface {
	G.Solver
	LearningRate() float64
	SetLearningRate(rate float64)
	// State returns the optimiser's memory, keyed "slot/parameter". The arrays are the optimiser's own:
	// write them out before the next step. ErrNoState if it cannot be read.
	State() (map[string]array.Array, error)
	// Restore replaces the memory with one that State returned.
	Restore(state map[string]array.Array) error
}

// ErrNoState says that the state of Gorgonia's stock solvers cannot be read.
var ErrNoState = errors.New("train: the stock Gorgonia solver cannot be saved or resumed; use training.optimiser.name: rmsprop")

// OptimiserConfig chooses an optimiser and its constants. Fields that the named optimiser does not use
// have no effect, see [Config.Idle].
type OptimiserConfig struct {
	Name         string  `yaml:"name" help:"how gradients change the weights: rmsprop as in the paper; adam, with training.clip_norm, as in the presets of tasks through time; gorgonia is Gorgonia's stock RMSProp, which cannot be resumed"`
	LearningRate float64 `yaml:"learning_rate" help:"step size; 0 leaves the network as it is" range:"0 or more"`
	Alpha        float64 `yaml:"alpha" help:"share of the mean square gradient that stays from step to step" range:"0 or more, below 1"`
	Epsilon      float64 `yaml:"epsilon" help:"keeps the denominator from zero" range:"above 0"`
	Momentum     float64 `yaml:"momentum" help:"share of the last update that is added to the next" range:"0 or more, below 1"`
	Beta1        float64 `yaml:"beta1" help:"decay rate of Adam's mean gradient" range:"0 or more, below 1"`
	Beta2        float64 `yaml:"beta2" help:"decay rate of Adam's mean square gradient" range:"0 or more, below 1"`
	WeightDecay  float64 `yaml:"weight_decay" help:"add weight_decay times the weights to the gradient" range:"0 or more"`
}

// DefaultOptimiserConfig returns the paper's RMSProp: learning rate 1e-3, alpha 0.9, eps 1e-8 outside
// the root, no momentum.
func DefaultOptimiserConfig() OptimiserConfig {
	return OptimiserConfig{Name: "rmsprop", LearningRate: 1e-3, Alpha: 0.9, Epsilon: 1e-8, Beta1: 0.9, Beta2: 0.999}
}

// Validate joins one error for every field that is out of its range.
func (c OptimiserConfig) Validate() error {
	var faults data.Faults
	finite := func(key string, value float64) {
		faults.Check(value >= 0 && !math.IsInf(value, 1), key, value, "a finite number, 0 or more")
	}
	unit := func(key string, value float64) {
		faults.Check(value >= 0 && value < 1, key, value, "0 or more, below 1")
	}
	faults.CheckOneOf("name", c.Name, "rmsprop", "sgd", "adam", "gorgonia")
	finite("learning_rate", c.LearningRate)
	unit("alpha", c.Alpha)
	unit("momentum", c.Momentum)
	unit("beta1", c.Beta1)
	unit("beta2", c.Beta2)
	faults.Check(c.Epsilon > 0 && !math.IsInf(c.Epsilon, 1), "epsilon", c.Epsilon, "a finite number above 0")
	finite("weight_decay", c.WeightDecay)
	return faults.Join()
}

// NewOptimiser returns the configured optimiser for parameters of the given names, in the order in
// which Step will get them.
func NewOptimiser(c OptimiserConfig, names []string) (Optimiser, error) {
	if err := data.Within("training.optimiser", c.Validate()); err != nil {
		return nil, err
	}
	base := memory{names: names, rate: c.LearningRate}
	switch c.Name {
	case "sgd":
		return &SGD{memory: base, Momentum: c.Momentum, WeightDecay: c.WeightDecay}, nil
	case "adam":
		return &Adam{memory: base, Beta1: c.Beta1, Beta2: c.Beta2, Epsilon: c.Epsilon, WeightDecay: c.WeightDecay}, nil
	case "gorgonia":
		return newStockRMSProp(c), nil
	}
	return &RMSProp{memory: base, Alpha: c.Alpha, Epsilon: c.Epsilon, Momentum: c.Momentum, WeightDecay: c.WeightDecay}, nil
}

// memory is the state that our optimisers share: a learning rate and, by slot, one array for each parameter.
type memory struct {
	names []string
	rate  float64
	slots map[string][]*tensor.Dense
	steps int64
	pairs []pair
}

func (m *memory) LearningRate() float64     { return m.rate }
func (m *memory) SetLearningRate(r float64) { m.rate = r }

// slot returns the arrays of a name, zero at first, one for each parameter.
func (m *memory) slot(name string, parameters []G.ValueGrad) []*tensor.Dense {
	if m.slots == nil {
		m.slots = map[string][]*tensor.Dense{}
	}
	if m.slots[name] == nil {
		for _, parameter := range parameters {
			value := parameter.Value()
			m.slots[name] = append(m.slots[name], tensor.New(tensor.WithShape(value.Shape()...), tensor.Of(value.Dtype())))
		}
	}
	return m.slots[name]
}

func (m *memory) State() (map[string]array.Array, error) {
	state := map[string]array.Array{"steps": {Shape: []int{1}, Int64: []int64{m.steps}}}
	for slot, arrays := range m.slots {
		for i, array := range arrays {
			state[slot+"/"+m.names[i]] = toSafetensor(array)
		}
	}
	return state, nil
}

func (m *memory) Restore(state map[string]array.Array) error {
	steps := state["steps"]
	if len(steps.Int64) != 1 {
		return errors.New("train: the optimiser's state lacks its step count")
	}
	m.steps = steps.Int64[0]
	slots := map[string][]*tensor.Dense{}
	for key, saved := range state {
		slot, name, found := cutLast(key, "/")
		if !found {
			continue
		}
		i := slices.Index(m.names, name)
		if i < 0 {
			return fmt.Errorf("train: the optimiser's state names a parameter %q that this network lacks", name)
		}
		if slots[slot] == nil {
			slots[slot] = make([]*tensor.Dense, len(m.names))
		}
		slots[slot][i] = fromSafetensor(saved)
	}
	for slot, arrays := range slots {
		if slices.Index(arrays, nil) >= 0 {
			return fmt.Errorf("train: the optimiser's state lacks a parameter in %q", slot)
		}
	}
	m.slots = slots
	return nil
}

// pair is a parameter and its gradient as slices of one of the two types; the others are nil.
type pair struct {
	value, gradient G.Value
	w32, g32        []float32
	w64, g64        []float64
}

// bind returns the parameters and their gradients as slices. The slices are looked up again only when a
// tensor has changed since the last step, so that a step allocates nothing.
func (m *memory) bind(parameters []G.ValueGrad) ([]pair, error) {
	if len(m.pairs) != len(parameters) {
		m.pairs = make([]pair, len(parameters))
	}
	for i, parameter := range parameters {
		gradient, err := parameter.Grad()
		if err != nil {
			return nil, fmt.Errorf("train: gradient %d: %w", i, err)
		}
		value, bound := parameter.Value(), &m.pairs[i]
		if bound.value == value && bound.gradient == gradient {
			continue
		}
		if !value.Shape().Eq(gradient.Shape()) || value.Dtype() != gradient.Dtype() {
			return nil, fmt.Errorf("train: parameter %d is %v %v, its gradient %v %v", i, value.Dtype(), value.Shape(), gradient.Dtype(), gradient.Shape())
		}
		*bound = pair{value: value, gradient: gradient}
		switch w := value.Data().(type) {
		case []float32:
			bound.w32, bound.g32 = w, gradient.Data().([]float32)
		case []float64:
			bound.w64, bound.g64 = w, gradient.Data().([]float64)
		default:
			*bound = pair{}
			return nil, fmt.Errorf("train: parameter %d is of type %v; solvers step on float32 and float64 tensors", i, value.Dtype())
		}
	}
	return m.pairs, nil
}
