package watch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"sync"

	"github.com/unfurl-rnn/unfurl/train"
)

const (
	mostEpochs  = 100_000
	longestLine = 1 << 16 // bytes
	bytesALook  = 4 << 20
)

// tail follows the metrics of one run for all its viewers.
type tail struct {
	root   *os.Root
	name   string
	locate func() (place string, planned map[string]any) // see list.locate

	mutex   sync.Mutex
	folder  string // the folder of the run
	viewers audience
	history []train.EpochMetrics
	config  map[string]string
	trouble string
	ed      []byte // newest event of effective dimensionality
	whole   []byte // the event with the whole history, nil if epochs have come since it was encoded

	file   os.FileInfo // the file that was read last, nil before the first
	offset int64
	part   []byte // the bytes of a line that is not complete yet
}

// greet sends a viewer the history so far, and from then on new epochs.
func (t *tail) greet(v *viewer) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	v.tell(t.reset())
	if t.ed != nil {
		v.tell(t.ed)
	}
	t.viewers.add(v)
}

// place returns the folder in which the run was last seen.
func (t *tail) place() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.folder
}

func (t *tail) leave(v *viewer) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.viewers.remove(v)
}

func (t *tail) reset() []byte {
	if t.whole != nil {
		return t.whole // many viewers may come at a time
	}
	history := t.history
	if history == nil {
		history = []train.EpochMetrics{}
	}
	t.whole = event("reset", map[string]any{"run": t.name, "config": t.config, "history": history, "trouble": t.trouble})
	return t.whole
}

// look reads new lines and sends them to the viewers.
func (t *tail) look() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	before, trouble := len(t.history), t.trouble
	restarted, err := t.read()
	if err != nil {
		t.trouble = "metrics.jsonl: " + reason(err)
	}
	if restarted || t.trouble != trouble || len(t.history) > before {
		t.whole = nil
	}
	switch {
	case restarted || t.trouble != trouble:
		t.viewers.tell(t.reset())
	case len(t.history) > before:
		t.viewers.tell(event("epochs", map[string]any{"run": t.name, "history": t.history[before:]}))
	}
}

// read appends new complete lines to the history. A file that was replaced or has shrunk, as when a run is resumed from an older
// checkpoint, is read from the start.
func (t *tail) read() (restarted bool, err error) {
	place, planned := t.locate()
	t.folder = place
	name := path.Join(place, "metrics.jsonl")
	if planned != nil && (place == "" || !exists(t.root, name)) { // of a sweep and not begun, or in its first moments
		if len(t.config) == 0 {
			flatten(t.config, "", planned)
			restarted = true
		}
		return restarted, nil
	}
	info, err := t.root.Stat(name)
	if err != nil {
		return false, err
	}
	if t.file != nil && os.SameFile(info, t.file) && info.Size() == t.offset {
		return false, nil
	}
	file, info, err := open(t.root, name)
	if err != nil {
		return false, err
	}
	defer file.Close()
	if t.file == nil || !os.SameFile(info, t.file) || info.Size() < t.offset {
		restarted = true
		t.history, t.part, t.offset, t.trouble, t.config = nil, nil, 0, "", map[string]string{}
		if r, err := readRecord(t.root, place); err != nil {
			t.trouble = "run.json: " + reason(err)
		} else {
			flatten(t.config, "", r.Config)
		}
	}
	t.file = info
	text, err := io.ReadAll(io.NewSectionReader(file, t.offset, bytesALook))
	if err != nil {
		return restarted, err
	}
	t.offset += int64(len(text))
	t.part = append(t.part, text...)
	for {
		line, rest, whole := bytes.Cut(t.part, []byte("\n"))
		if !whole {
			break
		}
		t.part = rest
		t.take(line)
	}
	t.part = bytes.Clone(t.part) // frees the memory of the lines before it
	if len(t.part) > longestLine {
		t.trouble, t.part = fmt.Sprintf("metrics.jsonl: a line of more than %d bytes", longestLine), nil
	}
	return restarted, nil
}

func (t *tail) take(line []byte) {
	var metrics train.EpochMetrics
	switch err := json.Unmarshal(line, &metrics); {
	case len(t.history) >= mostEpochs:
		t.trouble = fmt.Sprintf("metrics.jsonl: more than %d epochs; the later ones are not shown", mostEpochs)
	case err != nil:
		t.trouble = fmt.Sprintf("metrics.jsonl: the line after epoch %d cannot be read", len(t.history)-1)
	default:
		if wanted := t.nextEpoch(); metrics.Epoch != wanted && t.trouble == "" {
			t.trouble = fmt.Sprintf("metrics.jsonl: epoch %d is where epoch %d should be; lines have been lost or written twice", metrics.Epoch, wanted)
		}
		t.history = append(t.history, metrics)
	}
}

// nextEpoch returns the number of the next epoch.
func (t *tail) nextEpoch() int {
	if len(t.history) == 0 {
		return 0
	}
	return t.history[len(t.history)-1].Epoch + 1
}

// show sends the effective dimensionality at a checkpoint to the viewers.
func (t *tail) show(epoch int, values []float64) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.ed = event("ed", map[string]any{"run": t.name, "epoch": epoch, "values": values})
	t.viewers.tell(t.ed)
}
