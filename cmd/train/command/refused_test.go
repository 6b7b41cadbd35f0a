//go:build linux

package command

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRefusedLeavesNothing: what is refused makes no folder and no file, neither its output nor the folders above it; a
// folder that was there stays, with what is in it.
func TestRefusedLeavesNothing(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // no sbatch
	folder := t.TempDir()
	run := filepath.Join(folder, "run")
	inProcess(t, 0, append([]string{"run", "-o", run}, smallRun...)...)
	weights := filepath.Join(folder, "weights.safetensors")
	inProcess(t, 0, "export", run, "--format", "safetensors", "-o", weights)
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	spec := write("sweep.yaml", "base: {network.units: 10, task.dimension: 3, task.clusters: 8}\ngrid: {seed: [0, 1]}\n")
	crowded := write("crowded.yaml", "grid: {task.half_side: [2, 0.001]}\n")
	points := write("points.csv", "a,b,label\n1,2,0\n")

	for name, args := range map[string][]string{
		"a key that is none":        {"run", "--set", "network.unit=10"},
		"a value out of range":      {"run", "--set", "network.leak=2"},
		"no room for clusters":      {"run", "--set", "task.half_side=0.001"},
		"too few points":            {"run", "--set", "task.points=" + points},
		"no such points":            {"run", "--set", "task.points=" + points + "x"},
		"more memory than there is": {"run", "--set", "network.units=900000", "--set", "task.dimension=3"},
		"an unknown frozen name":    {"run", "--set", "training.frozen=Q"},
		"nothing to resume":         {"run", "--resume"},
		"a sweep's key":             {"sweep", "-c", write("key.yaml", "grid: {network.unit: [1]}\n")},
		"a sweep without room":      {"sweep", "-c", crowded},
		"no sbatch":                 {"sweep", "-c", spec, "--slurm"},
		"a time limit":              {"sweep", "-c", spec, "--slurm", "--dry-run", "--time", "soon"},
		"an sbatch option":          {"sweep", "-c", spec, "--slurm", "--dry-run", "--sbatch", "mem"},
		"a Job's name":              {"sweep", "-c", spec, "--kubernetes", "--claim", "c", "--name", "A B"},
		"no sweep to resume":        {"sweep", "--resume"},
		"the paper on Slurm":        {"paper", "--quick", "--slurm", "--dry-run", "--time", "soon"},
		"the paper's engine":        {"paper", "--quick", "--engine", "none"},
		"claims on Kubernetes":      {"claims", "--quick", "--kubernetes", "--claim", "c", "--claim-path", "/c"},
		"a claim that is none":      {"claims", "--quick", "--only", "C99"},
		"analyze nothing":           {"analyze", filepath.Join(folder, "nowhere")},
		"a key to group by":         {"analyze", run, "--group-by", "network.unit"},
		"an input that is none":     {"analyze", run, "--input", "1,x"},
		"an input of other length":  {"analyze", run, "--input", "1,2,3,4,5"},
		"a format that is none":     {"export", run, "--format", "pickle"},
		"a format that is unfit":    {"export", run, "--format", "npz", "--steps", "3"},
		"export nothing":            {"export", filepath.Join(folder, "nowhere")},
		"import another size":       {"import", weights, "--set", "task.kind=flip_flop", "--set", "training.loss=mse"},
		"import no weights":         {"import", spec},
		"import another cell":       {"import", weights, "--set", "network.cell=gru"},
	} {
		name = strings.ReplaceAll(name, " ", "-")
		t.Run(name, func(t *testing.T) {
			for _, existing := range []bool{false, true} {
				output := filepath.Join(folder, "new", name, "output")
				if existing {
					output = filepath.Join(folder, "old", name)
					if err := os.MkdirAll(output, 0o755); err != nil {
						t.Fatal(err)
					}
				}
				before := below(t, folder)
				target := output
				if args[0] == "export" {
					target = filepath.Join(output, "file")
				}
				if _, message, status := runProgram(append(args, "-o", target)...); status != 2 {
					t.Errorf("exit status %d, want 2: %s", status, message)
				}
				if after := below(t, folder); after != before {
					t.Errorf("it left\n%s\nof\n%s", after, before)
				}
			}
		})
	}
}

// TestRefusedRunLeavesNoEvents: a folder in use is left as it is, and no folder for TensorBoard is made.
func TestRefusedRunLeavesNoEvents(t *testing.T) {
	folder := t.TempDir()
	run := filepath.Join(folder, "run")
	inProcess(t, 0, append([]string{"run", "-o", run, "--set", "training.epochs=1"}, smallRun...)...)
	before := below(t, folder)
	_, said := inProcess(t, 2, append([]string{"run", "-o", run, "--tensorboard", filepath.Join(folder, "events", "of", "run")}, smallRun...)...)
	if after := below(t, folder); after != before {
		t.Errorf("%s: it left\n%s\nof\n%s", said, after, before)
	}
}

// below lists all files and folders below one.
func below(t *testing.T, folder string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		names = append(names, path)
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Join(names, "\n")
}
