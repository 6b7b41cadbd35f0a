package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// list holds all runs below the folder. Another look costs two calls of stat for each run that has not changed, and nothing for done or
// pending runs of sweeps.
type list struct {
	root  *os.Root
	every time.Duration

	mutex   sync.Mutex
	known   map[string]*knownRun
	sweeps  map[string]*sweepFolder    // by name
	beats   map[string]map[string]beat // by sweep, then by run
	owners  map[string]beat            // of single runs that are not known to have ended, by name
	looked  time.Time                  // when the last look ended
	took    time.Duration
	leftOut string // what is not listed and why, empty if nothing is left out
	viewers audience
}

func newList(root *os.Root, every time.Duration) *list {
	return &list{root: root, every: every, known: map[string]*knownRun{}, sweeps: map[string]*sweepFolder{}, beats: map[string]map[string]beat{}, owners: map[string]beat{}}
}

// knownRun is a run with the state of the files it was read from.
type knownRun struct {
	Run
	record, metrics stamp
	where           whereabouts
	sweep           *sweepFolder // nil for a single run
	planned         plannedRun
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

// restShare is the ratio of the pause after a look to its duration, so that looking uses a small part of a slow file system.
const restShare = 20

// look updates the list unless it is recent enough, and sends the changes to the viewers.
func (l *list) look() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if !l.looked.IsZero() && time.Since(l.looked) < max(l.every, restShare*l.took) {
		return
	}
	started := time.Now()
	seen := map[string]bool{}
	changed, gone := []Run{}, []string{}
	note := func(fresh *knownRun) {
		seen[fresh.Name] = true
		if run := l.known[fresh.Name]; run == nil || run.where != fresh.where || run.outdated(l.root) {
			fresh.read(l.root)
			l.known[fresh.Name] = fresh
			changed = append(changed, fresh.Run)
		}
	}
	sweeps := map[string]bool{}
	leftOut, err := findRuns(l.root, func(name string) {
		note(&knownRun{Run: Run{Name: name, Title: name}, where: whereabouts{place: name, reason: l.silence(name)}})
	}, func(name string, limit int) (int, bool) {
		sweeps[name] = true
		return l.lookAtSweep(name, limit, note)
	})
	if err == nil {
		for name := range l.known {
			if !seen[name] {
				delete(l.known, name)
				delete(l.owners, name)
				gone = append(gone, name)
			}
		}
		for name := range l.sweeps {
			if !sweeps[name] {
				delete(l.sweeps, name)
				delete(l.beats, name)
			}
		}
	}
	l.looked, l.took = time.Now(), time.Since(started)
	if len(changed) > 0 || len(gone) > 0 || leftOut != l.leftOut {
		slices.Sort(gone)
		content := listing(changed, leftOut)
		content["gone"] = gone
		l.viewers.tell(event("changed", content))
	}
	l.leftOut = leftOut
}

// lookAtSweep lists the runs of a sweep and returns their number, and whether there are more.
func (l *list) lookAtSweep(name string, limit int, note func(*knownRun)) (count int, more bool) {
	s := l.sweeps[name]
	if s == nil {
		s = &sweepFolder{name: name}
		l.sweeps[name], l.beats[name] = s, map[string]beat{}
	}
	more = s.findPlaces(l.root, l.beats[name], func(name string) *knownRun { return l.known[name] }, limit, func(name string, run plannedRun, where whereabouts) {
		count++
		note(&knownRun{Run: Run{Name: name, Title: name}, where: where, sweep: s, planned: run})
	})
	if s.trouble != "" && count == 0 {
		count = 1
		note(&knownRun{Run: Run{Name: name, Title: name}, where: whereabouts{state: "unknown", reason: s.trouble}, sweep: s})
	}
	return count, more
}

func (k *knownRun) outdated(root *os.Root) bool {
	if k.where.place == "" || k.where.state == "done" {
		return false
	}
	return !k.record.same(stampOf(root, path.Join(k.where.place, "run.json"))) || !k.metrics.same(stampOf(root, path.Join(k.where.place, "metrics.jsonl")))
}

