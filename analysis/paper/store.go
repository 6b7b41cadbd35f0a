package paper

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/unfurl-rnn/unfurl/train"
)

// FolderStore keeps each finished network in a folder of its own: weights.safetensors, and
// measures.json with the configuration, the build and all measurements. A network is found again only
// under the same configuration and the same build, and only if Reuse is set.
type FolderStore struct {
	Path  string
	Reuse bool
	// Reused is called with each network that was found finished; it may be nil.
	Reused func(c train.Config)
}

type storedNetwork struct {
	Config       map[string]any `json:"config"`
	Revision     string         `json:"revision"`
	Measurements *Measurements  `json:"measurements"`
}

func (s *FolderStore) folder(c train.Config) train.Folder {
	name := fmt.Sprintf("d%d-g%g-%03d", c.Task.Dimension, c.Network.Coupling, c.Realisation)
	return train.Folder{Path: filepath.Join(s.Path, name)}
}

func measuresFile(f train.Folder) string { return filepath.Join(f.Path, "measures.json") }

// Load returns a finished network of the same configuration and build, nil if there is none.
func (s *FolderStore) Load(c train.Config) *Measurements {
	if !s.Reuse {
		return nil
	}
	text, err := os.ReadFile(measuresFile(s.folder(c)))
	if err != nil {
		return nil
	}
	// A file that cannot be read is like none: the network is trained again.
	var stored struct {
		storedNetwork
		Config json.RawMessage `json:"config"`
	}
	if json.Unmarshal(text, &stored) != nil || stored.Measurements == nil || stored.Revision != revision() {
		return nil
	}
	config := train.DefaultConfig()
	if config.ApplyYAML(stored.Config) != nil || len(c.Differences(config)) > 0 {
		return nil
	}
	stored.Measurements.Config = c
	if s.Reused != nil {
		s.Reused(c)
	}
	return stored.Measurements
}

// Save writes the weights first: a network without measures.json counts as not finished.
func (s *FolderStore) Save(m *Measurements, t *train.Trainer) error {
	folder := s.folder(m.Config)
	if err := train.MakeFolder(folder.Path); err != nil {
		return err
	}
	if err := folder.WriteWeights(t.Parameters); err != nil {
		return err
	}
	return train.WriteFile(measuresFile(folder), func(w io.Writer) error {
		return json.NewEncoder(w).Encode(storedNetwork{Config: m.Config.Tree(), Revision: revision(), Measurements: m})
	})
}

// revision names the build, so that results of other code are not taken for this one's.
func revision() string {
	build := train.ReadBuild()
	return fmt.Sprintf("%s %s %v", build.Version, build.Revision, build.Modified)
}
