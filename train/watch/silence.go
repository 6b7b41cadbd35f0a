package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/unfurl-rnn/unfurl/train/run"
)

// silence says why a single run whose record calls it running is not: its process is no longer alive, or gives no sign of
// life in this folder, as after the folder was copied or moved. It is empty for a run that may be running, and for one
// that has ended, for which it reads no file.
func (l *list) silence(name string) string {
	known := l.known[name]
	if known != nil && known.State != "running" && known.where.reason == "" {
		return ""
	}
	claim := lastClaim(l.root, path.Join(name, "owners"))
	switch {
	case claim.generation == 0: // a program that recorded no owners
		return ""
	case exists(l.root, claim.file("ended", ".json")):
		delete(l.owners, name)
		return "its process has ended, but run.json does not say how; continue with `train run --resume`"
	}
	var owner run.Owner
	text, err := readFile(l.root, claim.file("claim", ".json"), largestNote)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil || json.Unmarshal(text, &owner) != nil {
		owner = run.Owner{}
	}
	if owner.IsDead() {
		return fmt.Sprintf("its process is no longer alive (%s); continue with `train run --resume`", owner)
	}
	l.owners[name] = l.owners[name].look(l.root, claim)
	if l.owners[name].silent() {
		return fmt.Sprintf("its process (%s) gives no sign of life here: it has ended, or the folder was copied or moved; "+
			"continue with `train run --resume`", owner)
	}
	return ""
}
