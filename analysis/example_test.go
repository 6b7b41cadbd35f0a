package analysis_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// Four points on the corners of a rectangle, twice as long as wide: variances in the ratio 4 to 1.
func ExampleEffectiveDimensionality() {
	points := mat.NewDense(4, 2, []float64{
		2, 1,
		2, -1,
		-2, 1,
		-2, -1,
	})
	value, err := analysis.EffectiveDimensionality(points)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f dimensions, (4 + 1)^2 / (4^2 + 1^2) = %.3f\n", value, 25./17)
	// Output: 1.471 dimensions, (4 + 1)^2 / (4^2 + 1^2) = 1.471
}

// A line that grows to a square: one dimension, then two.
func ExampleEffectiveDimensionalityThroughTime() {
	trajectory := &data.Trajectory{
		H: []*mat.Dense{
			mat.NewDense(4, 2, []float64{1, 0, 1, 0, -1, 0, -1, 0}),
			mat.NewDense(4, 2, []float64{1, 1, 1, -1, -1, 1, -1, -1}),
		},
		Labels:   []int{0, 0, 1, 1},
		Clusters: []int{0, 1, 2, 3},
	}
	curve, err := analysis.EffectiveDimensionalityThroughTime(context.Background(), trajectory)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(curve.Values, curve.Warnings)
	// Output: [1 2] []
}

func ExamplePrincipalComponents() {
	points := mat.NewDense(4, 2, []float64{2, 1, 2, -1, -2, 1, -2, -1})
	components, err := analysis.PrincipalComponents(points, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("variances %.2f, explained %.1f\n", components.Variances, components.ExplainedRatio)
	// Output: variances [5.33 1.33], explained [0.8 0.2]
}

// The states are rotated by 180 degrees from one step to the next; the aligned pictures show that nothing changed.
func ExampleSnapshots() {
	states := mat.NewDense(4, 2, []float64{2, 1, 2, -1, -2, 1, -2, -1})
	turned := mat.NewDense(4, 2, nil)
	turned.Scale(-1, states)
	trajectory := &data.Trajectory{H: []*mat.Dense{states, turned}, Labels: []int{0, 0, 1, 1}, Clusters: []int{0, 1, 2, 3}}
	series, err := analysis.Snapshots(context.Background(), trajectory, []int{0, 1}, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, step := range series.Steps {
		fmt.Printf("t = %d: %+.0f\n", step, mat.Col(nil, 0, series.Scores[i]))
	}
	// Output:
	// t = 0: [+2 +2 -2 -2]
	// t = 1: [+2 +2 -2 -2]
}

func ExampleFitLogistic() {
	points := mat.NewDense(6, 1, []float64{-3, -2, -1, 1, 2, 3})
	classes := []int{0, 0, 0, 1, 1, 1}
	model, err := analysis.FitLogistic(context.Background(), points, classes, analysis.DefaultLogisticConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	predictions, err := model.Predict(mat.NewDense(2, 1, []float64{-0.5, 0.5}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(predictions, len(model.Warnings), "warnings")
	// Output: [0 1] 0 warnings
}

// Eight clusters in two rows, the class is the row: a readout that never saw two of them serves these as well.
func ExampleHeldOutAccuracy() {
	random := rand.New(rand.NewPCG(1, 1))
	trajectory := &data.Trajectory{H: []*mat.Dense{mat.NewDense(80, 2, nil)}}
	for i := range 80 {
		cluster := i % 8
		trajectory.H[0].Set(i, 0, float64(cluster%4)+0.1*random.NormFloat64())
		trajectory.H[0].Set(i, 1, 3*float64(cluster/4)+0.1*random.NormFloat64())
		trajectory.Clusters = append(trajectory.Clusters, cluster)
		trajectory.Labels = append(trajectory.Labels, cluster/4)
	}
	splits, err := analysis.HeldOutSplits(trajectory.Clusters, 0.25, 5, random)
	if err != nil {
		fmt.Println(err)
		return
	}
	curve, err := analysis.HeldOutAccuracy(context.Background(), trajectory, splits, analysis.DefaultLogisticConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("train", curve.Train, "held out", curve.HeldOut)
	// Output: train [1] held out [1]
}

func ExampleDimensionalityBand() {
	band, err := analysis.DimensionalityBand([]float64{3.1, 3.7, 2.2, 5.0, 4.1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f [%.2f, %.2f] of %d networks\n", band.Median, band.Lo, band.Hi, band.N)
	// Output: 3.49 [2.53, 4.80] of 5 networks
}

func ExampleAccuracyBand() {
	band, err := analysis.AccuracyBand([]float64{1, 1, 1, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(band.Median, band.Lo, band.Hi)
	for _, warning := range band.Warnings {
		fmt.Println(warning)
	}
	// Output:
	// 1 1 1
	// analysis: band of only 4 realisations; its width means little below 5
}

func ExampleFitGamma() {
	gamma, err := analysis.FitGamma([]float64{1, 2, 3, 4, 5}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("shape %.3f, scale %.3f, mean %.1f\n", gamma.Shape, gamma.Scale, gamma.Shape*gamma.Scale)
	// Output: shape 3.702, scale 0.810, mean 3.0
}

func ExampleAccuracyOfLogits() {
	logits := mat.NewDense(3, 2, []float64{0.2, 1.4, 2.0, -1.0, 0.1, 0.3})
	accuracy, err := analysis.AccuracyOfLogits(logits, []int{1, 0, 0})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", accuracy)
	// Output: 0.67
}
