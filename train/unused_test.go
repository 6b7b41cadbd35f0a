package train_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
)

// TestRecordOfOwnPointsShowsWhatIsUsed: what run.json calls the configuration has no numbers of clusters that are not
// drawn, and the run keeps its identity all the same.
func TestRecordOfOwnPointsShowsWhatIsUsed(t *testing.T) {
	c := smallConfig()
	c.Task.Points, c.Measures.Splits, c.Task.Clusters, c.Task.Classes, c.Task.Dimension = ownPointsFile(t, 0), 0, 30, 3, 7
	folder := train.Folder{Path: t.TempDir()}
	runIn(t, folder.Path, c, false)
	text, err := os.ReadFile(folder.RunFile())
	if err != nil {
		t.Fatal(err)
	}
	var record struct {
		Config struct{ Task map[string]any }
		Apart  struct{ Task map[string]any } `json:"config_unused"`
		Points train.PointsRecord
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
	runIn(t, folder.Path, c, true) // nothing has changed
}
