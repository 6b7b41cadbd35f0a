//go:build unix

package command

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestVersionStartsAtOnce: a command that has nothing to do takes less than 50 ms of processor time, whatever else the
// machine does. The best of several starts counts: others find cold caches.
func TestVersionStartsAtOnce(t *testing.T) {
	const limit = 50 * time.Millisecond
	best := time.Hour
	for range 20 {
		cmd := command(t, "version")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		best = min(best, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		if best < limit {
			return
		}
	}
	t.Errorf("train version takes %v of processor time, want less than %v; GODEBUG=inittrace=1 train version shows where", best, limit)
}

// TestStartingWritesNothing: commands start without a home, and without a temporary folder, and leave nothing in those
// that there are.
func TestStartingWritesNothing(t *testing.T) {
	for _, arguments := range [][]string{{"version"}, {"presets"}, {"graph", "--format", "svg"}} {
		for name, folder := range map[string]string{"empty": t.TempDir(), "missing": "/nonexistent/folder"} {
			cmd := command(t, arguments...)
			cmd.Env = []string{"TMPDIR=" + folder}
			if name == "empty" {
				cmd.Env = append(cmd.Env, "HOME="+folder, "XDG_CACHE_HOME="+folder, "XDG_CONFIG_HOME="+folder)
				cmd.Dir = folder
			}
			var errors strings.Builder
			cmd.Stderr = &errors
			if _, err := cmd.Output(); err != nil || errors.Len() > 0 {
				t.Errorf("%v with %s folders: %v: %s", arguments, name, err, &errors)
			}
			if entries, err := os.ReadDir(folder); name == "empty" && (err != nil || len(entries) > 0) {
				t.Errorf("%v left %v in its folders, %v", arguments, entries, err)
			}
		}
	}
}

// TestAnotherUserStarts: who else uses the machine, and has used the program before, makes no difference.
func TestAnotherUserStarts(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can start a program as another user")
	}
	if out, err := command(t, "version").CombinedOutput(); err != nil {
		t.Fatalf("as root: %v: %s", err, out)
	}
	folder, err := os.MkdirTemp("", "startup-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "train")
	copyProgram(t, path)
	cmd := exec.Command(path, "version")
	cmd.Dir, cmd.Env = "/", []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("as another user: %v: %s", err, out)
	}
}

// copyProgram copies this test binary, which acts as the program of its name, to where everybody can run it.
func copyProgram(t *testing.T, path string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	from, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestNoCompilerInside: nothing that compiles code as the program runs, and so keeps a cache of it, is linked in.
func TestNoCompilerInside(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok || len(info.Deps) == 0 {
		t.Skip("the test binary does not say what it is built of")
	}
	for _, module := range info.Deps {
		for _, refused := range []string{"wazero", "wasmtime", "wasmer", "graphviz"} {
			if strings.Contains(module.Path, refused) && module.Path != "github.com/awalterschulze/gographviz" { // a writer of dot, in Gorgonia
				t.Errorf("%s is linked in", module.Path)
			}
		}
	}
}
