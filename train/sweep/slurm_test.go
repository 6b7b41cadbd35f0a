package sweep_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// job has six tasks of three runs each.
func job(program string) sweep.Slurm {
	return sweep.Slurm{Program: program, Chunk: 3, Tasks: []int{0, 1, 2, 5, 7, 8}}
}

// header returns the options of a batch script.
func header(t *testing.T, s sweep.Slurm, folder string) []string {
	t.Helper()
	script, err := s.Script(sweep.Folder{Path: folder})
	if err != nil {
		t.Fatal(err)
	}
	var options []string
	for _, line := range strings.Split(string(script), "\n") {
		if option, found := strings.CutPrefix(line, "#SBATCH "); found {
			options = append(options, option)
		}
	}
	return options
}

func TestSlurmOptions(t *testing.T) {
	s := job("/bin/train")
	s.AtOnce, s.Time, s.Partition, s.Lines = 4, "1-12:30", "cpu,long", []string{"--mem=2G", "-A group"}
	want := []string{
		"--job-name=unfurl-sweep", "--array=0-2,5,7-8%4", "--requeue", "--signal=B:USR1@60",
		`--output="/data/100%% of it/slurm/%A_%a.log"`, "--open-mode=append",
		"--time=1-12:30", "--partition=cpu,long", "--mem=2G", "-A group",
	}
	if got := header(t, s, "/data/100% of it"); !slices.Equal(got, want) {
		t.Errorf("the options are\n%q, want\n%q", got, want)
	}
}

func TestSlurmOptionErrors(t *testing.T) {
	for _, test := range []struct {
		change func(*sweep.Slurm)
		want   string // in the error; none if empty
	}{
		{func(s *sweep.Slurm) { s.Time = "3" }, ""},
		{func(s *sweep.Slurm) { s.Time = "3:00" }, ""},
		{func(s *sweep.Slurm) { s.Time = "00:03:00" }, ""},
		{func(s *sweep.Slurm) { s.Time = "0-1" }, ""},
		{func(s *sweep.Slurm) { s.Time = "0-0:03" }, ""},
		{func(s *sweep.Slurm) { s.Time = "UNLIMITED" }, ""},
		{func(s *sweep.Slurm) { s.Time = "0" }, ""},
		{func(s *sweep.Slurm) { s.Time = "2" }, "3 minutes or more"},
		{func(s *sweep.Slurm) { s.Time = "2:59" }, "3 minutes or more"},
		{func(s *sweep.Slurm) { s.Time = "0:02:59" }, "3 minutes or more"},
		{func(s *sweep.Slurm) { s.Time = "0-0:2:59" }, "3 minutes or more"},
		{func(s *sweep.Slurm) { s.Time = "2h" }, "must be minutes, hours"},
		{func(s *sweep.Slurm) { s.Time = "1:2:3:4" }, "must be minutes, hours"},
		{func(s *sweep.Slurm) { s.Time = "90\n#SBATCH --uid=0" }, "must be minutes, hours"},
		{func(s *sweep.Slurm) { s.Partition = "cpu --mem=2G" }, "name of a partition"},
		{func(s *sweep.Slurm) { s.Partition = "cpu#" }, "name of a partition"},
		{func(s *sweep.Slurm) { s.Partition = "-p" }, "name of a partition"},
		{func(s *sweep.Slurm) { s.Lines = []string{"mem=2G"} }, "one option on one line"},
		{func(s *sweep.Slurm) { s.Lines = []string{"--mem=2G\nrm -r ."} }, "one option on one line"},
		{func(s *sweep.Slurm) { s.Lines = []string{"--mem=2G # much"} }, "one option on one line"},
		{func(s *sweep.Slurm) { s.Lines = []string{""} }, "one option on one line"},
		{func(s *sweep.Slurm) { s.Lines = []string{"--array=1-3"} }, "see --chunk"},
		{func(s *sweep.Slurm) { s.Lines = []string{"--arr 1-3"} }, "see --chunk"},
		{func(s *sweep.Slurm) { s.Lines = []string{"-a1-3"} }, "see --chunk"},
		{func(s *sweep.Slurm) { s.Lines = []string{"--account=group"} }, ""},
	} {
		s := job("/bin/train")
		test.change(&s)
		_, err := s.Script(sweep.Folder{Path: "sweep"})
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%q, %q, %q: %v", s.Time, s.Partition, s.Lines, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%q, %q, %q: the error is %v, want one with %q", s.Time, s.Partition, s.Lines, err, test.want)
		}
	}
	for _, path := range []string{`a"b`, "a\nb", `a\b`} {
		if _, err := job("/bin/train").Script(sweep.Folder{Path: path}); err == nil || !strings.Contains(err.Error(), "another folder") {
			t.Errorf("the folder %q: the error is %v", path, err)
		}
	}
}

