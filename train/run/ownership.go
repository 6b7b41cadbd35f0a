package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
)

// BusyError says that a living process works in a run folder.
type BusyError struct {
	Folder string
	Owner  Owner
}

func (e *BusyError) Error() string {
	stop := "there"
	if e.Owner.isHere() {
		stop = fmt.Sprintf("with `kill %d`", e.Owner.Process)
	}
	return fmt.Sprintf("run: %s is in use by a run (%s); wait until it ends, or stop it %s and then use --resume",
		e.Folder, e.Owner, stop)
}

// ErrTakenOver says that another process took over a run because this one had given no sign of life, like a machine that
// sleeps. The other process continues from what this one had saved.
var ErrTakenOver = errors.New("run: another process has taken over the run; this one had given no sign of life")

// claims returns the processes that have worked in the folder.
func (f Folder) claims() Claims { return Claims{filepath.Join(f.Path, "owners")} }

// Owner returns the process that works in the folder, and false if there is none or it is known to be dead. A process
// of another machine, which cannot be asked, counts as working.
func (f Folder) Owner() (Owner, bool) {
	claims := f.claims()
	newest, err := claims.newest()
	if err != nil || newest == 0 || claims.hasEnded(newest) {
		return Owner{}, false
	}
	owner := claims.Owner(newest)
	return owner, !owner.IsDead()
}

// standing describes, for the end of a sentence, the process that has not released the folder; empty if there is
// none. A folder that was copied or moved while it was in use names a process that never returns to it.
func (f Folder) standing() string {
	claims := f.claims()
	newest, err := claims.newest()
	if err != nil || newest == 0 || claims.hasEnded(newest) {
		return ""
	}
	owner := claims.Owner(newest)
	if owner.IsDead() {
		return fmt.Sprintf(" (its process is no longer alive: %s)", owner)
	}
	beat, err := os.Stat(claims.BeatFile(newest))
	if err == nil && time.Since(beat.ModTime()) > max(owner.Patience, DefaultPatience) {
		return fmt.Sprintf(" (its process, %s, has given no sign of life here since %s: it has ended, or the folder is a copy)",
			owner, beat.ModTime().Format(time.DateTime))
	}
	return fmt.Sprintf(" (it is running: %s)", owner)
}

// hold is this process's claim on a run folder.
type hold struct {
	claims     Claims
	generation int    // 0 where the caller of [Folder.Run] holds the folder
	stop       func() // the beat; nil then
}

// hold makes this process the owner of the folder until the hold is released. The context that it returns ends when
// another process takes the folder over. For an owner on this machine the process table decides; one elsewhere is watched
// for at most its patience, and taken for dead if it gives no sign of life.
//
// Errors: [BusyError], [files.OutputError], [train.ErrInterrupted].
func (f Folder) hold(ctx context.Context, patience time.Duration) (context.Context, *hold, error) {
	if f.Held {
		return ctx, &hold{}, nil
	}
	claims := f.claims()
	var watch Watch
	for {
		newest, err := claims.newest()
		if err != nil {
			return ctx, nil, err
		}
		if newest > 0 && !claims.hasEnded(newest) {
			owner := claims.Owner(newest)
			still, moved := watch.Stood(claims, newest)
			switch {
			case owner.IsDead():
			case owner.isHere() || moved:
				return ctx, nil, &BusyError{f.Path, owner}
			case still < max(patience, owner.Patience):
				select {
				case <-ctx.Done():
					return ctx, nil, train.ErrInterrupted
				case <-time.After(min(time.Second, BeatEvery(patience))):
				}
				continue
			}
		}
		taken, err := claims.Take(newest+1, NewOwner(patience))
		if err != nil {
			return ctx, nil, err
		}
		if !taken {
			continue // another process was quicker: see which
		}
		ctx, cancel := context.WithCancelCause(ctx)
		stop, err := claims.Beat(newest+1, BeatEvery(patience), func() { cancel(ErrTakenOver) })
		if err != nil {
			cancel(nil)
			return ctx, nil, err
		}
		h := &hold{claims, newest + 1, func() { stop(); cancel(nil) }}
		err = files.WriteFile(h.reserve(), func(w io.Writer) error {
			_, err := w.Write(make([]byte, reserved))
			return err
		})
		if err != nil {
			h.release(stateFailed)
			return ctx, nil, err
		}
		return ctx, h, nil
	}
}

// reserved is the disk space, in bytes, that a process sets aside for its last record: how the run ended.
const reserved = 64 << 10

func (h *hold) reserve() string { return h.claims.file("reserve", h.generation, "") }

// lastly writes what must be written even if the disk is full.
func (h *hold) lastly(write func() error) error {
	err := write()
	var output *files.OutputError
	if h.generation > 0 && errors.As(err, &output) && os.Remove(h.reserve()) == nil {
		return write()
	}
	return err
}

// check returns [ErrTakenOver] if another process owns the folder now. It is called before shared files are written.
func (h *hold) check() error {
	if h.generation > 0 && h.claims.TakenOver(h.generation) {
		return ErrTakenOver
	}
	return nil
}

// release gives the folder up. If that cannot be recorded, others wait until this process has ended.
func (h *hold) release(state string) {
	if h.generation == 0 {
		return
	}
	h.stop()
	_ = os.Remove(h.reserve())
	_ = files.WriteFile(h.claims.EndedFile(h.generation), func(w io.Writer) error {
		return json.NewEncoder(w).Encode(map[string]string{"state": state})
	})
}
