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

	"github.com/unfurl-rnn/unfurl/data/files"
)

// ExitRequeue is the exit status of a worker that was told to stop and has saved checkpoints: the task should
// be queued again. It is EX_TEMPFAIL of sysexits.h.
const ExitRequeue = 75

// Slurm says how a sweep is run by Slurm.
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

// OpenTasks returns the tasks of the folder's plan with a wanted run that is not done yet. Failed runs count
// only if retry is set.
func (f Folder) OpenTasks(plan *Plan, wanted []Run, chunk int, retry bool) ([]int, error) {
	isWanted := map[string]bool{}
	for _, run := range wanted {
		isWanted[run.ID] = true
	}
	var tasks []int
	for task := range plan.Tasks(chunk) {
		for _, run := range plan.Task(task, chunk) {
			if !isWanted[run.ID] {
				continue
			}
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

// ranges formats ascending numbers as Slurm's --array takes them: 0-3,7.
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

// Script returns the batch script of an array job with one task for each chunk of runs. A minute before a task's
// time is up, or when it is told to end, its worker saves a checkpoint and the task requeues itself.
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
	script, err := s.header(path, "%A_%a.log", "--job-name=unfurl-sweep", "--array="+array, "--requeue", "--signal=B:USR1@60")
	if err != nil {
		return nil, err
	}
	command := append([]string{s.Program, "sweep", "work", path, "--chunk", strconv.Itoa(s.Chunk)}, s.Arguments...)
	return fmt.Appendf(script, `
# The worker runs beside this shell, which hands signals on to it as TERM: USR1 comes a minute before the time is
# up, TERM when the task is told to end. It then saves a checkpoint and exits with %[1]d; if it had not yet begun, it
# dies of the signal.
worker= told=
trap 'told=yes; [ -z "$worker" ] || kill -TERM "$worker" 2>/dev/null' USR1 TERM
%[2]s --task "$SLURM_ARRAY_TASK_ID" &
worker=$!
[ -z "$told" ] || kill -TERM "$worker" 2>/dev/null
while :; do
	told=
	wait "$worker"
	status=$?
	[ -n "$told" ] || break # else the signal may have ended the waiting, not the worker
done
# Not SLURM_JOB_ID, which is in one of the tasks the number of all of them.
task=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
case $status in %[1]d | 143)
	# A task that is being cancelled or preempted is no longer running, and Slurm sees to it.
	[ "$(squeue --noheader --jobs="$task" --format=%%T)" != RUNNING ] || scontrol requeue "$task"
	;;
esac
exit "$status"
`, ExitRequeue, quoteWords(command)), nil
}

// header returns the first lines of a batch script with our options and the user's. path is the sweep's
// folder.
//
// Errors: options that would break the script.
func (s Slurm) header(path, log string, own ...string) ([]byte, error) {
	if strings.ContainsAny(path, "\"\n\r\\") {
		return nil, fmt.Errorf("sweep: %q has quotes, line breaks or backslashes, which Slurm does not accept in a path; choose another folder with -o", path)
	}
	header := []byte("#!/bin/bash\n")
	for _, option := range append(own,
		fmt.Sprintf("--output=\"%s\"", filepath.Join(strings.ReplaceAll(path, "%", "%%"), "slurm", log)), "--open-mode=append") {
		header = fmt.Appendf(header, "#SBATCH %s\n", option)
	}
	options, err := s.options()
	if err != nil {
		return nil, err
	}
	for _, option := range options {
		header = fmt.Appendf(header, "#SBATCH %s\n", option)
	}
	return header, nil
}

// quoteWords returns a command line for the shell.
func quoteWords(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}

// WriteSlurm writes the batch script into the folder and returns its path.
func (f Folder) WriteSlurm(s Slurm) (string, error) {
	script, err := s.Script(f)
	if err != nil {
		return "", err
	}
	return f.writeScript("job.sh", script)
}

// WriteSlurmAfterwards writes the batch script of a job that runs the program once with the given arguments, and
// returns its path. Submit it after the array job whose runs it needs; it takes that job's options.
//
// Errors: options that would break the script.
func (f Folder) WriteSlurmAfterwards(s Slurm, arguments []string) (string, error) {
	path, err := filepath.Abs(f.Path)
	if err != nil {
		return "", fmt.Errorf("sweep: %w", err)
	}
	script, err := s.header(path, "afterwards.log", "--job-name=unfurl-afterwards")
	if err != nil {
		return "", err
	}
	return f.writeScript("afterwards.sh", fmt.Appendf(script, "exec %s\n", quoteWords(append([]string{s.Program}, arguments...))))
}

func (f Folder) writeScript(name string, script []byte) (string, error) {
	path := f.slurmFile(name)
	if err := files.MakeFolder(filepath.Dir(path)); err != nil {
		return "", err
	}
	return path, files.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(script)
		return err
	})
}

// ErrNoSlurm says that jobs cannot be submitted here.
var ErrNoSlurm = errors.New("there is no sbatch on this machine; submit on one of the cluster's login nodes, or write the job with --dry-run and `sbatch` it there")

// FindSbatch returns [ErrNoSlurm] where [Submit] cannot submit.
func FindSbatch() error {
	if _, err := exec.LookPath("sbatch"); err != nil {
		return ErrNoSlurm
	}
	return nil
}

// Submit hands a batch script to Slurm, with further options of sbatch, and returns the number of the job.
//
// Errors: [ErrNoSlurm], what sbatch says.
func Submit(ctx context.Context, script string, options ...string) (job string, err error) {
	if err := FindSbatch(); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, "sbatch", append(options, "--parsable", script)...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	answer, err := command.Output()
	if err != nil {
		said := strings.Join(strings.Fields(stderr.String()), " ")
		fix := "the script is " + script
		switch {
		case strings.Contains(said, "array"):
			fix = "Slurm limits the size of arrays (MaxArraySize); put several runs into one task with --chunk"
		case strings.Contains(said, "SubmitJob") || strings.Contains(said, "accounting/QOS"):
			fix = "Slurm limits how many tasks you may have in the queue; put several runs into one task with --chunk, or wait until others are done"
		}
		return "", fmt.Errorf("sweep: sbatch: %s (%w); %s", said, err, fix)
	}
	job, _, _ = strings.Cut(strings.TrimSpace(string(answer)), ";") // a cluster's name may follow
	return job, nil
}
