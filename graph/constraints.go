package graph

import (
	"math"

	G "gorgonia.org/gorgonia"
)

// constraints are the constraints of a configuration on the weights between units, for any cell:
//
//	effective weights = |V| * sign * mask  under Dale's law, else V * mask
//
// V is trained. The sign is that of the presynaptic unit (a column), and a masked weight is exactly zero throughout training.
type constraints struct {
	units int
	dale  bool
	// factors, N x N: +1 or -1 by the sign of the column, or 1 without Dale's law, and 0 if there is no connection.
	factors []float64
	// gains, N x N, scale the initial weights.
	gains []float64
}

// Constrained reports whether the configuration imposes signs or masks on the weights between units.
func (c Config) Constrained() bool { return c.Excitatory > 0 || c.Density < 1 || !c.SelfConnections }

// newConstraints draws signs and masks, or returns nil if a configuration has no constraints. The first round(excitatory * N) units
// are excitatory. Each connection between different units exists with probability density, independently; self-connections exist if
// SelfConnections is set.
//
// Initial weights are scaled by 1/sqrt(density) between different units, so that a unit receives as much input as without the mask,
// and under Dale's law those from inhibitory units by E/(1-E), where E is the share of excitatory units, so that excitation and
// inhibition balance.
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
			connected := rng.Float64() < c.Density // drawn for the diagonal too, so that the other draws do not depend on it
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

// Connections counts the unmasked connections between different units, and the units that receive input from no other unit.
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

// start applies the constraints to initial weights, N x N.
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
		if c.factors[i] != 0 { // not 0 * w, which may be -0
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

// Effective returns the values of a parameter as the network uses them, with signs and masks applied, in row-major order; nil if
// there is no parameter with the name.
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

// Constrain gives p the constraints of its configuration, with the signs and masks that [NewParameters] draws from the same stream.
// The values do not change.
func (p *Parameters) Constrain(stream Stream) { p.constraints = newConstraints(p.Config, stream) }
