package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// clusterFlags say how runs are submitted to Slurm or Kubernetes.
type clusterFlags struct {
	slurm, kubernetes, dryRun bool
	chunk                     int
	job                       sweep.Slurm
	pods                      sweep.Kubernetes
}

// register adds the flags to a command whose runs are in folder, which is DIR or below it.
func (c *clusterFlags) register(f *pflag.FlagSet, folder, name string) {
	f.IntVar(&c.chunk, "chunk", 1, "runs in one task of Slurm or Kubernetes")
	f.BoolVar(&c.slurm, "slurm", false, "write "+folder+"/slurm/job.sh, an array job, and submit it")
	f.BoolVar(&c.dryRun, "dry-run", false, "with --slurm: write the job and do not submit it")
	f.StringVar(&c.job.Time, "time", "", "with --slurm: limit of a task, as sbatch takes it")
	f.StringVar(&c.job.Partition, "partition", "", "with --slurm: partition")
	f.StringArrayVar(&c.job.Lines, "sbatch", nil, "with --slurm: a further option of sbatch, e.g. --sbatch=--mem=2G; may be repeated")
	f.BoolVar(&c.kubernetes, "kubernetes", false, "write "+folder+"/kubernetes/job.yaml, an Indexed Job")
	f.StringVar(&c.pods.Name, "name", name, "with --kubernetes: name of the Job")
	f.StringVar(&c.pods.Namespace, "namespace", "", "with --kubernetes: namespace")
	f.StringVar(&c.pods.Image, "image", "unfurl", "with --kubernetes: image of the repository's Dockerfile")
	f.StringVar(&c.pods.Claim, "claim", "", "with --kubernetes: PersistentVolumeClaim that holds DIR")
	f.StringVar(&c.pods.ClaimPath, "claim-path", "", "with --kubernetes: path of DIR within the volume")
}

// names lists the flags that register adds.
func (c *clusterFlags) names() []string {
	var names []string
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(clusterFlags).register(set, "", "")
	set.VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	return names
}

// asked reports whether a cluster is to make the runs.
func (c *clusterFlags) asked() bool { return c.slurm || c.kubernetes }

func (c *clusterFlags) check() error {
	var both error
	if c.slurm && c.kubernetes {
		both = errors.New("--slurm and --kubernetes exclude each other; choose one")
	}
	return errors.Join(both, checkFlag(c.chunk < 1, "--chunk", c.chunk, "1 or more"),
		checkFlag(c.kubernetes && c.pods.Claim == "", "--claim", "", "the name of the PersistentVolumeClaim that holds the runs"))
}

// checkJob checks the options of a job for the given number of runs, before its folder is made.
func (c *clusterFlags) checkJob(folder sweep.Folder, runs int) error {
	var err error
	switch {
	case c.slurm:
		job := c.job
		job.Tasks, job.Chunk = []int{0}, c.chunk
		if _, err = job.Script(folder); err == nil && !c.dryRun {
			err = sweep.FindSbatch()
		}
	case c.kubernetes:
		pods := c.pods
		pods.Chunk, pods.Indexes, pods.AtOnce, pods.User = c.chunk, (runs+c.chunk-1)/c.chunk, 1, unprivileged
		_, err = pods.Manifest()
	}
	if err != nil {
		return usageError{err}
	}
	return nil
}

// order is what a cluster is asked to make.
type order struct {
	folder          sweep.Folder
	plan            *sweep.Plan // of the folder
	runs            []sweep.Run // the wanted runs of the plan
	retry, failFast bool
	atOnce          int      // the most tasks at a time; 0 leaves it to the cluster
	arguments       []string // of the workers
	afterwards      []string // arguments of the program to run when all runs are done; empty for none
}

// handOver submits runs to a cluster. It returns false if none are left to do.
func (p *program) handOver(ctx context.Context, o order, flags clusterFlags) (handed bool, err error) {
	tasks, err := o.folder.OpenTasks(o.plan, o.runs, flags.chunk, o.retry)
	if err != nil || len(tasks) == 0 {
		return false, err
	}
	if flags.slurm {
		return true, p.submitSlurm(ctx, o, tasks, flags)
	}
	return true, p.writeKubernetes(o, flags)
}

