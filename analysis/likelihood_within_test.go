package analysis_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// TestLikelihoodDimensionWithin takes 60 tight clusters of 10 samples each, as the paper's measuring samples are. Twenty
// neighbours reach into other clusters, so that the distances have two scales far apart and the dimension is below 1
// whatever its true value; five within the cluster give what the same samples in one cluster give.
func TestLikelihoodDimensionWithin(t *testing.T) {
	const samples, units, clusters = 600, 200, 60
	random := rand.New(rand.NewPCG(1, 1))
	points, centres := gaussian(samples, units, random), gaussian(clusters, units, random)
	ids := make([]int, samples)
	for i := range ids {
		ids[i] = i % clusters
	}
	points.Apply(func(i, j int, x float64) float64 { return centres.At(ids[i], j) + 0.001*x }, points)
	if across := likelihoodDimension(t, points, 20); across.Dimension > 1 {
		t.Errorf("20 neighbours among all: dimension %v", across.Dimension)
	}
	within, err := analysis.LikelihoodDimensionWithin(t.Context(), points, ids, analysis.LikelihoodDimensionConfig{Neighbours: 5})
	if err != nil {
		t.Fatal(err)
	}
	if within.Dimension < 15 || within.Samples != samples || len(within.Warnings) != 0 {
		t.Errorf("5 neighbours within clusters: %+v", within)
	}
	// Each cluster by itself: the mean of the inverses.
	inverse := 0.0
	for cluster := range clusters {
		own := mat.NewDense(samples/clusters, units, nil)
		for i := range samples / clusters {
			own.SetRow(i, points.RawRowView(i*clusters+cluster))
		}
		inverse += 1 / likelihoodDimension(t, own, 5).Dimension / clusters
	}
	near(t, "mean of the clusters", within.Dimension, 1/inverse, 1e-10, 0)

	if _, err := analysis.LikelihoodDimensionWithin(t.Context(), points, ids, analysis.DefaultLikelihoodDimensionConfig()); err == nil {
		t.Error("20 neighbours within clusters of 10 samples give a number")
	} else if few := new(analysis.TooFewSamplesError); !errors.As(err, &few) || few.Samples != 10 || few.Least != 21 {
		t.Errorf("error %v", err)
	}
	// A cluster that is too small, and one that has collapsed, are left out with a warning.
	for i := range ids {
		if ids[i] == 3 && i > 300 {
			ids[i] = 4
		}
		if ids[i] == 7 {
			points.SetRow(i, points.RawRowView(7))
		}
	}
	few, err := analysis.LikelihoodDimensionWithin(t.Context(), points, ids, analysis.LikelihoodDimensionConfig{Neighbours: 6})
	var left *analysis.LeftOutClustersWarning
	if err != nil || len(few.Warnings) != 1 || !errors.As(few.Warnings[0], &left) || left.Clusters != 2 || left.OfClusters != clusters || left.Least != 7 {
		t.Errorf("result %+v, %v", few, err)
	}
	if _, err := analysis.LikelihoodDimensionWithin(t.Context(), points, ids[:5], analysis.DefaultLikelihoodDimensionConfig()); err == nil {
		t.Error("5 cluster ids for 600 samples")
	}
}
