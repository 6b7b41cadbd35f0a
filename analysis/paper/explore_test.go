package paper_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestExploration: the first realisation brings its clouds along, the report shows them, and they survive being stored.
func TestExploration(t *testing.T) {
	c := smallConfig()
	c.Measures.Samples = 361 // 12 clusters: 30 or 31 each
	measure := func(realisation int) *paper.Measurements {
		c.Realisation = realisation
		experiment, err := train.NewExperiment(c)
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := train.NewTrainer(experiment)
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		if err := trainer.Run(context.Background(), train.Silent{}, nil); err != nil {
			t.Fatal(err)
		}
		m, err := paper.Measure(experiment, trainer.Parameters, trainer.History)
		if err != nil {
			t.Fatal(err)
		}
		folder := train.Folder{Path: t.TempDir()}
		if err := paper.WriteMeasures(folder, m); err != nil {
			t.Fatal(err)
		}
		stored, err := paper.ReadMeasures[paper.Measurements](folder)
		if err != nil {
			t.Fatal(err)
		}
		stored.Config = c
		return stored
	}
	first, second := measure(0), measure(1)
	if second.Exploration != nil {
		t.Error("the second realisation has clouds too")
	}
	counts := map[int]int{}
	for _, cluster := range first.Exploration.Clusters {
		counts[cluster]++
	}
	for cluster := range 12 {
		if counts[cluster] != 25 {
			t.Errorf("%d samples of cluster %d, want 300 / 12", counts[cluster], cluster)
		}
	}
	for _, stage := range []string{paper.Before, paper.After} {
		cloud := first.Exploration.Stages[stage]
		if len(cloud.Scores) != c.Measures.Steps+1 || len(cloud.Scores[0]) != 300 || len(cloud.Scores[0][0]) != 3 {
			t.Fatalf("%s: %d steps", stage, len(cloud.Scores))
		}
	}
	result := &paper.Result{Options: paper.Options{Realisations: 2, Quick: true}, Networks: []*paper.Measurements{first, second}}
	bands, err := result.Bands()
	if err != nil {
		t.Fatal(err)
	}
	panel := result.Explorer(bands)
	if len(panel.Networks) != 1 || len(panel.Networks[0].Stages) != 2 || panel.Networks[0].Stages[1].Epoch != c.Training.Epochs {
		t.Fatalf("%+v", panel.Networks)
	}
	if got, want := len(panel.Networks[0].Stages[1].Dimensionality.Median), c.Measures.Steps+1; got != want {
		t.Errorf("%d values of ED, want %d", got, want)
	}
	if (&paper.Result{Networks: []*paper.Measurements{second}}).Explorer(bands) != nil {
		t.Error("a panel without clouds")
	}
	output := t.TempDir()
	if _, err := result.Write(output, train.NewProvenance(nil)); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(output, "report.html"))
	if err != nil || !bytes.Contains(page, []byte(`id="explorer-data"`)) {
		t.Errorf("the report has no panel: %v", err)
	}
}