// read fills in a run's entry in the list. Its error says what cannot be read.
func (k *knownRun) read(root *os.Root) {
	var config map[string]any
	k.State = "unknown"
	if k.where.place != "" {
		k.record = stampOf(root, path.Join(k.where.place, "run.json"))
		k.metrics = stampOf(root, path.Join(k.where.place, "metrics.jsonl"))
		k.Changed = k.metrics.modified
		r, err := readRecord(root, k.where.place)
		switch {
		case err == nil:
			k.State, k.Error, k.Started, config = r.State, r.Error, r.Started, r.Config
			if k.sweep == nil && k.State == "running" && k.where.reason != "" {
				k.State, k.Error = "interrupted", k.where.reason
			}
		case k.sweep == nil || !errors.Is(err, fs.ErrNotExist): // an attempt has none at first
			k.Error = "run.json: " + reason(err) + "; restore it from a copy if this persists"
		}
		if k.Last, err = lastEpoch(root, k.where.place); err != nil && k.Error == "" && (k.sweep == nil || !errors.Is(err, fs.ErrNotExist)) {
			k.Error = reason(err)
		}
	}
	var elsewhere []string
	if k.sweep != nil {
		if planned := k.plannedConfig(); planned != nil {
			config = planned
		}
		k.Sweep = k.sweep.name
		if title := k.sweep.title(config); title != "" {
			k.Title, elsewhere = title, k.sweep.keys
		}
		k.State = k.where.state
		if k.where.reason != "" || k.State != "done" {
			k.Error = k.where.reason // not that of the previous attempt
		}
		if k.State == "interrupted" && strings.HasSuffix(k.Error, k.State) {
			k.Error = "" // says no more than the state
		}
	}
	k.Summary = summary(config, elsewhere)
	if epochs, ok := lookUp(config, "training.epochs"); ok {
		number, _ := epochs.(float64)
		k.Epochs = int(min(max(number, 0), 1e9))
	}
	if k.State == "done" && k.Error == "" && k.sweep == nil { // of runs of sweeps the sizes of the files have been compared
		k.Error = k.missing(root)
	}
}

// missing says which epochs of a finished run are not in its metrics. A network that was trained elsewhere has none.
func (k *knownRun) missing(root *os.Root) string {
	switch {
	case exists(root, path.Join(k.where.place, "imported.safetensors")):
	case k.Last == nil:
		return "metrics.jsonl holds no complete line, though the run is done"
	case k.Last.Epoch < k.Epochs:
		return fmt.Sprintf("metrics.jsonl ends with epoch %d of %d, though the run is done", k.Last.Epoch, k.Epochs)
	}
	return ""
}

func (k *knownRun) plannedConfig() map[string]any {
	var config map[string]any
	if len(k.planned.Config) == 0 || json.Unmarshal(k.planned.Config, &config) != nil {
		return nil
	}
	return config
}

// locate returns the current folder of a run, "" while it has none, and its planned configuration, nil for a single run. A run of
// a sweep is located again if it is no longer where it was.
func (l *list) locate(name string) (place string, planned map[string]any) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	k := l.known[name]
	if k == nil || k.sweep == nil {
		return name, nil
	}
	if k.where.place == "" || !exists(l.root, path.Join(k.where.place, "metrics.jsonl")) {
		return k.sweep.locate(l.root, k.planned.ID, l.beats[k.sweep.name]).place, k.plannedConfig()
	}
	return k.where.place, k.plannedConfig()
}

// reason drops the path from an error: the page names the run, and must not reveal where its folder is.
func reason(err error) string {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// runs returns the matching runs, the newest first, and what is left out of the list.
func (l *list) runs(f filter) (runs []Run, leftOut string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.sorted(f), l.leftOut
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

// listing is what viewers receive: runs, and what is left out of the list, if anything is.
func listing(runs []Run, leftOut string) map[string]any {
	content := map[string]any{"runs": runs}
	if leftOut != "" {
		content["left_out"] = leftOut
	}
	return content
}

// has reports whether a name is that of a run. Only such names are ever opened.
func (l *list) has(name string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.known[name] != nil
}

// join sends a viewer all runs, and from then on the changes.
func (l *list) join(v *viewer) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	v.tell(event("runs", listing(l.sorted(filter{}), l.leftOut)))
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
	if err != nil { // a number that JSON cannot hold
		text, name = []byte(`{"error":"cannot be shown"}`), "trouble"
	}
	return slices.Concat([]byte("event: "+name+"\ndata: "), text, []byte("\n\n"))
}
