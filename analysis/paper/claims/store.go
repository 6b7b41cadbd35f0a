package claims

import (
	"path/filepath"

	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// Store keeps what was measured of each finished network.
type Store interface {
	// Load returns the evidence of a network that is already finished, nil if it is not.
	Load(c train.Config) *Evidence
	// Save keeps the evidence and the weights of a finished network.
	Save(e *Evidence, weights *graph.Parameters) error
}

// FolderStore keeps each network in a folder named after the fingerprint of its configuration.
type FolderStore struct {
	Path  string
	Reuse bool // whether finished networks of the same configuration and build are found again
}

func (s *FolderStore) folder(c train.Config) train.Folder {
	return train.Folder{Path: filepath.Join(s.Path, c.Fingerprint())}
}

// Load returns a finished network of the same configuration and build, nil if there is none.
func (s *FolderStore) Load(c train.Config) *Evidence {
	if !s.Reuse {
		return nil
	}
	e, found := paper.LoadNetwork[Evidence](s.folder(c), c)
	if !found {
		return nil
	}
	e.Config = c
	return e
}

// Save keeps the weights and the evidence.
func (s *FolderStore) Save(e *Evidence, weights *graph.Parameters) error {
	return paper.SaveNetwork(s.folder(e.Config), e.Config, weights, e)
}

// Has reports whether a network is finished.
func (s *FolderStore) Has(c train.Config) bool { return s.Load(c) != nil }
