package report_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestExploration: the first realisation carries its clouds, the report shows them, and they survive being stored.
func TestExploration(t *testing.T) {
	c := small.Config()
	c.Measures.Samples = 361 // 12 clusters: 30 or 31 each
	measured := func(realisation int) *measure.Measurements {
		c.Realisation = realisation
		folder := run.Folder{Path: filepath.Join(t.TempDir(), "run")}
		trainer, _, err := folder.Run(context.Background(), small.Experiment(t, c), false, train.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		snapshots, err := folder.Snapshots()
		if err != nil {
			t.Fatal(err)
		}
		m, err := measure.Network(t.Context(), trainer.Experiment, trainer.Parameters, snapshots, trainer.History, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := measure.Write(folder, m); err != nil {
			t.Fatal(err)
		}
		stored, err := measure.Read[measure.Measurements](folder)
		if err != nil {
			t.Fatal(err)
		}
		stored.Config = c
		return stored
	}
	first, second := measured(0), measured(1)
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
	epochs := []int{0, 1, 2, 4} // of 4: before, the snapshots, after
	if len(first.Exploration.Clouds) != len(epochs) || len(first.During) != 2 || len(second.During) != 0 {
		t.Fatalf("%d clouds, %d moments, %d of the second realisation", len(first.Exploration.Clouds), len(first.During), len(second.During))
	}
	for i, cloud := range first.Exploration.Clouds {
		if cloud.Epoch != epochs[i] || len(cloud.Scores) != c.Measures.Steps+1 || len(cloud.Scores[0]) != 300 || len(cloud.Scores[0][0]) != 3 {
			t.Fatalf("epoch %d, want %d: %d steps", cloud.Epoch, epochs[i], len(cloud.Scores))
		}
		for k := range 3 { // no component changes its sign from one epoch to the next
			agreement := 0.0
			for step, points := range cloud.Scores {
				dot, here, there := 0.0, 0.0, 0.0
				for s, point := range points {
					before := first.Exploration.Clouds[max(i-1, 0)].Scores[step][s][k]
					dot, here, there = dot+point[k]*before, here+point[k]*point[k], there+before*before
				}
				agreement += dot / math.Sqrt(here*there)
			}
			if agreement < 0 {
				t.Errorf("epoch %d: component %d is turned round", cloud.Epoch, k+1)
			}
		}
	}
	result := &measure.Table{Networks: []*measure.Measurements{first, second}}
	bands, err := result.Bands(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	panel := report.Explorer(result, bands)
	if len(panel.Networks) != 1 || len(panel.Networks[0].Stages) != 4 || panel.Networks[0].Stages[3].Epoch != c.Training.Epochs {
		t.Fatalf("%+v", panel.Networks)
	}
	for _, stage := range panel.Networks[0].Stages {
		if got, want := len(stage.Dimensionality.Median), c.Measures.Steps+1; got != want {
			t.Errorf("epoch %d: %d values of ED, want %d", stage.Epoch, got, want)
		}
	}
	if report.Explorer(&measure.Table{Networks: []*measure.Measurements{second}}, bands) != nil {
		t.Error("a panel without clouds")
	}
	output := t.TempDir()
	repeated := &farrell2019.Result{Options: farrell2019.Options{Realisations: 2, Quick: true}, Table: result}
	result.ByCoupling = true
	if _, err := repeated.Write(t.Context(), output, run.NewProvenance(nil)); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(output, "report.html"))
	if err != nil || !bytes.Contains(page, []byte(`id="explorer-data"`)) {
		t.Errorf("the report has no panel: %v", err)
	}
	repeated.Options.Figures = []int{2}
	if _, err := repeated.Write(t.Context(), output, run.NewProvenance(nil)); err != nil {
		t.Fatal(err)
	}
	if page, err = os.ReadFile(filepath.Join(output, "report.html")); err != nil || bytes.Count(page, []byte("Quick run: ")) != 1 {
		t.Errorf("the page says %d times that it is quick: %v", bytes.Count(page, []byte("Quick run: ")), err)
	}
	drawing, err := os.ReadFile(filepath.Join(output, "figure2.svg"))
	if err != nil || !bytes.Contains(drawing, []byte("not the paper&#39;s numbers")) {
		t.Errorf("the figure by itself does not say that it is quick: %v", err)
	}
}
