package paper

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/unfurl-rnn/unfurl/graph"
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

func (s *FolderStore) folder(c train.Config) train.Folder {
	name := fmt.Sprintf("d%d-g%g-%03d", c.Task.Dimension, c.Network.Coupling, c.Realisation)
	return train.Folder{Path: filepath.Join(s.Path, name)}
}

// Load returns a finished network of the same configuration and build, nil if there is none.
func (s *FolderStore) Load(c train.Config) *Measurements {
	if !s.Reuse {
		return nil
	}
	m, found := LoadNetwork[Measurements](s.folder(c), c)
	if !found {
		return nil
	}
	m.Config = c
	if s.Reused != nil {
		s.Reused(c)
	}
	return m
}

// Save keeps the weights and the measurements.
func (s *FolderStore) Save(m *Measurements, t *train.Trainer) error {
	return SaveNetwork(s.folder(m.Config), m.Config, t.Parameters, m)
}

// storedNetwork is the content of measures.json.
type storedNetwork[M any] struct {
	Config       json.RawMessage `json:"config"`
	Revision     string          `json:"revision"`
	Measurements *M              `json:"measurements"`
}

func measuresFile(f train.Folder) string { return filepath.Join(f.Path, "measures.json") }

// LoadNetwork returns what was measured of a finished network, if the folder holds one of the same
// configuration and the same build. A file that cannot be read is like none: the network is trained again.
func LoadNetwork[M any](folder train.Folder, c train.Config) (measured *M, found bool) {
	text, err := os.ReadFile(measuresFile(folder))
	if err != nil {
		return nil, false
	}
	var stored storedNetwork[M]
	if json.Unmarshal(text, &stored) != nil || stored.Measurements == nil || stored.Revision != revision() {
		return nil, false
	}
	config := train.DefaultConfig()
	if config.ApplyYAML(stored.Config) != nil || len(c.Differences(config)) > 0 {
		return nil, false
	}
	return stored.Measurements, true
}

// SaveNetwork keeps a finished network in its folder: the weights first, since one without measures.json
// counts as not finished.
func SaveNetwork[M any](folder train.Folder, c train.Config, weights *graph.Parameters, measured *M) error {
	if err := train.MakeFolder(folder.Path); err != nil {
		return err
	}
	if err := folder.WriteWeights(weights); err != nil {
		return err
	}
	config, err := json.Marshal(c.Tree())
	if err != nil {
		return err
	}
	return train.WriteFile(measuresFile(folder), func(w io.Writer) error {
		return json.NewEncoder(w).Encode(storedNetwork[M]{Config: config, Revision: revision(), Measurements: measured})
	})
}

// revision names the build, so that results of other code are not taken for this one's: the commit it was
// built from, or a hash of the program where that is unknown or the source was changed since.
var revision = sync.OnceValue(func() string {
	build := train.ReadBuild()
	if build.Revision != "unknown" && !build.Modified {
		return build.Version + " " + build.Revision
	}
	hash := sha256.New()
	if path, err := os.Executable(); err == nil {
		if program, err := os.Open(path); err == nil {
			defer program.Close()
			_, _ = io.Copy(hash, program) // half a program still names it
		}
	}
	return fmt.Sprintf("%s %s %x", build.Version, build.Revision, hash.Sum(nil)[:8])
})
