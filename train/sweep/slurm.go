package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/train"
)

// ExitRequeue is the exit status of a worker that was told to stop and has left checkpoints: the task is to
// be queued again. It is EX_TEMPFAIL of sysexits.h.
const ExitRequeue = 75

// Slurm says how a sweep is handed to Slurm.
type Slurm struct {
	Program string // path of the program on the nodes
	Chunk   int    // runs of one task, at least 1
	Tasks   []int  // tasks with something to do, ascending
	AtOnce  int    // the most tasks at a time; 0 leaves it to Slurm
	// Time and Partition are what sbatch takes; empty leaves them to Slurm.
	Time, Partition string
	// Lines are further options of sbatch, like "--mem=2G".
	Lines []string
	// Arguments are added to the worker's command line.
	Arguments []string
}

// slurmFile returns the path of a file of the folder's Slurm job.
func (f Folder) slurmFile(name string) string { return filepath.Join(f.Path, "slurm", name) }

// OpenTasks returns the tasks of which a run is not done, and of those that failed only if retry is set.
func (f Folder) OpenTasks(plan *Plan, chunk int, retry bool) ([]int, error) {
	var tasks []int
	for task := range plan.Tasks(chunk) {
		for _, run := range plan.Task(task, chunk) {
			s, err := f.State(run.ID)
			if err != nil {
				return nil, err
			}
			if s.State != Done && (s.State != Failed || retry) {
				tasks = append(tasks, task)
				break
			}
		}
	}
	return tasks, nil
}

// ranges writes ascending numbers as Slurm's --array does: 0-3,7.
func ranges(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		part := strconv.Itoa(numbers[i])
		if j > i {
			part += "-" + strconv.Itoa(numbers[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// Script returns the batch script of an array job, one task a chunk of runs. A minute before a task's time
// is up, or when it is told to end, its worker saves a checkpoint and the task queues itself again.
//
// Errors: options that would break the script.
func (s Slurm) Script(f Folder) ([]byte, error) {
	path, err := filepath.Abs(f.Path)
	if err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	array := ranges(s.Tasks)
	if s.AtOnce > 0 {
		array += "%" + strconv.Itoa(s.AtOnce)
	}
	options := []string{
		"--job-name=unfurl-sweep", "--array=" + array,
		fmt.Sprintf("--output=\"%s\"", filepath.Join(strings.ReplaceAll(path, "%", "%%"), "slurm", "%A_%a.log")), "--open-mode=append",
		"--requeue", "--signal=B:USR1@60",
	}
	if s.Time != "" {
		options = append(options, "--time="+s.Time)
	}
	if s.Partition != "" {
		options = append(options, "--partition="+s.Partition)
	}
	options = append(options, s.Lines...)
	var script bytes.Buffer
	script.WriteString("#!/bin/bash\n")
	for i, option := range options {
		own := i < 4 // ours, with a path that may have blanks
		if !strings.HasPrefix(option, "-") || strings.ContainsAny(option, "\n\r") || !own && strings.ContainsRune(option, '#') {
			return nil, fmt.Errorf("sweep: sbatch option %q; wanted one option on one line, like --mem=2G", option)
		}
		fmt.Fprintf(&script, "#SBATCH %s\n", option)
	}
	if strings.ContainsAny(path, "\"\n\r\\") {
		return nil, fmt.Errorf("sweep: %q has quotes, line breaks or backslashes, which Slurm does not take in a path; choose another folder with -o", path)
	}
	command := append([]string{s.Program, "sweep", "work", path, "--chunk", strconv.Itoa(s.Chunk)}, s.Arguments...)
	for i, word := range command {
		command[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	fmt.Fprintf(&script, `
# The worker runs beside this shell, which hands signals on to it: USR1 a minute before the time is up,
# TERM when the task is told to end. It then saves a checkpoint and exits with %[1]d.
%[2]s --task "$SLURM_ARRAY_TASK_ID" &
worker=$!
trap 'told=yes; kill -USR1 "$worker" 2>/dev/null' USR1 TERM
while :; do
	told=
	wait "$worker"
	status=$?
	[ -n "$told" ] || break
done
# A task that is being cancelled or preempted is no longer running, and Slurm sees to it.
state=$(scontrol show job --oneliner "$SLURM_JOB_ID" | sed -n 's/.* JobState=\([A-Z_]*\).*/\1/p')
if [ "$status" -eq %[1]d ] && [ "$state" = RUNNING ]; then
	scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
`, ExitRequeue, strings.Join(command, " "))
	return script.Bytes(), nil
}

// WriteSlurm writes the batch script into the folder and returns its path.
func (f Folder) WriteSlurm(s Slurm) (string, error) {
	script, err := s.Script(f)
	if err != nil {
		return "", err
	}
	path := f.slurmFile("job.sh")
	if err := train.MakeFolder(filepath.Dir(path)); err != nil {
		return "", err
	}
	return path, train.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(script)
		return err
	})
}

// ErrNoSlurm says that jobs cannot be submitted here.
var ErrNoSlurm = errors.New("there is no sbatch on this machine; submit on one of the cluster's login nodes, or write the job with --dry-run and `sbatch` it there")

// Submit hands a batch script to Slurm and returns the number of the job.
//
// Errors: [ErrNoSlurm], what sbatch says.
func Submit(ctx context.Context, script string) (job string, err error) {
	sbatch, err := exec.LookPath("sbatch")
	if err != nil {
		return "", ErrNoSlurm
	}
	command := exec.CommandContext(ctx, sbatch, "--parsable", script)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	answer, err := command.Output()
	if err != nil {
		said := strings.Join(strings.Fields(stderr.String()), " ")
		fix := "the script is " + script
		if strings.Contains(said, "array") {
			fix = "Slurm limits the size of arrays (MaxArraySize); put several runs into one task with --chunk"
		}
		return "", fmt.Errorf("sweep: sbatch: %s (%w); %s", said, err, fix)
	}
	job, _, _ = strings.Cut(strings.TrimSpace(string(answer)), ";") // a cluster's name may follow
	return job, nil
}
