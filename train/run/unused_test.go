package run_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestRecordOfOwnPointsShowsWhatIsUsed: the configuration in run.json has no settings of clusters that are not drawn, and
// the run keeps its identity all the same.
func TestRecordOfOwnPointsShowsWhatIsUsed(t *testing.T) {
	c := small.Config()
	c.Task.Points, c.Measures.Splits, c.Task.Clusters, c.Task.Classes, c.Task.Dimension = small.PointsFile(t, 0), 0, 30, 3, 7
	folder := run.Folder{Path: t.TempDir()}
	small.Run(t, folder.Path, c, false)
	text, err := os.ReadFile(folder.RunFile())
	if err != nil {
		t.Fatal(err)
	}
	var record struct {
		Config struct{ Task map[string]any }
		Apart  struct{ Task map[string]any } `json:"config_unused"`
		Points run.PointsRecord
	}
	if err := json.Unmarshal(text, &record); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"classes", "clusters", "dimension", "noise", "half_side", "max_tries"} {
		if value, ok := record.Config.Task[key]; ok {
			t.Errorf("config.task.%s is %v", key, value)
		}
		if _, ok := record.Apart.Task[key]; !ok {
			t.Errorf("config_unused.task.%s is missing", key)
		}
	}
	if record.Points.Classes != 2 || record.Points.Inputs != 2 || record.Points.Samples != 60 {
		t.Errorf("points %+v", record.Points)
	}
	got, err := folder.Config()
	if err != nil || got != c || got.Fingerprint() != c.Fingerprint() {
		t.Errorf("%+v, %v, want %+v", got, err, c)
	}
	small.Run(t, folder.Path, c, true) // nothing has changed
}

// TestRecordOfImportedNetworkShowsWhatIsKnown: settings of drawing and training weights do not describe a network that was
// trained elsewhere and are kept apart; the configuration is read back whole.
func TestRecordOfImportedNetworkShowsWhatIsKnown(t *testing.T) {
	c := small.Config()
	c.Network.Coupling, c.Training.Optimiser.LearningRate = 77, 0.5
	e := small.Experiment(t, c)
	folder := run.Folder{Path: filepath.Join(t.TempDir(), "run")}
	imported, _, err := folder.Import(t.Context(), c, &train.ImportedNetwork{Parameters: e.Initial, Embedding: e.Embedding.Matrix}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(folder.RunFile())
	if err != nil {
		t.Fatal(err)
	}
	type tree struct{ Network, Training map[string]any }
	var record struct {
		Config tree
		Apart  tree `json:"config_unused"`
	}
	if err := json.Unmarshal(text, &record); err != nil {
		t.Fatal(err)
	}
	if _, shown := record.Config.Network["coupling"]; shown || record.Apart.Network["coupling"] != 77.0 {
		t.Errorf("network.coupling is %v in config and %v apart", record.Config.Network["coupling"], record.Apart.Network["coupling"])
	}
	if _, shown := record.Config.Training["optimiser"]; shown || record.Apart.Training["optimiser"] == nil {
		t.Errorf("training.optimiser is %v in config and %v apart", record.Config.Training["optimiser"], record.Apart.Training["optimiser"])
	}
	if got, err := folder.Config(); err != nil || got != imported {
		t.Errorf("%+v, %v, want %+v", got, err, imported)
	}
}
