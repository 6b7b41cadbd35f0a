package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/unfurl-rnn/unfurl/data/files"
)

// Claims is a folder in which processes, on any machines that share it, claim work that only one of them may do at a time:
//
//	claim-GGGGGG.json   the G-th process that claimed it: an [Owner]
//	beat-GGGGGG         a number that its owner raises every few seconds
//	ended-GGGGGG.json   that its owner released it
//
// The claim of the next number is created exclusively, which NFS performs once on the server, and is never removed: a
// slow process cannot mistake a new claim for the old one that it saw silent. An owner is dead if its process is gone
// from this system's table, and is taken for dead when its beat has stood still for its patience on the clock of the
// process that watches. Clocks of other machines and times of files do not matter.
type Claims struct{ Path string }

// DefaultPatience is longer than NFS clients may show an outdated file.
const DefaultPatience = 90 * time.Second

// beatsInPatience is how often an owner's beat moves in the time after which it is taken for dead. At the default of
// 90 s that is every 5 s; NFS clients may show a file as it was up to 60 s ago.
const beatsInPatience = 18

// BeatEvery returns the time between the beats of an owner with the given patience.
func BeatEvery(patience time.Duration) time.Duration { return patience / beatsInPatience }

// claimFile, BeatFile and EndedFile return the paths of a generation's files.
func (c Claims) claimFile(generation int) string { return c.file("claim", generation, ".json") }

func (c Claims) BeatFile(generation int) string { return c.file("beat", generation, "") }

func (c Claims) EndedFile(generation int) string { return c.file("ended", generation, ".json") }

func (c Claims) file(kind string, generation int, ending string) string {
	return filepath.Join(c.Path, fmt.Sprintf("%s-%06d%s", kind, generation, ending))
}

// newest returns the number of the newest claim, 0 if there is none.
func (c Claims) newest() (int, error) {
	entries, err := os.ReadDir(c.Path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("run: %w", err)
	}
	newest := 0
	for _, entry := range entries {
		number, found := strings.CutPrefix(entry.Name(), "claim-")
		if g, err := strconv.Atoi(strings.TrimSuffix(number, ".json")); found && err == nil {
			newest = max(newest, g)
		}
	}
	return newest, nil
}

// Owner returns the process that made a claim; the zero Owner if that cannot be read.
func (c Claims) Owner(generation int) Owner { return readOwner(c.claimFile(generation)) }

// hasEnded reports whether the owner of a claim released it.
func (c Claims) hasEnded(generation int) bool {
	_, err := os.Stat(c.EndedFile(generation))
	return err == nil
}

// TakenOver reports whether there is a claim after a known one.
func (c Claims) TakenOver(generation int) bool {
	_, err := os.Stat(c.claimFile(generation + 1))
	return err == nil
}

// Take makes the claim of a generation, whose predecessor has ended or is dead. It returns false if another process
// was quicker.
//
// Errors: [files.OutputError].
func (c Claims) Take(generation int, owner Owner) (bool, error) {
	if err := os.MkdirAll(c.Path, 0o755); err != nil {
		return false, c.explain(err)
	}
	err := CreateExclusive(c.claimFile(generation), owner.encode())
	if errors.Is(err, os.ErrExist) {
		return false, nil
	}
	return err == nil, err
}

// explain returns the error of a folder that cannot be written.
func (c Claims) explain(err error) error {
	if fault := files.MakeFolder(c.Path); fault != nil {
		return fault
	}
	return fmt.Errorf("run: %w", err)
}

// Beat raises the number in a generation's beat file until stop is called, and calls lost, once or more, when a newer
// claim appears. The file keeps its size, so that a full disk does not make its owner look dead.
//
// Errors: [files.OutputError].
func (c Claims) Beat(generation int, every time.Duration, lost func()) (stop func(), err error) {
	file, err := os.OpenFile(c.BeatFile(generation), os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, c.explain(err)
	}
	count := 0
	write := func() error {
		count++
		if _, err := file.WriteAt(fmt.Appendf(nil, "%020d\n", count), 0); err != nil {
			return err
		}
		return file.Sync()
	}
	if err := write(); err != nil {
		file.Close()
		return nil, c.explain(err)
	}
	quit, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(max(every, time.Millisecond))
		defer ticker.Stop()
		for {
			select {
			case <-quit:
				return
			case <-ticker.C:
			}
			_ = write() // if it keeps failing, another process takes over, which is seen here
			if c.TakenOver(generation) {
				lost()
			}
		}
	}()
	return func() {
		close(quit)
		<-stopped
		file.Close()
	}, nil
}

// Watch detects owners that have fallen silent, by this process's own clock. It is safe for concurrent use.
type Watch struct {
	mutex sync.Mutex
	seen  map[string]sighting // by the path of the beat file
}

// sighting is a beat and when it was first seen.
type sighting struct {
	beat  string
	since time.Time // carries the monotonic clock
}

// Stood returns for how long the beat of a claim has stood still, as far as this watch has seen: 0 at its first look,
// and when the beat has moved since the last one.
func (w *Watch) Stood(c Claims, generation int) (still time.Duration, moved bool) {
	path := c.BeatFile(generation)
	text, err := os.ReadFile(path)
	beat := string(text)
	if err != nil {
		beat = "none" // not yet written, or out of reach: that is silence too
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	last, known := w.seen[path]
	if !known || last.beat != beat {
		if w.seen == nil {
			w.seen = map[string]sighting{}
		}
		w.seen[path] = sighting{beat, time.Now()}
		return 0, known
	}
	return time.Since(last.since), false
}
