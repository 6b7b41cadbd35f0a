package analysis_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// TestCommonComponentsThroughTime: centres on a ring whose third direction grows through the point at which removing two
// components and three leave the same mean |cosine|, as in a network that holds a direction through a delay. One number for all
// times leaves no jump; alone, times take different ones and capacity falls where they switch.
func TestCommonComponentsThroughTime(t *testing.T) {
	const manifolds, samples, units, steps = 8, 12, 30, 9
	trajectory, groups := ringThroughTime(manifolds, samples, units, steps)
	config := analysis.DefaultManifoldConfig()
	config.Draws = 300
	jump := func(capacities []float64) (largest float64) {
		for i := 1; i < len(capacities); i++ {
			largest = max(largest, math.Abs(math.Log(capacities[i]/capacities[i-1])))
		}
		return largest
	}
	curve, err := analysis.ManifoldGeometryThroughTime(t.Context(), trajectory, groups, config, rand.New(rand.NewPCG(3, 3)))
	if err != nil {
		t.Fatal(err)
	}
	choice, err := analysis.ChooseCommonComponents(t.Context(), trajectory.H, groups, config)
	if err != nil {
		t.Fatal(err)
	}
	var together, alone []float64
	for step, states := range trajectory.H {
		if got := curve.Values[step].CommonComponents; got != choice.Components {
			t.Errorf("%d components at t = %d, want %d", got, step, choice.Components)
		}
		one := geometry(t, states, groups, config, rand.New(rand.NewPCG(3, 3)))
		if one.CommonComponents != choice.Alone[step] {
			t.Errorf("alone: %d components at t = %d, ManifoldGeometry takes %d", choice.Alone[step], step, one.CommonComponents)
		}
		together, alone = append(together, curve.Values[step].Capacity), append(alone, one.Capacity)
	}
	// The definition: the least mean over times of what ManifoldGeometry says is left.
	best, least := -1, math.Inf(1)
	for k := 0; k <= manifolds/2; k++ {
		config.CommonComponents = k
		sum := 0.0
		for _, states := range trajectory.H {
			sum += geometry(t, states, groups, config, rand.New(rand.NewPCG(3, 3))).ResidualCorrelation
		}
		if sum < least {
			best, least = k, sum
		}
	}
	if best != choice.Components {
		t.Errorf("%d components, want %d", choice.Components, best)
	}
	if jump(together) > 0.1 || jump(alone) < 0.15 {
		t.Errorf("largest jump of log capacity %.2f together, %.2f alone; want below 0.1 and above 0.15", jump(together), jump(alone))
	}
	var warning *analysis.CommonComponentsWarning
	if !errors.As(errors.Join(curve.Warnings...), &warning) || warning.Components != choice.Components || warning.Times != steps || warning.Others == 0 {
		t.Errorf("warnings %v", curve.Warnings)
	}
}

// ringThroughTime returns clouds around centres on a ring, with further directions that grow with time.
func ringThroughTime(manifolds, samples, units, steps int) (*data.Trajectory, []int) {
	random := rand.New(rand.NewPCG(5, 9))
	scatter, further := gaussian(manifolds*samples, units, random), gaussian(manifolds, units, random)
	groups := make([]int, manifolds*samples)
	trajectory := &data.Trajectory{Labels: groups, Clusters: groups}
	for step := range steps {
		states := mat.NewDense(len(groups), units, nil)
		for i := range groups {
			groups[i] = i % manifolds
			row, angle := states.RawRowView(i), 2*math.Pi*float64(groups[i])/float64(manifolds)
			floats.AddScaled(row, 0.05, scatter.RawRowView(i))
			floats.AddScaled(row, 0.03, further.RawRowView(groups[i]))
			row[0] += math.Cos(angle)
			row[1] += math.Sin(angle)
			row[2] += (0.02 + 0.03*float64(step)) * math.Cos(4*angle)
		}
		trajectory.H = append(trajectory.H, states)
	}
	return trajectory, groups
}
