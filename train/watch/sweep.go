package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// Bounds on what is read of a sweep.
const (
	largestPlan = 32 << 20 // bytes
	largestNote = 1 << 14  // bytes of a claim, or of the record of how an attempt ended
	mostPlans   = 9999
	mostNames   = 100_000 // entries of one folder that are read
)

// sweepFolder is what is known of a sweep: the plan, and the current folder of each run. Package sweep describes the files.
type sweepFolder struct {
	name       string // path below the root
	generation int    // of the plan that has been read
	plan       stamp
	keys       []string
	runs       []plannedRun
	trouble    string
}

// plannedRun is a run of the plan. Its folder changes: none while it is pending, one for each attempt, one when it is done.
type plannedRun struct {
	ID     string          `json:"id"`
	Config json.RawMessage `json:"config"`
}

// whereabouts is the state of a planned run.
type whereabouts struct {
	place  string // folder, "" while there is none
	state  string
	reason string // why it failed
}

// numbered matches the names in the folder of a run's state, as in package sweep.
var numbered = regexp.MustCompile(`^(?:claim|beat|ended|attempt|damaged)-(\d{6,9})(?:\.json)?$`)

var plainID = regexp.MustCompile(`^[0-9a-z]{1,64}$`)

func planFile(folder string, generation int) string {
	return path.Join(folder, fmt.Sprintf("plan-%04d.json", generation))
}

// isSweep reports whether a folder holds a sweep.
func isSweep(root *os.Root, name string) bool {
	info, err := root.Stat(planFile(name, 1))
	return err == nil && info.Mode().IsRegular()
}

// look reads the plan if there is a newer one.
func (s *sweepFolder) look(root *os.Root) {
	generation := max(1, s.generation)
	for generation < mostPlans {
		if _, err := root.Stat(planFile(s.name, generation+1)); err != nil {
			break
		}
		generation++
	}
	now := stampOf(root, planFile(s.name, generation))
	if generation == s.generation && now.same(s.plan) {
		return
	}
	s.generation, s.plan, s.trouble = generation, now, ""
	var stored struct {
		Keys []string     `json:"keys"`
		Runs []plannedRun `json:"runs"`
	}
	text, err := readFile(root, planFile(s.name, generation), largestPlan)
	if err == nil {
		err = json.Unmarshal(text, &stored)
	}
	if err != nil {
		s.trouble = "plan: " + reason(err)
		return
	}
	s.keys = stored.Keys
	s.runs = slices.DeleteFunc(stored.Runs, func(r plannedRun) bool { return !plainID.MatchString(r.ID) })
}

// inspect checks that the folder of a finished run is intact.
func inspect(root *os.Root, name string) error {
	folder, err := fs.Sub(root.FS(), name)
	if err != nil {
		return err
	}
	return sweep.Inspect(folder)
}

