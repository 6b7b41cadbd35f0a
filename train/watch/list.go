package watch

import (
	"encoding/json"
	"errors"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// list knows all runs below the folder. Looking again costs two calls of stat for each run that has not changed.
type list struct {
	root  *os.Root
	every time.Duration

	mutex   sync.Mutex
	known   map[string]*knownRun
	looked  time.Time // when the last look ended
	took    time.Duration
	viewers audience
}

// knownRun is a run with what it was read from.
type knownRun struct {
	Run
	record, metrics stamp
}

// stamp tells whether a file may have changed.
type stamp struct {
	size     int64
	modified time.Time
}

func (s stamp) same(other stamp) bool {
	return s.size == other.size && s.modified.Equal(other.modified)
}

func stampOf(root *os.Root, name string) stamp {
	info, err := root.Stat(name)
	if err != nil {
		return stamp{}
	}
	return stamp{info.Size(), info.ModTime()}
}

// restShare is how much longer than a look it rests until the next, so that looking over a slow file system takes a small part of it.
const restShare = 20

// look updates the list unless it is fresh enough. Viewers hear what changed.
func (l *list) look() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if !l.looked.IsZero() && time.Since(l.looked) < max(l.every, restShare*l.took) {
		return
	}
	started := time.Now()
	seen := map[string]bool{}
	changed, gone := []Run{}, []string{}
	err := findRuns(l.root, func(name string) {
		seen[name] = true
		if run := l.known[name]; run == nil || run.outdated(l.root) {
			fresh := readRun(l.root, name)
			l.known[name] = fresh
			changed = append(changed, fresh.Run)
		}
	})
	if err == nil {
		for name := range l.known {
			if !seen[name] {
				delete(l.known, name)
				gone = append(gone, name)
			}
		}
	}
	l.looked, l.took = time.Now(), time.Since(started)
	if len(changed) > 0 || len(gone) > 0 {
		slices.Sort(gone)
		l.viewers.tell(event("changed", map[string]any{"runs": changed, "gone": gone}))
	}
}

func (k *knownRun) outdated(root *os.Root) bool {
	return !k.record.same(stampOf(root, path.Join(k.Name, "run.json"))) || !k.metrics.same(stampOf(root, path.Join(k.Name, "metrics.jsonl")))
}

// readRun reads what the list tells of a run. What cannot be read is said in its error.
func readRun(root *os.Root, name string) *knownRun {
	known := &knownRun{Run: Run{Name: name, State: "unknown"}}
	known.record = stampOf(root, path.Join(name, "run.json"))
	known.metrics = stampOf(root, path.Join(name, "metrics.jsonl"))
	known.Changed = known.metrics.modified
	r, err := readRecord(root, name)
	if err != nil {
		known.Error = "run.json: " + reason(err)
	} else {
		known.State, known.Error, known.Started, known.Summary = r.State, r.Error, r.Started, summary(r.Config)
		if epochs, ok := lookUp(r.Config, "training.epochs"); ok {
			number, _ := epochs.(float64)
			known.Epochs = int(min(max(number, 0), 1e9))
		}
	}
	if known.Last, err = lastEpoch(root, name); err != nil && known.Error == "" {
		known.Error = reason(err)
	}
	return known
}

// reason drops the path from an error: the run is named beside it, and where the folder lies is nobody's business.
func reason(err error) string {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// runs returns the runs that fit, the newest first.
func (l *list) runs(f filter) []Run {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.sorted(f)
}

func (l *list) sorted(f filter) []Run {
	runs := []Run{}
	for _, known := range l.known {
		if f.fits(known.Run) {
			runs = append(runs, known.Run)
		}
	}
	slices.SortFunc(runs, func(a, b Run) int {
		if order := b.Started.Compare(a.Started); order != 0 {
			return order
		}
		return strings.Compare(a.Name, b.Name)
	})
	return runs
}

// has says whether a name is one of a run. Only such names are ever opened.
func (l *list) has(name string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.known[name] != nil
}

// join greets a viewer with all runs and keeps it informed.
func (l *list) join(v *viewer) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	v.tell(event("runs", map[string]any{"runs": l.sorted(filter{})}))
	l.viewers.add(v)
}

func (l *list) leave(v *viewer) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.viewers.remove(v)
}

// event encodes a server-sent event. JSON has no line ends, so it is one line of data.
func event(name string, content any) []byte {
	text, err := json.Marshal(content)
	if err != nil { // a number that JSON lacks
		text, name = []byte(`{"error":"cannot be shown"}`), "trouble"
	}
	return slices.Concat([]byte("event: "+name+"\ndata: "), text, []byte("\n\n"))
}
