package graph

import (
	"math"

	G "gorgonia.org/gorgonia"
)

// constraints are what a configuration demands of the weights between units, for any cell:
//
//	effective weights = |V| * sign * mask  under Dale's law, else V * mask
//
// V is what is trained. A sign belongs to the unit that the weight leads from (a column), and a weight under the mask is
// exactly zero, through all of training.
type constraints struct {
	units int
	dale  bool
	// factors, N x N: +1 or -1 by the sign of the column, or 1 without Dale's law, and 0 where there is no connection.
	factors []float64
	// gains, N x N, scale the initial weights.
	gains []float64
}

// Constrained reports whether the configuration demands signs or masks of the weights between units.
func (c Config) Constrained() bool { return c.Excitatory > 0 || c.Density < 1 || !c.SelfConnections }

// newConstraints draws signs and masks, or returns nil where a configuration demands nothing. The first
// round(excitatory * N) units are excitatory. Of the connections between different units, a share of density is there, each
// drawn by itself; connections of a unit with itself are there if SelfConnections.
//
// Initial weights are scaled by 1/sqrt(density) between different units, so that a unit gets as much input as without the
// mask, and under Dale's law those from inhibitory units by E/(1-E), E being the share of excitatory units, so that
// excitation and inhibition balance.
//
// Source: Song, Yang, Wang, PLoS Comput. Biol. 12 (2016) e1004792, for Dale's law and the balance.
func newConstraints(c Config, stream Stream) *constraints {
	if !c.Constrained() {
		return nil
	}
	n := c.Units
	limits := &constraints{units: n, dale: c.Excitatory > 0, factors: make([]float64, n*n), gains: make([]float64, n*n)}
	excitatory := int(math.Round(c.Excitatory * float64(n)))
	rng := stream(streamConnections)
	for i := range n {
		for j := range n {
			factor, gain := 1.0, 1/math.Sqrt(c.Density)
			if limits.dale && j >= excitatory {
				factor = -1
				if excitatory > 0 {
					gain *= float64(excitatory) / float64(n-excitatory)
				}
			}
			connected := rng.Float64() < c.Density // drawn for the diagonal too, so that it moves no other
			if i == j {
				connected, gain = c.SelfConnections, 1
			}
			if !connected {
				factor = 0
			}
			limits.factors[i*n+j], limits.gains[i*n+j] = factor, gain
		}
	}
	return limits
}

// Connections counts the connections between different units that masks leave, and the units that get input from no other unit.
func (p *Parameters) Connections() (between, withoutInput int) {
	n := p.Units()
	if p.constraints == nil {
		return n * (n - 1), 0
	}
	for i := range n {
		inputs := 0
		for j := range n {
			if i != j && p.constraints.factors[i*n+j] != 0 {
				inputs++
			}
		}
		between += inputs
		if inputs == 0 {
			withoutInput++
		}
	}
	return between, withoutInput
}

// start turns initial weights, N x N, into those under the constraints.
func (c *constraints) start(weights []float64) {
	for i, gain := range c.gains {
		weights[i] *= gain
		if c.factors[i] == 0 {
			weights[i] = 0
		}
		if c.dale {
			weights[i] = math.Abs(weights[i])
		}
	}
}

// apply returns the effective weights.
func (c *constraints) apply(weights []float64) []float64 {
	effective := make([]float64, len(weights))
	for i, w := range weights {
		if c.dale {
			w = math.Abs(w)
		}
		if c.factors[i] != 0 { // not 0 times w, which may be -0
			effective[i] = c.factors[i] * w
		}
	}
	return effective
}

// effective adds the effective weights of every recurrent parameter.
func (c *constraints) effective(b *Builder, p *Parameters, w Weights) {
	factors := b.Constant("signs", c.factors, c.units, c.units)
	for _, entry := range p.entries {
		if entry.Role != RecurrentRole {
			continue
		}
		weights := w[entry.Name]
		if c.dale {
			weights = b.unary("|"+entry.Name+"|", weights, G.Abs)
		}
		w[entry.Name] = b.Times(entry.Name+"_eff", weights, factors)
	}
}

// Effective returns the values of a parameter as the network uses them, under signs and masks, in row-major order; nil if
// there is no parameter of the name.
func (p *Parameters) Effective(name string) []float64 {
	for _, entry := range p.entries {
		if entry.Name == name {
			if values := Values(entry.Tensor); p.constraints == nil || entry.Role != RecurrentRole {
				return values
			} else {
				return p.constraints.apply(values)
			}
		}
	}
	return nil
}

// Constrain puts p under the constraints of its configuration, with the signs and masks that [NewParameters] draws from the
// same stream. The values stay as they are.
func (p *Parameters) Constrain(stream Stream) { p.constraints = newConstraints(p.Config, stream) }
