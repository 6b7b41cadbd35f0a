package run

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/train"
)

const shortPatience = 180 * time.Millisecond

// elsewhere returns an owner of another machine.
func elsewhere() Owner {
	owner := NewOwner(shortPatience)
	owner.Host = "node7"
	return owner
}

func take(t *testing.T, c Claims, generation int, owner Owner) {
	t.Helper()
	if taken, err := c.Take(generation, owner); !taken || err != nil {
		t.Fatalf("claim %d: taken %v, error %v", generation, taken, err)
	}
}

// TestHoldIsExclusive: of many processes that try at once, one holds the folder; the others learn which.
func TestHoldIsExclusive(t *testing.T) {
	folder := Folder{Path: t.TempDir()}
	var group sync.WaitGroup
	holds := make([]*hold, 16)
	for i := range holds {
		group.Go(func() {
			var err error
			var busy *BusyError
			if _, holds[i], err = folder.hold(t.Context(), shortPatience); err != nil && !errors.As(err, &busy) {
				t.Error(err)
			} else if err != nil && busy.Owner.Process != os.Getpid() {
				t.Errorf("%v", err)
			}
		})
	}
	group.Wait()
	var holder *hold
	for _, h := range holds {
		if h != nil && holder != nil {
			t.Fatal("two hold the folder")
		}
		if h != nil {
			holder = h
		}
	}
	if _, held := folder.Owner(); holder == nil || !held {
		t.Fatal("nobody holds the folder")
	}
	holder.release(stateDone)
	if owner, held := folder.Owner(); held {
		t.Errorf("%v still holds the folder", owner)
	}
	_, again, err := folder.hold(t.Context(), shortPatience)
	if err != nil {
		t.Fatal(err)
	}
	again.release(stateDone)
}

// TestHoldOfTheDead: a process of this machine that has ended, even a zombie, gives way at once.
func TestHoldOfTheDead(t *testing.T) {
	process := exec.Command("sleep", "60")
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	folder := Folder{Path: t.TempDir()}
	owner := NewOwner(time.Hour)
	owner.Process, owner.Birth = process.Process.Pid, processBirth(process.Process.Pid)
	take(t, folder.claims(), 1, owner)
	if owner.Space == "" {
		t.Skip("this system's process table is not read")
	}
	_, _, err := folder.hold(t.Context(), time.Hour)
	var busy *BusyError
	if !errors.As(err, &busy) || busy.Owner != owner {
		t.Errorf("beside a living process: %v", err)
	}
	process.Process.Kill()
	for deadline := time.Now().Add(10 * time.Second); !owner.IsDead(); time.Sleep(time.Millisecond) { // a zombie: there was no Wait
		if time.Now().After(deadline) {
			t.Fatal("the killed process counts as alive")
		}
	}
	_, held, err := folder.hold(t.Context(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	held.release(stateDone)
	process.Wait()
}

// TestHoldOfOtherMachines: an owner on another machine is watched. It keeps the folder while its beat moves, and
// loses it, and learns so, when the beat has stood still for its patience.
func TestHoldOfOtherMachines(t *testing.T) {
	folder := Folder{Path: t.TempDir()}
	claims := folder.claims()
	take(t, claims, 1, elsewhere())
	lost := make(chan struct{})
	var once sync.Once
	stop, err := claims.Beat(1, BeatEvery(shortPatience), func() { once.Do(func() { close(lost) }) })
	if err != nil {
		t.Fatal(err)
	}
	var busy *BusyError
	if _, _, err := folder.hold(t.Context(), shortPatience); !errors.As(err, &busy) || busy.Owner.Host != "node7" {
		t.Errorf("beside a living process: %v", err)
	}
	stop()
	asked := time.Now()
	ctx, mine, err := folder.hold(t.Context(), shortPatience)
	if err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(asked); waited < shortPatience {
		t.Errorf("taken over after %v", waited)
	}
	if stop, err = claims.Beat(1, time.Millisecond, func() { once.Do(func() { close(lost) }) }); err != nil { // it wakes up
		t.Fatal(err)
	}
	<-lost
	stop()
	if err := (&hold{claims: claims, generation: 1}).check(); !errors.Is(err, ErrTakenOver) {
		t.Errorf("the first owner may write: %v", err)
	}
	if err := errors.Join(mine.check(), ctx.Err()); err != nil {
		t.Errorf("the second owner: %v", err)
	}
	take(t, claims, 3, elsewhere())
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, ErrTakenOver) {
		t.Error(cause)
	}
	mine.release(stateFailed)

	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := folder.hold(stopped, time.Hour); !errors.Is(err, train.ErrInterrupted) {
		t.Errorf("a signal while waiting: %v", err)
	}
}

// TestTakenOverRunWritesNothing: a run that was presumed dead leaves run.json, weights and checkpoints to its successor.
func TestTakenOverRunWritesNothing(t *testing.T) {
	c := train.DefaultConfig()
	c.Task.Dimension, c.Task.Clusters, c.Network.Units = 5, 12, 16
	c.Training.EvaluationStep, c.Training.Samples, c.Training.Epochs, c.Training.ValidationSamples = 3, 60, 3, 50
	c.Training.Checkpoint.Every = 1
	experiment, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	folder := Folder{Path: t.TempDir()}
	var before []byte
	_, _, err = folder.Run(t.Context(), experiment, false, at{1, func() {
		take(t, folder.claims(), 2, elsewhere())
		before, _ = os.ReadFile(folder.RunFile())
	}})
	if !errors.Is(err, ErrTakenOver) {
		t.Fatal(err)
	}
	after, err := os.ReadFile(folder.RunFile())
	if err != nil || string(after) != string(before) {
		t.Errorf("run.json was written, error %v", err)
	}
	if checkpoints := Checkpoints(folder.Checkpoints()); len(checkpoints) != 1 { // of epoch 0, from before
		t.Errorf("checkpoints: %v", checkpoints)
	}
	if _, err := os.Stat(folder.WeightsFile()); err == nil {
		t.Error("weights were written")
	}
}

// at calls do after an epoch.
type at struct {
	epoch int
	do    func()
}

func (a at) Epoch(m train.EpochMetrics) {
	if m.Epoch == a.epoch {
		a.do()
	}
}

// TestStanding: an unfinished run names its owner, so that a copy of a folder in use does not look alive for ever.
func TestStanding(t *testing.T) {
	folder := Folder{Path: t.TempDir()}
	weightsSay := func(want string) {
		t.Helper()
		if _, err := folder.Weights(); err == nil || !strings.Contains(err.Error(), "its run has not finished"+want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	weightsSay("; continue it")
	claims := folder.claims()
	ended := NewOwner(shortPatience)
	command := exec.Command(os.Args[0], "-test.run=^$")
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	ended.Process, ended.Birth = command.Process.Pid, "1"
	take(t, claims, 1, ended)
	if ended.IsDead() { // where the system can tell
		weightsSay(" (its process is no longer alive: " + ended.String())
	}
	take(t, claims, 2, elsewhere())
	stop, err := claims.Beat(2, time.Hour, func() {})
	if err != nil {
		t.Fatal(err)
	}
	weightsSay(" (it is running: node7, process")
	stop()
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(claims.BeatFile(2), old, old); err != nil {
		t.Fatal(err)
	}
	weightsSay(" (its process, node7, process")
	if standing := folder.standing(); !strings.HasSuffix(standing, "since "+old.Format(time.DateTime)+": it has ended, or the folder is a copy)") {
		t.Errorf("got %s", standing)
	}
	(&hold{claims, 2, func() {}}).release(stateInterrupted)
	weightsSay("; continue it")
}
