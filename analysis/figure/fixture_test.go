package figure

import (
	"image/color"
	"math"
	"math/rand/v2"
)

// wave returns a curve over n steps around level(t) with a band of the given half width.
func wave(colour color.Color, n int, half float64, level func(t float64) float64) Curve {
	c := Curve{Colour: colour}
	for i := range n {
		t := float64(i)
		c.X = append(c.X, t)
		c.Median = append(c.Median, level(t))
		c.Lo = append(c.Lo, level(t)-half)
		c.Hi = append(c.Hi, level(t)+half)
	}
	return c
}

// cloud returns clustered samples whose classes separate as the step grows.
func cloud(random *rand.Rand, samples, clusters, step int, apart float64) Projection {
	s := Projection{Step: step}
	centres := make([][2]float64, clusters)
	for k := range centres {
		side := apart * float64(step) * float64(2*(k%2)-1)
		centres[k] = [2]float64{side + random.NormFloat64(), random.NormFloat64()}
	}
	for i := range samples {
		k := i % clusters
		s.X = append(s.X, centres[k][0]+0.06*random.NormFloat64())
		s.Y = append(s.Y, centres[k][1]+0.06*random.NormFloat64())
		s.Class = append(s.Class, k%2)
	}
	return s
}

// sample returns a figure with every panel filled.
func sample(dimension int) *PaperFigure {
	random := rand.New(rand.NewPCG(1, uint64(dimension)))
	f := &PaperFigure{
		Number:    2,
		Title:     "Figure 2. Inputs in a high-dimensional space",
		Note:      "quick run: smaller problem, not the paper's numbers",
		Schematic: &Schematic{Dimension: dimension, Clusters: 60, Units: 200, Evaluation: 10},
		Rows: []Row{
			{Title: "Edge of chaos, $g$ = 20", Colour: EdgeOfChaos},
			{Title: "Strongly chaotic, $g$ = 250", Colour: StronglyChaotic},
		},
		Evaluation: 10, Chance: 0.5, Bands: "central 75 % of 30 realisations",
	}
	if dimension == 2 {
		f.Number, f.Title = 3, "Figure 3. Inputs in a plane"
		points := Points{}
		for k := range 60 {
			x, y := 4*random.Float64()-2, 4*random.Float64()-2
			for range 10 {
				points.X = append(points.X, x+0.02*random.NormFloat64())
				points.Y = append(points.Y, y+0.02*random.NormFloat64())
				points.Class = append(points.Class, k%2)
			}
		}
		f.Schematic.Inputs = &points
	}
	for i := range f.Rows {
		for _, step := range []int{0, 2, 4, 6, 8, 10, 15, 20, 30} {
			f.Rows[i].Snapshots = append(f.Rows[i].Snapshots, cloud(random, 600, 60, step, 0.2+0.1*float64(i)))
		}
		colour := f.Rows[i].Colour
		before := wave(colour, 31, 1, func(t float64) float64 { return 45 - t*float64(i)/4 })
		before.Dashed = true
		after := wave(colour, 31, 0.8, func(t float64) float64 { return 45*math.Exp(-t/4) + 2 + float64(i) })
		f.ED = append(f.ED, before, after)
		f.HeldOut = append(f.HeldOut, wave(colour, 16, 0.02, func(t float64) float64 { return 0.5 + 0.48/(1+math.Exp(5-t+float64(i))) }))
		f.Fitted = append(f.Fitted, wave(colour, 16, 0.01, func(t float64) float64 { return 0.9 + 0.1*t/15 }))
		f.Accuracy = append(f.Accuracy, wave(colour, 41, 0.01, func(t float64) float64 { return 0.99 - 0.5*math.Exp(-t/3-float64(i)/5) }))
	}
	return f
}
