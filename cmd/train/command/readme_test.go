package command

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// readmes are the pages whose commands are run, with the least number of commands in each.
var readmes = []struct {
	path  string
	least int
}{
	{"README.md", 25}, {".github/paper.md", 3}, {".github/speed.md", 3}, {".github/CONTRIBUTING.md", 5},
}

// readmeCommand is a command of a page.
type readmeCommand struct {
	text  string
	usage bool // the command is named, not called, as in the list of commands
}

var inlineCode = regexp.MustCompile("`([^`]+)`")

// readmeCommands returns the commands in fenced ```sh blocks, in indented lines and in inline code.
func readmeCommands(text string) []readmeCommand {
	var commands []readmeCommand
	add := func(text string, usage bool) {
		first, _, _ := strings.Cut(text, " ")
		if slices.Contains([]string{"train", "go", "docker", "python3", "pip", "sbatch", "kubectl", "source"}, first) && strings.Contains(text, " ") {
			commands = append(commands, readmeCommand{text, usage})
		}
	}
	usage := regexp.MustCompile(`^train ([a-z]+(?:, [a-z]+)*)  +\S`)
	fence := ""
	var prose strings.Builder
	joined := strings.ReplaceAll(text, "\\\n", " ")
	for line := range strings.Lines(joined) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			if fence != "" {
				fence = ""
			} else {
				fence = line
			}
		case fence == "```sh":
			add(strings.TrimSpace(line), false)
		case fence != "":
		case strings.HasPrefix(line, "    "):
			line = strings.TrimSpace(line)
			if match := usage.FindStringSubmatch(line); match != nil {
				for name := range strings.SplitSeq(match[1], ", ") {
					add("train "+name, true)
				}
			} else {
				add(line, false)
			}
		default:
			prose.WriteString(line + " ")
		}
	}
	for _, match := range inlineCode.FindAllStringSubmatch(prose.String(), -1) {
		add(match[1], strings.HasPrefix(match[1], "train ") && strings.Count(match[1], " ") == 1) // in a sentence, two words name a command
	}
	return commands
}

// elsewhere lists commands that are not run here, and where they are tested.
var elsewhere = []struct{ starts, reason string }{
	{"docker ", ".ci/container builds the image and runs it without a daemon"},
	{"go test ./...", "is this"},
	{"train serve", "serves until it is stopped; the tests of train/watch ask it"},
	{"python3 analysis/farrell2019/notebook", ".ci/notebook runs it with matplotlib"},
	{"go install ", "puts the program beside the user's own; the tests build it too"},
	{"go generate", "writes into the source; TestArchitecture and the kernels' tests look at what it writes"},
	{"train claims", "trains many networks; .ci/run does it twice"},
}

// small makes a command of a page one of seconds.
func small(command string) string {
	words := strings.Fields(command)
	if strings.HasPrefix(command, "go test ") {
		command = regexp.MustCompile(` -fuzztime \S+`).ReplaceAllString(command, " -fuzztime 10x")
		return command + " -run '^$' -benchtime 1x"
	}
	if len(words) < 2 || words[0] != "train" {
		return command
	}
	more := map[string]string{
		"paper": " --quick --figures 3 --realisations 1 --workers 1",
		"run":   " --set training.epochs=1 --set training.batch=20 --set training.samples=40 --set training.validation_samples=20 --set measures.steps=2 --set measures.samples=60",
	}[words[1]]
	switch words[1] {
	case "paper": // these are repeated above, and a list grows with every --figures
		command = regexp.MustCompile(` --(figures|realisations|workers)[ =]\S+`).ReplaceAllString(command, "")
	case "bench":
		command = regexp.MustCompile(` --(n|batch|steps|rounds)[ =]\S+`).ReplaceAllString(command, "")
		more = " --n 20 --batch 2 --steps 2 --rounds 1"
	}
	return command + more
}

// runsRead returns the run folders that a command reads: any runs/... but the one that is written.
func runsRead(command string) []string {
	var runs []string
	words := strings.Fields(command)
	for i, word := range words {
		if strings.HasPrefix(word, "runs/") && words[i-1] != "-o" {
			runs = append(runs, word)
		}
	}
	return runs
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestReadmeCommands runs every command of the pages, in the order of the text and in one folder for each page, with small
// settings. With -short it only checks that the program knows them.
func TestReadmeCommands(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	repository, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range readmes {
		t.Run(page.path, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(repository, filepath.FromSlash(page.path)))
			if err != nil {
				t.Fatal(err)
			}
			commands := readmeCommands(string(text))
			if len(commands) < page.least {
				t.Fatalf("only %d commands found: %v", len(commands), commands)
			}
			reader := reader{bash, repository, t.TempDir()}
			reader.prepare(t)
			for _, c := range commands {
				line := strings.Replace(c.text, "go run ./cmd/train", "train", 1)
				t.Run(strings.NewReplacer("/", "|", "=", " ").Replace(line), func(t *testing.T) { reader.follow(t, line, c.usage) })
			}
		})
	}
}