// submitSlurm writes and submits the array job of the given tasks, then the job that runs afterwards.
func (p *program) submitSlurm(ctx context.Context, o order, tasks []int, flags clusterFlags) error {
	job := flags.job
	job.Tasks, job.Chunk, job.AtOnce, job.Arguments = tasks, flags.chunk, o.atOnce, o.arguments
	covered := min(len(o.plan.Runs), (slices.Max(tasks)+1)*flags.chunk)
	asked, err := checkArray(ctx, covered, flags.chunk)
	if err != nil {
		return err
	}
	if err := sweep.CheckArray(covered, flags.chunk, sweep.UsualArraySize); err != nil && !asked {
		p.log.Warnf("%v, unless the limit is raised where the job is submitted, which cannot be checked here", err)
	}
	if job.Program, err = os.Executable(); err != nil {
		return err
	}
	script, err := o.folder.WriteSlurm(job)
	if err != nil {
		return usageError{err}
	}
	scripts := []string{script}
	if len(o.afterwards) > 0 {
		afterwards, err := o.folder.WriteSlurmAfterwards(job, o.afterwards)
		if err != nil {
			return usageError{err}
		}
		scripts = append(scripts, afterwards)
	}
	if flags.dryRun {
		for _, script := range scripts {
			fmt.Fprintln(p.stdout, script)
		}
		return nil
	}
	number, err := sweep.Submit(ctx, script)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, number)
	p.log.Infof("job %s with %d tasks; `train sweep status %s` shows its progress", number, len(tasks), o.folder.Path)
	if len(o.afterwards) == 0 {
		return nil
	}
	last, err := sweep.Submit(ctx, scripts[1], "--dependency=afterok:"+number, "--kill-on-invalid-dep=yes")
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, last)
	p.log.Infof("job %s collects the results when all of them are done", last)
	return nil
}

// checkArray checks that Slurm accepts an array of so many runs in chunks, and reports whether Slurm could be asked.
func checkArray(ctx context.Context, runs, chunk int) (asked bool, err error) {
	size, err := sweep.ArraySize(ctx)
	if err != nil {
		return false, nil
	}
	if err := sweep.CheckArray(runs, chunk, size); err != nil {
		return true, usageError{err}
	}
	return true, nil
}

// unprivileged is the user of the Dockerfile's image.
const unprivileged = 65532

// writeKubernetes writes the Indexed Job. Pods run as the current user, except root.
func (p *program) writeKubernetes(o order, flags clusterFlags) error {
	pods := flags.pods
	pods.Chunk, pods.Indexes, pods.FailFast, pods.Arguments = flags.chunk, o.plan.Tasks(flags.chunk), o.failFast, o.arguments
	pods.AtOnce, pods.User = o.atOnce, os.Getuid()
	if pods.AtOnce == 0 {
		pods.AtOnce = min(pods.Indexes, runtime.NumCPU())
	}
	if pods.User < 1 {
		pods.User = unprivileged
	}
	path, err := o.folder.WriteKubernetes(pods)
	if err != nil {
		return usageError{err}
	}
	fmt.Fprintln(p.stdout, path)
	p.log.Infof("start it with `kubectl apply -f %s`; the claim %s must contain this folder", path, pods.Claim)
	if len(o.afterwards) > 0 {
		p.log.Infof("when the Job is complete, `train %s` collects the results", strings.Join(o.afterwards, " "))
	}
	return nil
}

// repeated returns the arguments that repeat a command with the same flags, except those in without.
func repeated(cmd *cobra.Command, without ...string) []string {
	arguments := []string{cmd.Name()}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if slices.Contains(without, flag.Name) {
			return
		}
		value := flag.Value.String()
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			value = strings.Join(list.GetSlice(), ",")
		}
		arguments = append(arguments, "--"+flag.Name+"="+value)
	})
	return arguments
}