// entries returns the names in a folder, none if it cannot be read.
func entries(root *os.Root, name string) map[string]bool {
	found := map[string]bool{}
	info, err := root.Stat(name)
	if err != nil || !info.IsDir() {
		return found
	}
	folder, err := root.Open(name)
	if err != nil {
		return found
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(mostNames) // as much as can be read
	for _, name := range names {
		found[name] = true
	}
	return found
}

// locate returns the state of a run, as sweep.Folder.State does, except that it sees the end of an owner only by its silence.
func (s *sweepFolder) locate(root *os.Root, id string, beats map[string]beat) whereabouts {
	done := path.Join(s.name, "runs", id)
	switch err := inspect(root, done); {
	case err == nil:
		delete(beats, id)
		return whereabouts{place: done, state: "done"}
	case !errors.Is(err, fs.ErrNotExist):
		delete(beats, id)
		return whereabouts{place: done, state: "damaged", reason: reason(err)}
	}
	claim := lastClaim(root, path.Join(s.name, "state", id))
	if claim.generation == 0 {
		return whereabouts{state: "pending"}
	}
	where := whereabouts{place: claim.file("attempt", ""), state: "running"}
	var ended struct{ State, Error string }
	if text, err := readFile(root, claim.file("ended", ".json"), largestNote); !errors.Is(err, fs.ErrNotExist) {
		delete(beats, id)
		if err == nil {
			err = json.Unmarshal(text, &ended)
		}
		if where.state, where.reason = ended.State, ended.Error; err != nil {
			where.state, where.reason = "interrupted", "how it ended cannot be read: "+reason(err)
		}
		return where
	}
	if seen := beats[id].look(root, claim); seen.silent() {
		beats[id], where.state = seen, "interrupted"
	} else {
		beats[id] = seen
	}
	return where
}

// claim is the newest claim on a run, whose files lie in a folder as run.Claims writes them.
type claim struct {
	folder     string
	generation int // 0 if nobody has claimed the run
}

func lastClaim(root *os.Root, folder string) claim {
	last := claim{folder: folder}
	for name := range entries(root, folder) {
		if parts := numbered.FindStringSubmatch(name); parts != nil {
			generation, _ := strconv.Atoi(parts[1])
			last.generation = max(last.generation, generation)
		}
	}
	return last
}

func (c claim) file(kind, ending string) string {
	return path.Join(c.folder, fmt.Sprintf("%s-%06d%s", kind, c.generation, ending))
}

func exists(root *os.Root, name string) bool {
	info, err := root.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// beat is the heartbeat of a run's owner.
type beat struct {
	generation int
	text       string
	since      time.Time // when it was first seen in this state, by this clock
	modified   time.Time // by the file server's
	patience   time.Duration
}

// usualPatience is the silence after which an owner that names no patience is taken for dead.
const usualPatience = 90 * time.Second

func (b beat) look(root *os.Root, of claim) beat {
	file, generation := of.file("beat", ""), of.generation
	text, err := readFile(root, file, largestNote)
	if err == nil && b.generation == generation && b.text == string(text) {
		return b
	}
	now := beat{generation: generation, text: string(text), since: time.Now(), modified: time.Now(), patience: b.patience}
	if info, err := root.Stat(file); err == nil {
		now.modified = info.ModTime()
	}
	if b.generation != generation {
		now.patience = usualPatience
		var owner struct {
			Patience time.Duration `json:"patience_ns"`
		}
		if text, err := readFile(root, of.file("claim", ".json"), largestNote); err == nil && json.Unmarshal(text, &owner) == nil && owner.Patience > 0 {
			now.patience = owner.Patience
		}
	} else if err != nil && b.text == "" {
		now.since = b.since // without a beat the owner is silent too
	}
	return now
}

// silent reports whether the owner is presumed dead: after its patience, or sooner if the file was already old when it was first seen.
// The clocks may differ, so the age alone decides nothing.
func (b beat) silent() bool {
	still := time.Since(b.since)
	return still >= b.patience || still >= b.patience/6 && time.Since(b.modified) >= b.patience
}

// title names a run by the values of the sweep's keys.
func (s *sweepFolder) title(config map[string]any) string {
	words := make([]string, 0, len(s.keys))
	for _, key := range s.keys {
		value, ok := lookUp(config, key)
		if !ok {
			continue
		}
		if shown, known := shownKeys[key]; known {
			words = append(words, fmt.Sprintf(shown, value))
			continue
		}
		words = append(words, fmt.Sprintf("%s %v", strings.ReplaceAll(path.Ext("."+key), ".", ""), value))
	}
	return strings.ReplaceAll(strings.Join(words, ", "), "_", " ")
}

// findPlaces calls found for each run of the sweep, at most limit of them, and reports whether there are more.
func (s *sweepFolder) findPlaces(root *os.Root, beats map[string]beat, known func(name string) *knownRun, limit int, found func(name string, run plannedRun, where whereabouts)) (more bool) {
	s.look(root)
	claimed := entries(root, path.Join(s.name, "state"))
	done := entries(root, path.Join(s.name, "runs"))
	maps.DeleteFunc(beats, func(id string, _ beat) bool { return !claimed[id] })
	for i, run := range s.runs {
		if i >= limit {
			return true
		}
		name := path.Join(s.name, "runs", run.ID)
		switch before := known(name); {
		case !claimed[run.ID] && !done[run.ID]:
			found(name, run, whereabouts{state: "pending"})
		case done[run.ID] && before != nil && before.State == "done":
			found(name, run, before.where) // it does not change
		default:
			found(name, run, s.locate(root, run.ID, beats))
		}
	}
	return false
}
