package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// newSweep makes a sweep of a number of realisations in a new folder.
func newSweep(t *testing.T, runs int) (sweep.Folder, *sweep.Plan) {
	t.Helper()
	plan := planOf(t, runs)
	folder := sweep.Folder{Path: filepath.Join(t.TempDir(), "sweep")}
	plan, err := folder.Create(plan, []byte("text"), false)
	if err != nil {
		t.Fatal(err)
	}
	return folder, plan
}

func planOf(t *testing.T, runs int) *sweep.Plan {
	t.Helper()
	var numbers []string
	for i := range runs {
		numbers = append(numbers, fmt.Sprint(i))
	}
	plan, err := sweep.Decode([]byte("base: {preset: small}\ngrid: {realisation: ["+strings.Join(numbers, ",")+"]}"), presets)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// counter is an engine that trains nothing and counts the runs that it makes.
type counter struct {
	mutex  sync.Mutex
	made   map[string]int
	before func(ctx context.Context, folder run.Folder, run sweep.Run, resume bool) error // may be nil
}

func (c *counter) execute(ctx context.Context, folder run.Folder, run sweep.Run, resume bool) ([]sweep.Value, error) {
	if c.before != nil {
		if err := c.before(ctx, folder, run, resume); err != nil {
			return nil, err
		}
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.made == nil {
		c.made = map[string]int{}
	}
	c.made[run.ID]++
	return []sweep.Value{{Measure: "ed", Stage: "after", Step: 3, Value: 1.5 + float64(run.Config.Realisation)}}, nil
}

// quiet ignores all events.
type quiet struct{}

func (quiet) Started(sweep.Run, int) {}
func (quiet) Ended(sweep.Run, error) {}

func options(workers int) sweep.Options {
	o := sweep.DefaultOptions()
	o.Workers, o.Patience = workers, 300*time.Millisecond
	return o
}

func states(t *testing.T, folder sweep.Folder, plan *sweep.Plan) map[sweep.State]int {
	t.Helper()
	counts := map[sweep.State]int{}
	for _, run := range plan.Runs {
		s, err := folder.State(run.ID)
		if err != nil {
			t.Fatal(err)
		}
		counts[s.State]++
	}
	return counts
}

// TestSchedulersTogether: several processes' worth of workers on one folder make every run once.
func TestSchedulersTogether(t *testing.T) {
	folder, plan := newSweep(t, 60)
	var group sync.WaitGroup
	var engine counter
	for range 3 {
		group.Go(func() {
			if err := folder.Work(t.Context(), plan.Runs, options(2), engine.execute, quiet{}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, run := range plan.Runs {
		s, _ := folder.State(run.ID)
		if engine.made[run.ID] != 1 || s.State != sweep.Done || s.Attempts != 1 {
			t.Errorf("%s was made %d times, is %+v", run.ID, engine.made[run.ID], s)
		}
	}
	left, _ := filepath.Glob(filepath.Join(folder.Path, "state", "*", "attempt-*"))
	temporary, _ := filepath.Glob(filepath.Join(folder.Path, "state", "*", ".*"))
	if len(left)+len(temporary) > 0 {
		t.Errorf("left over: %v %v", left, temporary)
	}
}

// foreign rewrites the newest claim of a run as another machine's, whose processes cannot be looked up.
func foreign(t *testing.T, folder sweep.Folder, id string) {
	t.Helper()
	claims, _ := filepath.Glob(filepath.Join(folder.Path, "state", id, "claim-*.json"))
	text := []byte(`{"host": "elsewhere", "process": 1, "space": "x", "nonce": "1", "patience_ns": 300000000}`)
	if err := os.WriteFile(slices.Max(claims), text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// abandon makes a run look as one whose owner, on another machine, was killed.
func abandon(t *testing.T, folder sweep.Folder, only sweep.Run) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	engine := counter{before: func(_ context.Context, folder run.Folder, _ sweep.Run, _ bool) error {
		cancel()
		if err := os.MkdirAll(folder.Checkpoints(), 0o755); err != nil {
			return err
		}
		for path, text := range map[string]string{folder.RunFile(): `{"config": {}}`, filepath.Join(folder.Checkpoints(), "epoch-000000-step-000001.safetensors"): "state"} {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				return err
			}
		}
		return train.ErrInterrupted
	}}
	if err := folder.Work(ctx, []sweep.Run{only}, options(1), engine.execute, quiet{}); !errors.Is(err, train.ErrInterrupted) {
		t.Fatal(err)
	}
	ended, _ := filepath.Glob(filepath.Join(folder.Path, "state", only.ID, "ended-*.json"))
	for _, path := range ended {
		os.Remove(path)
	}
	foreign(t, folder, only.ID)
}

// TestTakeOver: a run whose owner fell silent is resumed from its checkpoints, after the patience and not
// before, whatever the times of files say.
func TestTakeOver(t *testing.T) {
	for _, skew := range []time.Duration{0, 5 * 365 * 24 * time.Hour, -5 * 365 * 24 * time.Hour} {
		folder, plan := newSweep(t, 1)
		only := plan.Runs[0]
		abandon(t, folder, only)
		files, _ := filepath.Glob(filepath.Join(folder.Path, "state", only.ID, "*"))
		for _, path := range files {
			when := time.Now().Add(skew)
			if err := os.Chtimes(path, when, when); err != nil {
				t.Fatal(err)
			}
		}
		resumed := false
		engine := counter{before: func(_ context.Context, folder run.Folder, _ sweep.Run, resume bool) error {
			found := run.Checkpoints(folder.Checkpoints())
			resumed = resume && len(found) == 1
			return nil
		}}
		started := time.Now()
		if err := folder.Work(t.Context(), plan.Runs, options(2), engine.execute, quiet{}); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(started); waited < 300*time.Millisecond || waited > 5*time.Second {
			t.Errorf("skew %v: taken over after %v, patience is 300 ms", skew, waited)
		}
		if s, _ := folder.State(only.ID); s.State != sweep.Done || s.Attempts != 2 || !resumed {
			t.Errorf("skew %v: %+v, resumed %v", skew, s, resumed)
		}
	}
}

// TestSkewedOwnerIsLeftAlone: a living owner keeps its run though its files bear times of years ago.
func TestSkewedOwnerIsLeftAlone(t *testing.T) {
	folder, plan := newSweep(t, 1)
	id := plan.Runs[0].ID
	entered := make(chan struct{})
	owner := counter{before: func(context.Context, run.Folder, sweep.Run, bool) error {
		foreign(t, folder, id)
		close(entered)
		for range 50 { // 1 s, thrice the patience
			beat := filepath.Join(folder.Path, "state", id, "beat-000001")
			if err := os.Chtimes(beat, time.Unix(0, 0), time.Unix(0, 0)); err != nil {
				return err
			}
			time.Sleep(20 * time.Millisecond)
		}
		return nil
	}}
	var other counter
	var group sync.WaitGroup
	group.Go(func() {
		if err := folder.Work(t.Context(), plan.Runs, options(1), owner.execute, quiet{}); err != nil {
			t.Error(err)
		}
	})
	<-entered
	if err := folder.Work(t.Context(), plan.Runs, options(1), other.execute, quiet{}); err != nil {
		t.Error(err)
	}
	group.Wait()
	if len(other.made) != 0 || owner.made[id] != 1 {
		t.Errorf("made %v by its owner, %v by the other", owner.made, other.made)
	}
}

// TestSleeperSpoilsNothing: an owner that was taken for dead, and ends its run all the same, finds the run
// taken over and leaves the result as it is.
func TestSleeperSpoilsNothing(t *testing.T) {
	folder, plan := newSweep(t, 1)
	id := plan.Runs[0].ID
	asleep, awake := make(chan struct{}), make(chan struct{})
	var cause error
	sleeper := counter{before: func(ctx context.Context, attempt run.Folder, _ sweep.Run, _ bool) error {
		// The newer claim stands before this attempt ends, as after a stop of the process.
		claim := filepath.Join(folder.Path, "state", id, "claim-000002.json")
		if err := os.WriteFile(claim, []byte(`{"host": "elsewhere", "process": 1}`), 0o644); err != nil {
			return err
		}
		close(asleep)
		<-awake
		<-ctx.Done()
		cause = context.Cause(ctx)
		return nil // and carries on, not looking at its context
	}}
	var group sync.WaitGroup
	group.Go(func() {
		if err := folder.Work(t.Context(), plan.Runs, options(1), sleeper.execute, quiet{}); err != nil {
			t.Error(err)
		}
	})
	<-asleep
	engine := counter{}
	if err := folder.Work(t.Context(), plan.Runs, options(1), engine.execute, quiet{}); err != nil { // takes over as the third
		t.Fatal(err)
	}
	values := filepath.Join(folder.Run(id).Path, "values.csv")
	before, err := os.Stat(values)
	if err != nil {
		t.Fatal(err)
	}
	close(awake)
	group.Wait()
	after, err := os.Stat(values)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the result was replaced: %v", err)
	}
	if !errors.Is(cause, sweep.ErrTakenOver) {
		t.Errorf("the sleeper heard %v", cause)
	}
}

// TestFailingRuns: one failure stops nothing, fail-fast stops all, and only --retry failed tries again.
func TestFailingRuns(t *testing.T) {
	folder, plan := newSweep(t, 6)
	bad := plan.Runs[1].ID
	broken := true
	engine := counter{before: func(_ context.Context, _ run.Folder, run sweep.Run, _ bool) error {
		if run.ID == bad && broken {
			return &train.DivergenceError{Which: train.TrainingLoss, Epoch: 1, Step: 2}
		}
		if run.ID == plan.Runs[2].ID && broken {
			panic("a fault of the program")
		}
		return nil
	}}
	var failed *sweep.RunsError
	for range 2 { // the second finds nothing to do
		err := folder.Work(t.Context(), plan.Runs, options(1), engine.execute, quiet{})
		if !errors.As(err, &failed) || failed.Failed != 2 || failed.Runs != 6 || failed.First != bad || !strings.Contains(failed.Reason, "loss is 0 at epoch 1") {
			t.Fatalf("error %v", err)
		}
	}
	if s := states(t, folder, plan); s[sweep.Done] != 4 || s[sweep.Failed] != 2 {
		t.Errorf("states %v", s)
	}
	o := options(1)
	o.RetryFailed = true
	if err := folder.Work(t.Context(), plan.Runs, o, engine.execute, quiet{}); !errors.As(err, &failed) || failed.Failed != 2 {
		t.Errorf("a retry that fails again: %v", err)
	}
	if s, _ := folder.State(bad); s.Attempts != 2 {
		t.Errorf("tried %d times, want 2", s.Attempts)
	}
	broken = false
	if err := folder.Work(t.Context(), plan.Runs, o, engine.execute, quiet{}); err != nil {
		t.Fatal(err)
	}
	for id, times := range engine.made {
		if times != 1 {
			t.Errorf("%s was made %d times", id, times)
		}
	}
}

func TestFailFast(t *testing.T) {
	folder, plan := newSweep(t, 6)
	engine := counter{before: func(_ context.Context, _ run.Folder, run sweep.Run, _ bool) error {
		if run.ID == plan.Runs[1].ID {
			return &train.DivergenceError{Which: train.TrainingLoss, Epoch: 1, Step: 2}
		}
		return nil
	}}
	o := options(1)
	o.FailFast = true
	var divergence *train.DivergenceError
	if err := folder.Work(t.Context(), plan.Runs, o, engine.execute, quiet{}); !errors.As(err, &divergence) {
		t.Errorf("error %v", err)
	}
	if s := states(t, folder, plan); s[sweep.Done] != 1 || s[sweep.Failed] != 1 || s[sweep.Pending] != 4 {
		t.Errorf("states %v", s)
	}
}

// TestFullDiskIsNoFailure: what the folder cannot take stops the work, and the run can go on later.
func TestFullDiskIsNoFailure(t *testing.T) {
	folder, plan := newSweep(t, 3)
	full := &files.OutputError{Path: "x", Fix: "free some space", Err: errors.New("no space left on device")}
	engine := counter{before: func(context.Context, run.Folder, sweep.Run, bool) error { return full }}
	if err := folder.Work(t.Context(), plan.Runs, options(1), engine.execute, quiet{}); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	if s := states(t, folder, plan); s[sweep.Interrupted] != 1 || s[sweep.Pending] != 2 {
		t.Errorf("states %v", s)
	}
	if err := folder.Work(t.Context(), plan.Runs, options(1), new(counter).execute, quiet{}); err != nil {
		t.Error(err)
	}
}

// TestChangedSweep: a folder takes more runs but loses none.
func TestChangedSweep(t *testing.T) {
	folder, plan := newSweep(t, 4)
	if _, err := folder.Create(planOf(t, 4), nil, false); !errors.Is(err, sweep.ErrFolderInUse) {
		t.Errorf("a second sweep in the folder: %v", err)
	}
	_, err := folder.Create(planOf(t, 3), nil, true)
	var changed *sweep.ChangedError
	if !errors.As(err, &changed) || changed.Missing != 1 || !strings.Contains(err.Error(), "realisation: 0 1 2 3, here 0 1 2") {
		t.Errorf("a sweep without a run: %v", err)
	}
	same, err := folder.Create(planOf(t, 4), nil, true)
	if err != nil || len(same.Runs) != 4 {
		t.Errorf("the same sweep: %v", err)
	}
	more, err := folder.Create(planOf(t, 7), nil, true)
	if err != nil || len(more.Runs) != 7 || more.Runs[3].ID != plan.Runs[3].ID {
		t.Errorf("a larger sweep: %v", err)
	}
	if read, err := folder.Plan(); err != nil || len(read.Runs) != 7 {
		t.Errorf("the folder keeps %v, %v", read, err)
	}
	if _, err := (sweep.Folder{Path: t.TempDir()}).Plan(); !errors.Is(err, sweep.ErrNoSweep) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestTasks(t *testing.T) {
	plan := planOf(t, 7)
	if plan.Tasks(3) != 3 || len(plan.Task(2, 3)) != 1 || len(plan.Task(0, 3)) != 3 || plan.Task(3, 3) != nil || plan.Task(-1, 3) != nil {
		t.Error("tasks of 3 runs out of 7")
	}
}

// TestStoppedWhileMeasuring: what works in a run and returns its context's error was interrupted, as training was; it
// has not failed.
func TestStoppedWhileMeasuring(t *testing.T) {
	folder, plan := newSweep(t, 3)
	ctx, stop := context.WithCancel(t.Context())
	engine := counter{before: func(ctx context.Context, _ run.Folder, _ sweep.Run, _ bool) error {
		stop()
		<-ctx.Done()
		return fmt.Errorf("measures: %w", ctx.Err())
	}}
	started := time.Now()
	err := folder.Work(ctx, plan.Runs, options(2), engine.execute, quiet{})
	if waited := time.Since(started); !errors.Is(err, train.ErrInterrupted) || waited > 5*time.Second {
		t.Errorf("%v after %v", err, waited)
	}
	if s := states(t, folder, plan); s[sweep.Failed] > 0 || s[sweep.Interrupted] == 0 {
		t.Errorf("states %v", s)
	}
	if err := folder.Work(t.Context(), plan.Runs, options(2), new(counter).execute, quiet{}); err != nil {
		t.Error(err)
	}
}

// TestHalfWrittenFilesAreNotInherited: what a killed attempt left half written does not end in the finished run.
func TestHalfWrittenFilesAreNotInherited(t *testing.T) {
	folder, plan := newSweep(t, 1)
	only := plan.Runs[0]
	abandon(t, folder, only)
	snapshots := filepath.Join(folder.Path, "state", only.ID, "attempt-000001", "snapshots")
	for _, name := range []string{".epoch-000001.safetensors.321", "epoch-000001.txt"} {
		if err := errors.Join(os.MkdirAll(snapshots, 0o755), os.WriteFile(filepath.Join(snapshots, name), []byte("half"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	var found []string
	engine := counter{before: func(_ context.Context, folder run.Folder, _ sweep.Run, _ bool) error {
		entries, err := os.ReadDir(folder.SnapshotFolder())
		for _, entry := range entries {
			found = append(found, entry.Name())
		}
		return err
	}}
	if err := folder.Work(t.Context(), plan.Runs, options(1), engine.execute, quiet{}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found, []string{"epoch-000001.txt"}) {
		t.Errorf("the next attempt has %q", found)
	}
}
