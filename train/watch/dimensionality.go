package watch

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/train"
)

const (
	largestCheckpoint = 256 << 20 // bytes
	mostUnits         = 2000      // largest network that is measured while it trains
	mostSamples       = 5000
	mostSteps         = 200
	mostTries         = 100_000 // to place the clusters
)

// follower returns the function that is called at every look at a run: it reads the metrics and, now and then, measures the newest weights.
func (s *Server) follower(t *tail) func() {
	var measured string
	var next time.Time
	return func() {
		t.look()
		if s.options.Dimensionality == nil || time.Now().Before(next) {
			return
		}
		next = time.Now().Add(s.options.DimensionalityEvery)
		newest := s.newestWeights(t.place())
		if newest == "" || newest == measured {
			return
		}
		measured = newest
		if epoch, values, err := s.measure(t.name, newest); err == nil && len(values) > 0 { // else there is no chart
			t.show(epoch, values)
		}
	}
}

// weightsFile holds the weights of a finished run; in a sweep its checkpoints have been removed.
const weightsFile = "weights.safetensors"

// newestWeights returns the path of the weights of a finished run, or else of its newest checkpoint; "" if there is none.
func (s *Server) newestWeights(run string) string {
	if run == "" { // not begun
		return ""
	}
	weights := path.Join(run, weightsFile)
	if info, err := s.root.Stat(weights); err == nil && info.Mode().IsRegular() {
		return weights
	}
	return s.newestCheckpoint(run)
}

// newestCheckpoint returns the path of the newest checkpoint in a run's folder; "" if there is none.
func (s *Server) newestCheckpoint(run string) string {
	place := path.Join(run, "checkpoints")
	if info, err := s.root.Stat(place); err != nil || !info.IsDir() {
		return ""
	}
	folder, err := s.root.Open(place)
	if err != nil {
		return ""
	}
	defer folder.Close()
	names, err := folder.Readdirnames(1000)
	if err != nil {
		return ""
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		return strings.HasPrefix(name, ".") || path.Ext(name) != ".safetensors"
	})
	if len(names) == 0 {
		return ""
	}
	return path.Join(place, slices.Max(names))
}

// measure returns the effective dimensionality of the network in a checkpoint, which holds its configuration and epoch, or in
// the weights of a finished run, where the files next to them hold both.
func (s *Server) measure(run, checkpoint string) (epoch int, values []float64, err error) {
	s.measuring.Lock()
	defer s.measuring.Unlock()
	if s.ctx.Err() != nil {
		return 0, nil, s.ctx.Err()
	}
	folder, name := path.Split(checkpoint)
	if name == weightsFile {
		last, err := lastEpoch(s.root, path.Clean(folder))
		if err != nil || last == nil {
			return 0, nil, err
		}
		epoch = last.Epoch
	} else if _, err := fmt.Sscanf(name, "epoch-%d-", &epoch); err != nil {
		return 0, nil, err
	}
	encoded, err := readFile(s.root, checkpoint, largestCheckpoint)
	if err != nil {
		return 0, nil, err
	}
	file, err := safetensors.Decode(encoded)
	if err != nil {
		return 0, nil, err
	}
	config := []byte(file.Metadata["config"])
	if name == weightsFile {
		record, err := readRecord(s.root, path.Clean(folder))
		if err != nil {
			return 0, nil, err
		}
		if config, err = json.Marshal(record.Config); err != nil {
			return 0, nil, err
		}
	}
	c := train.DefaultConfig()
	if err := c.ApplyYAML(config); err != nil { // JSON is YAML
		return 0, nil, err
	}
	// A configuration from somebody else must not name files to read, nor ask for too much memory or time.
	if c.Task.OwnFile() != "" || c.Task.Kind != train.ClustersKind || c.Network.Units > mostUnits || c.Task.Dimension > mostUnits || c.Task.Clusters > mostSamples || c.Task.Classes > mostSamples || c.Task.MaxTries > mostTries ||
		c.Measures.Samples > mostSamples || c.Measures.Steps > mostSteps {
		return 0, nil, fmt.Errorf("watch: %s is not measured while it trains", run)
	}
	values, err = s.options.Dimensionality(s.ctx, c, file)
	return epoch, values, err
}
