package watch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/unfurl-rnn/unfurl/train"
)

// Bounds on what is read, so that a hostile or broken folder costs little.
const (
	largestRecord = 1 << 20 // bytes of a run.json
	lastBytes     = 1 << 12 // bytes at the end of metrics.jsonl that hold the last epoch
	deepest       = 8       // folders below the root
	mostRuns      = 5000
	mostEntries   = 200_000
)

// Run is an entry of the list of runs.
type Run struct {
	Name    string    `json:"name"`            // path below the folder, "." for the folder itself; of a run of a sweep the one that it gets when done
	Title   string    `json:"title"`           // what to call it: of a run of a sweep the values of the sweep's keys, else the name
	Sweep   string    `json:"sweep,omitempty"` // folder of its sweep
	State   string    `json:"state"`           // pending, running, done, interrupted, failed or damaged
	Summary string    `json:"summary"`         // the configuration in a few words
	Error   string    `json:"error,omitempty"`
	Started time.Time `json:"started"`
	Changed time.Time `json:"changed"` // when an epoch was last written
	Epochs  int       `json:"epochs"`  // planned
	// Last is the newest epoch, nil before the first.
	Last *train.EpochMetrics `json:"last,omitempty"`
}

// record is the part of run.json that is shown.
type record struct {
	Config  map[string]any `json:"config"`
	State   string         `json:"state"`
	Error   string         `json:"error"`
	Started time.Time      `json:"started"`
}

var (
	errNotAFile = errors.New("not a regular file")
	errTooLarge = errors.New("larger than expected")
)

// open opens a regular file below the root; any other file could block or never end.
func open(root *os.Root, name string) (*os.File, os.FileInfo, error) {
	info, err := root.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errNotAFile
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, nil, err
	}
	if info, err = file.Stat(); err == nil && !info.Mode().IsRegular() {
		err = errNotAFile
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// readFile reads a file of at most limit bytes.
func readFile(root *os.Root, name string, limit int64) ([]byte, error) {
	file, info, err := open(root, name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info.Size() > limit {
		return nil, errTooLarge
	}
	return io.ReadAll(io.LimitReader(file, limit))
}

func readRecord(root *os.Root, run string) (record, error) {
	var r record
	text, err := readFile(root, path.Join(run, "run.json"), largestRecord)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

// lastEpoch returns the newest complete line of a run's metrics.
func lastEpoch(root *os.Root, run string) (*train.EpochMetrics, error) {
	file, info, err := open(root, path.Join(run, "metrics.jsonl"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text := make([]byte, min(info.Size(), lastBytes))
	n, err := file.ReadAt(text, info.Size()-int64(len(text)))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	end := bytes.LastIndexByte(text[:n], '\n')
	if end < 0 {
		return nil, nil
	}
	line := text[bytes.LastIndexByte(text[:end], '\n')+1 : end]
	metrics := &train.EpochMetrics{}
	if err := json.Unmarshal(line, metrics); err != nil {
		return nil, fmt.Errorf("last line of metrics.jsonl: %w", err)
	}
	return metrics, nil
}

// findRuns calls found for each folder below the root that holds metrics.jsonl, and sweep for each that holds the plan of a sweep. It
// follows no symbolic links to folders and does not look into the folders of runs and sweeps. sweep returns how many runs it has listed
// and whether there are more. leftOut says what is missing from the list; it is empty if nothing is.
func findRuns(root *os.Root, found func(name string), sweep func(name string, limit int) (listed int, more bool)) (leftOut string, err error) {
	runs, entries := 0, 0
	tooMany := fmt.Sprintf("Only %d runs are listed; there are more. Serve a folder further down to see the others.", mostRuns)
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if entries++; entries > mostEntries {
			leftOut = fmt.Sprintf("Only the first %d files and folders were looked at for runs; there are more. Serve a folder further down to see the others.", mostEntries)
			return fs.SkipAll
		}
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			return nil // a folder that is gone or not readable
		case !entry.IsDir():
			return nil
		case name != "." && strings.HasPrefix(entry.Name(), "."), strings.Count(name, "/") >= deepest:
			return fs.SkipDir
		}
		switch {
		case isSweep(root, name):
			listed, more := sweep(name, mostRuns-runs)
			if runs += listed; more {
				leftOut = tooMany
				return fs.SkipAll
			}
			return fs.SkipDir
		case !exists(root, path.Join(name, "metrics.jsonl")):
			return nil
		case runs >= mostRuns:
			leftOut = tooMany
			return fs.SkipAll
		}
		runs++
		found(name)
		return fs.SkipDir
	})
	return leftOut, err
}

// summaryKeys are the keys in which runs differ most often, with the usual value at which a key is left out; nil for none.
var summaryKeys = []struct {
	name  string
	usual any
}{
	{"task.kind", usual.Task.Kind}, {"network.cell", usual.Network.Cell}, {"task.dimension", nil}, {"network.coupling", nil}, {"seed", nil}, {"realisation", 0}, {"network.units", usual.Network.Units},
	{"network.activation", usual.Network.Activation}, {"training.loss", usual.Training.Loss},
}

var shownKeys = map[string]string{
	"task.kind": "%v", "network.cell": "%v", "task.dimension": "d = %v", "network.coupling": "g = %v", "seed": "seed %v", "realisation": "realisation %v", "network.units": "n = %v",
	"network.activation": "%v", "training.loss": "%v",
}

// summary describes a configuration in a few words, without the keys that are shown elsewhere.
func summary(config map[string]any, elsewhere []string) string {
	var words []string
	c := usual
	for _, key := range []string{"task.kind", "task.points", "task.sequences", "network.cell"} { // these decide which other keys are used
		if value, ok := lookUp(config, key); ok {
			_ = c.Set(key, value) // a value that is not a text leaves the usual one
		}
	}
	if file := c.Task.OwnFile(); file != "" && !slices.Contains(elsewhere, "task.points") && !slices.Contains(elsewhere, "task.sequences") {
		words = append(words, path.Base(filepath.ToSlash(file)))
	}
	uses := c.Using(false)
	for _, key := range summaryKeys {
		value, ok := lookUp(config, key.name)
		if ok && uses(key.name) && !slices.Contains(elsewhere, key.name) && (key.usual == nil || fmt.Sprint(value) != fmt.Sprint(key.usual)) {
			words = append(words, fmt.Sprintf(shownKeys[key.name], value))
		}
	}
	return strings.Join(words, ", ")
}

var usual = train.DefaultConfig()

func lookUp(tree map[string]any, key string) (any, bool) {
	head, rest, nested := strings.Cut(key, ".")
	value, ok := tree[head]
	if !nested || !ok {
		return value, ok
	}
	branch, ok := value.(map[string]any)
	if !ok {
		return nil, false
	}
	return lookUp(branch, rest)
}

// flatten lists a configuration as key.key: value.
func flatten(into map[string]string, prefix string, tree map[string]any) {
	for key, value := range tree {
		if branch, ok := value.(map[string]any); ok {
			flatten(into, prefix+key+".", branch)
			continue
		}
		into[prefix+key] = fmt.Sprint(value)
	}
}
