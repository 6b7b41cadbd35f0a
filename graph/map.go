package graph

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Map is one step of a network with a constant input: the map from the carried vectors of a state, Units numbers, to those of the
// next state. Products with its Jacobian J come from the cell's own graph by differentiation: v'J is the gradient of sum(v F), and
// J w that of (v'J) w with respect to v. Everything is float64, without noise.
//
// It holds copies of the parameters, so that further training does not change it. Any number of goroutines may call its methods,
// which panic if shapes do not match.
type Map struct {
	parameters *Parameters
	cell       Cell
	engine     Engine
	input      []float64 // D, or N if the network is embedded; nil for none

	mutex sync.Mutex
	idle  map[int][]*stepGraph // by number of rows
}

// mapBlock is the number of states that one run of the graph steps; the last block is padded.
const mapBlock = 32

// ErrNoMap is returned for a cell whose weights differ from step to step, see [Layered].
var ErrNoMap = errors.New("graph: the layers of the cell have weights of their own, so there is no map of one step, and no fixed points or exponents")

// NewMap returns the map of the network's step with a constant input, nil for none.
//
// Errors: an input whose length is not the network's; [ErrNoMap]; those of building and compiling.
func NewMap(p *Parameters, engine Engine, input []float64) (*Map, error) {
	if input != nil && len(input) != p.Shape.Inputs {
		return nil, fmt.Errorf("graph: a constant input of %d values for a network of %d inputs", len(input), p.Shape.Inputs)
	}
	cell, err := CellNamed(p.Config.Cell)
	if err != nil {
		return nil, err
	}
	if _, layered := cell.(Layered); layered {
		return nil, fmt.Errorf("%w: %s", ErrNoMap, cell.Name())
	}
	m := &Map{parameters: p.double(), cell: cell, engine: engine, input: slices.Clone(input), idle: map[int][]*stepGraph{}}
	g, err := m.borrow(1) // so that errors are returned here
	if err != nil {
		return nil, err
	}
	m.giveBack(g)
	return m, nil
}

// double returns a copy in float64.
func (p *Parameters) double() *Parameters {
	copied := *p
	copied.Config.Precision = Float64
	copied.entries = p.All()
	for i, entry := range copied.entries {
		copied.entries[i].Tensor = newTensor(Float64, Values(entry.Tensor), entry.Shape...)
	}
	return &copied
}

// Units returns the length of a state: N times the number of vectors that the cell carries.
func (m *Map) Units() int { return m.cell.Carried() * m.parameters.Units() }

// Step sets to to the state after from. They must not overlap.
func (m *Map) Step(to, from []float64) {
	n := m.Units()
	m.StepAll(mat.NewDense(1, n, to), mat.NewDense(1, n, from))
}

// StepAll sets every row of to to the state after the same row of from.
func (m *Map) StepAll(to, from *mat.Dense) {
	m.inBlocks(to, from, func(g *stepGraph) (Machine, G.Nodes) { return g.forward, g.next }, nil)
}

// Jacobian sets to, n x n, to the derivative of the step at a state: row i, column j holds dF_i/dh_j.
func (m *Map) Jacobian(to *mat.Dense, at []float64) {
	n := m.Units()
	identity := mat.NewDense(n, n, nil)
	for i := range n {
		identity.Set(i, i, 1)
	}
	_, pull := m.Linearise(mat.NewDense(1, n, at))
	pull(to, identity)
}

// Linearise returns products with the Jacobians J_k at states, one per row of at, K x n or, for one state that serves all
// rows, 1 x n: push sets every row of to to J_k times the same row of vectors, pull to J_k^T times it, all K x n.
func (m *Map) Linearise(at *mat.Dense) (push, pull func(to, vectors *mat.Dense)) {
	at = mat.DenseCopyOf(at)
	push = func(to, vectors *mat.Dense) {
		m.inBlocks(to, at, func(g *stepGraph) (Machine, G.Nodes) { return g.push, g.pushed }, vectors)
	}
	pull = func(to, vectors *mat.Dense) {
		m.inBlocks(to, at, func(g *stepGraph) (Machine, G.Nodes) { return g.pull, g.pulled }, vectors)
	}
	return push, pull
}

// inBlocks runs a graph for blocks of rows: states are the rows of at, or its only row for all, and vectors, if any.
func (m *Map) inBlocks(to, at *mat.Dense, choose func(*stepGraph) (Machine, G.Nodes), vectors *mat.Dense) {
	rows, columns := to.Dims()
	states, width := at.Dims()
	if columns != m.Units() || width != m.Units() || states != rows && states != 1 {
		panic(fmt.Sprintf("graph: %d x %d for %d states of %d numbers, the network has %d", rows, columns, states, width, m.Units()))
	}
	block := mapBlock
	if rows == 1 {
		block = 1
	}
	g, err := m.borrow(block)
	if err != nil {
		panic(err) // unreachable: NewMap has built one
	}
	defer m.giveBack(g)
	machine, results := choose(g)
	for first := 0; first < rows; first += block {
		count := min(block, rows-first)
		for i := range block {
			row := min(first+i, rows-1)
			g.set(g.states, i, at.RawRowView(min(row, states-1)))
			if vectors != nil {
				g.set(g.vectors, i, vectors.RawRowView(row))
			}
		}
		if err := machine.RunAll(); err != nil {
			panic(fmt.Sprintf("graph: one step of %s: %v", m.cell.Name(), err))
		}
		for k, node := range results {
			values, err := Read(machine, node) // block x N
			if err != nil {
				panic(err)
			}
			for i := range count {
				copy(to.RawRowView(first + i)[k*g.units:(k+1)*g.units], values[i*g.units:])
			}
		}
	}
}

