package data

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// ClusterConfig says how the clusters of the task are drawn.
type ClusterConfig struct {
	Dimension int     `yaml:"dimension" help:"D, the dimension of the inputs; the paper has 200 and 2" range:"1 or more"`
	Clusters  int     `yaml:"clusters" help:"K, the number of clusters, at least classes" range:"2 or more"`
	Classes   int     `yaml:"classes" help:"C, the number of classes" range:"2 or more"`
	Noise     float64 `yaml:"noise" help:"standard deviation of a sample around its centre, along every input axis" range:"0 or more"`
	HalfSide  float64 `yaml:"half_side" help:"half the side of the cube [-half_side, half_side]^D that centres are drawn from" range:"above 0"`
	MaxTries  int     `yaml:"max_tries" help:"draws allowed for one centre before the clusters count as too many for the cube" range:"1 to 10000000"`
}

// mostTries bounds the time until the separation counts as impossible.
const mostTries = 10_000_000

// DefaultClusterConfig returns the paper's high-dimensional task: 60 clusters of 2 classes in 200 dimensions, noise
// 0.02, centres in [-2, 2]^200.
func DefaultClusterConfig() ClusterConfig {
	return ClusterConfig{Dimension: 200, Clusters: 60, Classes: 2, Noise: 0.02, HalfSide: 2, MaxTries: 10_000}
}

// Validate returns nil, or all faults of the configuration joined, each a [*FieldError].
func (c ClusterConfig) Validate() error {
	var faults Faults
	faults.Check(c.Dimension >= 1, "dimension", c.Dimension, "1 or more")
	faults.Check(c.Classes >= 2, "classes", c.Classes, "2 or more")
	faults.Check(c.Clusters >= max(c.Classes, 1), "clusters", c.Clusters,
		fmt.Sprintf("at least one for each of the %d classes", max(c.Classes, 1)))
	faults.Check(c.Noise >= 0 && !math.IsInf(c.Noise, 0), "noise", c.Noise, "0 or more, finite")
	faults.Check(c.HalfSide > 0 && !math.IsInf(c.HalfSide, 0), "half_side", c.HalfSide, "above 0, finite")
	faults.Check(c.MaxTries >= 1 && c.MaxTries <= mostTries, "max_tries", c.MaxTries, fmt.Sprintf("1 to %d", mostTries))
	return faults.Join()
}

// MinimumSeparation returns the smallest Euclidean distance between two centres that keeps their clusters apart,
//
//	noise * (0.59943537 (D-1)^0.57832581 + 4.891638480163717)
//
// for isotropic noise of standard deviation noise in D dimensions. It grows about like the width of a cluster:
// 4.89 noise for D = 1, 17.7 noise for D = 200. dimension is at least 1.
//
// Source: the authors' fit, used in their code to draw the clusters of the paper.
func MinimumSeparation(noise float64, dimension int) float64 {
	return noise * (0.59943537*math.Pow(float64(dimension-1), 0.57832581) + 4.891638480163717)
}

// Clusters is one draw of the task: K isotropic Gaussian clusters with a class label each.
//
// Its methods only read it, so goroutines may share it if each uses its own stream.
type Clusters struct {
	Centres *mat.Dense // K x D
	Labels  []int      // K, class of each cluster
	Classes int        // C
	Noise   float64    // standard deviation of a sample around its centre, along every axis
}

var _ Source = (*Clusters)(nil)

// DrawClusters returns clusters whose centres are uniform in the cube [-HalfSide, HalfSide]^D and pairwise at least
// [MinimumSeparation] apart. Cluster k has label k mod C; centres are exchangeable, so this is a random labelling
// with classes as equal as K allows.
//
// Centres are drawn one after the other, and a centre too close to an earlier one is drawn again, at most
// cfg.MaxTries times.
//
// Errors: the faults of cfg.Validate, a [*SeparationError] if a centre cannot be placed, or the context's error if it ends first:
// placing many centres in little room takes minutes. Mutates: advances rng.
func DrawClusters(ctx context.Context, cfg ClusterConfig, rng *rand.Rand) (*Clusters, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	separation := MinimumSeparation(cfg.Noise, cfg.Dimension)
	centres := mat.NewDense(cfg.Clusters, cfg.Dimension, nil) // K x D
	labels := make([]int, cfg.Clusters)
	for cluster := range cfg.Clusters {
		placed := placeCentre(ctx, centres, cluster, separation, cfg, rng)
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("data: stopped after %d of %d clusters: %w", cluster, cfg.Clusters, err)
		}
		if !placed {
			return nil, &SeparationError{
				Placed: cluster, Clusters: cfg.Clusters, Dimension: cfg.Dimension, Tries: cfg.MaxTries,
				Separation: separation, Noise: cfg.Noise, HalfSide: cfg.HalfSide,
			}
		}
		labels[cluster] = cluster % cfg.Classes
	}
	return &Clusters{Centres: centres, Labels: labels, Classes: cfg.Classes, Noise: cfg.Noise}, nil
}

// placeCentre draws row `cluster` of centres until it is far enough from all earlier rows, and reports whether it succeeded within
// cfg.MaxTries draws and before the context ended.
func placeCentre(ctx context.Context, centres *mat.Dense, cluster int, separation float64, cfg ClusterConfig, rng *rand.Rand) bool {
	centre := centres.RawRowView(cluster)
	for range cfg.MaxTries {
		if ctx.Err() != nil {
			return false
		}
		for axis := range centre {
			centre[axis] = cfg.HalfSide * (2*rng.Float64() - 1)
		}
		separated := true
		for earlier := 0; earlier < cluster && separated; earlier++ {
			separated = squaredDistance(centre, centres.RawRowView(earlier)) >= separation*separation
		}
		if separated {
			return true
		}
	}
	return false
}

// squaredDistance returns the squared Euclidean distance of a and b, which have equal length.
func squaredDistance(a, b []float64) float64 {
	sum := 0.0
	for i, value := range a {
		difference := value - b[i]
		sum += float64(difference * difference) // not fused, so that every architecture accepts the same centres
	}
	return sum
}

// Dimension returns D.
func (c *Clusters) Dimension() int {
	_, dimension := c.Centres.Dims()
	return dimension
}

// ClassCount returns C.
func (c *Clusters) ClassCount() int { return c.Classes }

// ClusterCount returns K.
func (c *Clusters) ClusterCount() int { return len(c.Labels) }

// Sample returns count fresh points (count x D) in random order. Every cluster contributes floor(count/K) of them, and a random
// subset of count mod K clusters one more. A point is its cluster's centre plus Noise times a standard normal deviate on every
// axis.
//
// Panics if count is not positive. Mutates: advances rng.
func (c *Clusters) Sample(count int, rng *rand.Rand) *Points {
	points := NewPoints(count, c.Dimension(), c.Classes)
	c.SampleInto(points, rng)
	return points
}

// SampleInto fills dst with fresh points, as many as it has rows, exactly as [Clusters.Sample] does, and allocates
// nothing. Panics if dst has another dimension. Mutates: all of dst; advances rng.
func (c *Clusters) SampleInto(dst *Points, rng *rand.Rand) {
	dst.mustFit(c.Dimension())
	dst.Classes = c.Classes
	fillEvenly(dst.Clusters, len(c.Labels), rng)
	for sample, cluster := range dst.Clusters {
		dst.Labels[sample] = c.Labels[cluster]
		addNormals(dst.Inputs.RawRowView(sample), c.Centres.RawRowView(cluster), c.Noise, rng)
	}
}