// reader follows a page in a folder of its own.
type reader struct{ bash, repository, folder string }

// prepare writes the files that a reader of the pages has.
func (r reader) prepare(t *testing.T) {
	var table strings.Builder
	table.WriteString("a,b,label,cluster\n")
	for i := range 80 {
		fmt.Fprintf(&table, "%d.%d,%d.%d,%d,%d\n", i%8, i%5, i%4, i%3, i%2, i%8)
	}
	sweep := "base: {network.units: 20, task.dimension: 2, task.clusters: 8, training.epochs: 1, training.samples: 40}\ngrid: {realisation: [0, 1]}\n"
	for name, content := range map[string]string{"mine.csv": table.String(), "sweep.yaml": sweep} {
		if err := os.WriteFile(filepath.Join(r.folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// follow runs one command, or only asks for its help.
func (r reader) follow(t *testing.T, line string, usage bool) {
	if usage || testing.Short() && strings.HasPrefix(line, "train ") {
		words := strings.Fields(line)
		if stdout, message, status := runProgram(words[1], "--help"); status != 0 || !strings.Contains(stdout, "train "+words[1]) {
			t.Errorf("exit status %d: %s", status, message)
		}
		return
	}
	if testing.Short() {
		t.Skip("short")
	}
	for _, e := range elsewhere {
		if strings.HasPrefix(line, e.starts) {
			t.Skip(e.reason)
		}
	}
	r.makeRead(t, line)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.bash, "-euo", "pipefail", "-c", small(line))
	program := filepath.Dir(command(t).Path) // holds the program under the name train
	cmd.Dir = r.folder
	cmd.Env = append(os.Environ(), "HOME="+r.folder, "PATH="+program+string(filepath.ListSeparator)+os.Getenv("PATH"))
	if strings.HasPrefix(line, "go ") {
		cmd.Dir, cmd.Env = r.repository, nil
	}
	started := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v: %s", small(line), err, bytes.TrimSpace(out))
	}
	t.Logf("%s: %.1f s", small(line), time.Since(started).Seconds())
}

// makeRead makes the run folders that a command reads, and the network that it imports, unless they are there.
func (r reader) makeRead(t *testing.T, line string) {
	train := func(args ...string) {
		if _, message, status := runProgram(args...); status != 0 {
			t.Fatalf("train %s: %s", strings.Join(args, " "), message)
		}
	}
	for _, run := range runsRead(line) {
		if path := filepath.Join(r.folder, run); !exists(path) {
			train(append(strings.Fields(small("train run"))[1:], "-o", path)...)
		}
	}
	if model := filepath.Join(r.folder, "model.safetensors"); strings.Contains(line, "model.safetensors") && !exists(model) {
		run := filepath.Join(r.folder, "elsewhere")
		train(append(strings.Fields(small("train run --preset flipflop-gru"))[1:], "-o", run)...)
		train("export", run, "--format", "torch", "-o", model)
	}
}

// TestReadmeSweepFile: the sweep file that the README writes is one, with nine runs; TestReadmeCommands takes a smaller one.
func TestReadmeSweepFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "cat > sweep.yaml <<'END'\n")
	spec, _, ended := strings.Cut(rest, "    END\n")
	if !found || !ended {
		t.Fatal("the README writes no sweep.yaml")
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "sweep.yaml")
	if err := os.WriteFile(path, []byte(spec), 0o644); err != nil {
		t.Fatal(err)
	}
	output := filepath.Join(folder, "sweep")
	if _, message, status := runProgram("sweep", "-c", path, "-o", output, "--slurm", "--dry-run"); status != 0 {
		t.Fatal(message)
	}
	if out, _, status := runProgram("sweep", "status", output); status != 0 || !strings.HasPrefix(out, "9 runs: 9 pending") {
		t.Errorf("exit status %d: %s", status, out)
	}
}

// TestReadmeIsParsed: what counts as a command.
func TestReadmeIsParsed(t *testing.T) {
	got := readmeCommands("Run `train\nbench --peers` or `train run`.\n\n```sh\ntrain paper \\\n  -o out\n```\n```go\ntrain.Run()\n```\n\n" +
		"    train run       one network\n    train completion, man    shells and manuals\n    train run -o x\n    x = y\n\n`train/sweep` and `go`\n")
	want := []readmeCommand{
		{"train paper    -o out", false}, {"train run", true}, {"train completion", true}, {"train man", true},
		{"train run -o x", false}, {"train bench --peers", false},
		{"train run", true},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