// write makes an executable file.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestSlurmScript runs the batch script with stand-ins for the worker and for Slurm's commands: a task that is
// told to stop, however early, is queued again under its own number, and no other is.
//
// Source: Lightning-AI/pytorch-lightning issue 15022, where SLURM_JOB_ID queued the whole array again.
func TestSlurmScript(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("the batch script is for bash")
	}
	// tell sends the signal that Slurm sends to the shell: the parent of the worker.
	const tell = "kill -USR1 $PPID\n"
	for name, test := range map[string]struct {
		worker   string // its script
		state    string // of the task
		status   int
		requeued string
	}{
		"done":                       {worker: "exit 0", state: "RUNNING"},
		"failed":                     {worker: "exit 1", state: "RUNNING", status: 1},
		"told":                       {worker: "trap 'exit 75' TERM\n" + tell + "while :; do sleep 0.01; done", state: "RUNNING", status: 75, requeued: "requeue 7_3\n"},
		"told, slow to save":         {worker: "trap 'sleep 0.3; exit 75' TERM\n" + tell + "sleep 0.1\n" + tell + "while :; do sleep 0.01; done", state: "RUNNING", status: 75, requeued: "requeue 7_3\n"},
		"told before it listens":     {worker: tell + "while :; do sleep 0.01; done", state: "RUNNING", status: 143, requeued: "requeue 7_3\n"},
		"told and done all the same": {worker: "trap '' TERM\n" + tell + "sleep 0.1", state: "RUNNING"},
		"cancelled":                  {worker: "trap 'exit 75' TERM\nkill -TERM $PPID\nwhile :; do sleep 0.01; done", state: "COMPLETING", status: 75},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "it's 100% mine, $HOME")
			if err := os.Mkdir(folder, 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(folder, "train"), "#!/bin/bash\necho \"$@\" >\"${0%/*}/words\"\n"+test.worker)
			write(t, filepath.Join(folder, "squeue"), "#!/bin/bash\n[ \"$*\" = '--noheader --jobs=7_3 --format=%T' ] && echo "+test.state)
			write(t, filepath.Join(folder, "scontrol"), "#!/bin/bash\necho \"$@\" >>\"${0%/*}/requeued\"")
			s := job(filepath.Join(folder, "train"))
			s.Arguments = []string{"--patience", "90s"}
			script, err := s.Script(sweep.Folder{Path: folder})
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(folder, "job.sh"), string(script))
			process := exec.Command(bash, filepath.Join(folder, "job.sh"))
			process.Env = append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH"),
				"SLURM_JOB_ID=7", "SLURM_ARRAY_JOB_ID=7", "SLURM_ARRAY_TASK_ID=3") // the task that shares its number with all
			said, _ := process.CombinedOutput()
			requeued, _ := os.ReadFile(filepath.Join(folder, "requeued"))
			if process.ProcessState.ExitCode() != test.status || string(requeued) != test.requeued {
				t.Errorf("the status is %v, want %d; scontrol heard %q, want %q; messages %q",
					process.ProcessState, test.status, requeued, test.requeued, said)
			}
			words, _ := os.ReadFile(filepath.Join(folder, "words"))
			if want := "sweep work " + folder + " --chunk 3 --patience 90s --task 3\n"; string(words) != want {
				t.Errorf("the worker got %q, want %q", words, want)
			}
		})
	}
}

// TestSubmit: the job's number is returned, and sbatch's error for an array that is too large comes with advice.
func TestSubmit(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("PATH", folder)
	if _, err := sweep.Submit(context.Background(), "job.sh"); !errors.Is(err, sweep.ErrNoSlurm) {
		t.Errorf("without sbatch: %v", err)
	}
	for _, test := range []struct{ sbatch, job, want string }{
		{`echo "12;cluster"`, "12", ""},
		{`echo "$@"`, "--hold --parsable job.sh", ""},
		// Slurm 22.05.8 says so above MaxArraySize.
		{`echo "sbatch: error: Batch job submission failed: Invalid job array specification" >&2; exit 1`, "", "put several runs into one task with --chunk"},
		// And so above MaxSubmitJobs, in which every task of an array counts.
		{`echo "sbatch: error: AssocMaxSubmitJobLimit" >&2; exit 1`, "", "put several runs into one task with --chunk"},
		{`echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)" >&2; exit 1`, "", "put several runs into one task with --chunk"},
		{`echo "sbatch: error: invalid partition specified: cpu" >&2; exit 1`, "", "invalid partition specified: cpu (exit status 1); the script is job.sh"},
	} {
		write(t, filepath.Join(folder, "sbatch"), "#!/bin/sh\n"+test.sbatch)
		number, err := sweep.Submit(context.Background(), "job.sh", "--hold")
		if number != test.job || (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %q, %v", test.sbatch, number, err)
		}
	}
}