// stepGraph is one step with its derivatives, for some rows of states.
type stepGraph struct {
	rows, units          int
	states, vectors      []*tensor.Dense // of each carried vector, rows x N
	next, pulled, pushed G.Nodes
	forward, pull, push  Machine
}

// set copies a state, whose vectors are concatenated, into row i of tensors.
func (g *stepGraph) set(to []*tensor.Dense, i int, from []float64) {
	for k, t := range to {
		copy(t.Float64s()[i*g.units:(i+1)*g.units], from[k*g.units:])
	}
}

func (m *Map) borrow(rows int) (*stepGraph, error) {
	m.mutex.Lock()
	if idle := m.idle[rows]; len(idle) > 0 {
		m.idle[rows] = idle[:len(idle)-1]
		m.mutex.Unlock()
		return idle[len(idle)-1], nil
	}
	m.mutex.Unlock()
	return m.build(rows)
}

func (m *Map) giveBack(g *stepGraph) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.idle[g.rows] = append(m.idle[g.rows], g)
}

// build builds two graphs: one of next = F(states) and pulled = d sum(vectors next) / d states, and one of the product with a
// vector w, pushed = d sum(pulled(v) w) / d v for an auxiliary v. Gorgonia keeps the derivative of a node from one Grad to the
// next, so each graph supports only one chain of derivatives.
func (m *Map) build(rows int) (*stepGraph, error) {
	building.Lock()
	defer building.Unlock()
	g := &stepGraph{rows: rows, units: m.parameters.Units()}
	g.states, g.vectors = m.room(rows), m.room(rows)

	b, states, next, err := m.step(g)
	if err != nil {
		return nil, err
	}
	g.next = next
	if g.pulled, err = m.products(b, "pull", next, m.inputs(b, "vector", g.vectors), states); err != nil {
		return nil, err
	}
	if g.forward, err = m.engine(b.g, g.next); err != nil {
		return nil, err
	}
	if g.pull, err = m.engine(b.g, g.pulled); err != nil {
		return nil, err
	}

	if b, states, next, err = m.step(g); err != nil {
		return nil, err
	}
	auxiliary := m.inputs(b, "auxiliary", m.room(rows))
	pulled, err := m.products(b, "pull", next, auxiliary, states)
	if err != nil {
		return nil, err
	}
	if g.pushed, err = m.products(b, "push", pulled, m.inputs(b, "vector", g.vectors), auxiliary); err != nil {
		return nil, err
	}
	g.push, err = m.engine(b.g, g.pushed)
	return g, err
}

// step begins a graph with the step from g.states to the next states.
func (m *Map) step(g *stepGraph) (b *Builder, states, next G.Nodes, err error) {
	b = newBuilder()
	b.Config, b.Batch = m.parameters.Config, g.rows
	r := &RNN{parameters: m.parameters, Graph: b.g}
	weights, _ := r.bind(b, false)
	prepared := m.cell.Prepare(b, weights)
	var in StepInput
	if m.input != nil {
		in.X = b.Constant("x", slices.Repeat(m.input, g.rows), g.rows, len(m.input))
	}
	states = m.inputs(b, "state", g.states)
	next = m.cell.Step(b, prepared, in, State{Output: states[0], Carried: states}).Carried
	return b, states, next, b.err
}

// room returns a tensor for each carried vector.
func (m *Map) room(rows int) []*tensor.Dense {
	tensors := make([]*tensor.Dense, m.cell.Carried())
	for k := range tensors {
		tensors[k] = newTensor(Float64, nil, rows, m.parameters.Units())
	}
	return tensors
}

// inputs adds a node for each tensor.
func (m *Map) inputs(b *Builder, name string, tensors []*tensor.Dense) G.Nodes {
	nodes := make(G.Nodes, len(tensors))
	for k, t := range tensors {
		nodes[k] = b.input(fmt.Sprintf("%s.%d", name, k), t)
	}
	return nodes
}

// products adds the gradient of sum_k sum(values_k factors_k) with respect to each node of by.
func (m *Map) products(b *Builder, name string, values, factors, by G.Nodes) (G.Nodes, error) {
	var terms []*G.Node
	for k := range values {
		product := b.Times(fmt.Sprintf("%s product.%d", name, k), values[k], factors[k])
		terms = append(terms, b.unary(fmt.Sprintf("%s sum.%d", name, k), product, func(n *G.Node) (*G.Node, error) { return G.Sum(n) }))
	}
	total := b.Sum(name+" total", terms...)
	if b.err != nil {
		return nil, b.err
	}
	gradients, err := G.Grad(total, by...)
	if err != nil {
		return nil, fmt.Errorf("graph: derivatives of one step of %s: %w", m.cell.Name(), err)
	}
	b.claim()
	return gradients, nil
}
