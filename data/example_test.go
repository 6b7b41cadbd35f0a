package data_test

import (
	"context"
	"fmt"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
)

// The paper's low-dimensional task, from clusters to the input of the network.
func Example() {
	cfg := data.DefaultClusterConfig()
	cfg.Dimension = 2
	clusters, err := data.DrawClusters(context.Background(), cfg, data.Stream(0, 0, "clusters", 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	embedding, err := data.NewEmbedding(200, cfg.Dimension, data.Stream(0, 0, "embedding", 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	points := clusters.Sample(800, data.Stream(0, 0, "train-samples", 3)) // of epoch 3
	samples, units := embedding.Embed(points.Inputs).Dims()
	fmt.Println(clusters.ClusterCount(), "clusters,", samples, "samples of", units, "units")
	// Output: 60 clusters, 800 samples of 200 units
}

func ExampleStream() {
	// The same arguments give the same numbers, in any order and on any machine.
	for _, epoch := range []int{0, 1, 0} {
		fmt.Println(data.Stream(1, 0, "train-samples", epoch).IntN(1000))
	}
	// Output:
	// 954
	// 1
	// 954
}

func ExampleMinimumSeparation() {
	fmt.Printf("%.4f\n", data.MinimumSeparation(0.02, 200))
	// Output: 0.3538
}

func ExampleDrawClusters_impossible() {
	cfg := data.DefaultClusterConfig()
	cfg.Dimension, cfg.Noise = 1, 0.5
	_, err := data.DrawClusters(context.Background(), cfg, data.Stream(0, 0, "clusters", 0))
	fmt.Println(err)
	// Output: data: only 2 of 60 cluster centres fit into [-2, 2]^1 at the minimum separation 2.446 (no room in 10000 tries); lower noise (0.5) or clusters, or raise half_side, dimension or max_tries
}

// Real data in three parts: handwritten digits, one cluster per class.
func ExampleUserPoints_Partition() {
	points, err := files.ReadPointsWith("testdata/digits.csv.gz", files.ReadOptions{Headerless: true, LabelColumn: -1})
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := data.NewUserPoints(points)
	if err != nil {
		fmt.Println(err)
		return
	}
	parts, err := set.Partition([]float64{0.7, 0.15, 0.15}, data.Stream(0, 0, "partition", 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	scaling, err := data.FitScaling(parts[0].Points()) // of the training part only
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, part := range parts {
		fmt.Println(scaling.Apply(part.Points()).Len(), "points of", part.ClassCount(), "classes")
	}
	// Output:
	// 1258 points of 10 classes
	// 270 points of 10 classes
	// 269 points of 10 classes
}
