package command

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// networkFlags say how the networks of `train paper` and `train claims` are made: as the runs of a sweep in
// DIR/networks/COMMAND-BUILD, here or on a cluster. The two commands use separate folders, so that neither discards the
// networks of the other.
type networkFlags struct {
	command string // paper or claims
	output  string
	resume  bool
	workers int
	cluster clusterFlags
}

// register adds the flags. resume is the default of --resume, help its description.
func (n *networkFlags) register(cmd *cobra.Command, resume bool, help string) {
	n.command = cmd.Name()
	f := cmd.Flags()
	f.IntVar(&n.workers, "workers", runtime.GOMAXPROCS(0), "networks trained side by side, by a cluster too; changes no number")
	f.StringVarP(&n.output, "output", "o", "out", "folder for results; the networks are kept in it under networks/"+n.command+"-BUILD")
	f.BoolVar(&n.resume, "resume", resume, help)
	n.cluster.register(f, "DIR/networks/"+n.command+"-BUILD", "unfurl-"+n.command)
}

func (n *networkFlags) check() error {
	return errors.Join(checkFlag(n.workers < 1, "--workers", n.workers, "1 or more"), n.cluster.check())
}

// checkJob checks the plan and the options of a cluster, before a folder is made.
func (n *networkFlags) checkJob(plan *sweep.Plan) error {
	for _, run := range plan.Runs {
		if err := run.Config.Validate(); err != nil {
			return usageError{err}
		}
	}
	cluster := n.cluster
	cluster.pods.ClaimPath = path.Join(cluster.pods.ClaimPath, n.place())
	return cluster.checkJob(n.folder(), len(plan.Runs))
}

// place returns the path within DIR of the networks of this command and build.
func (n *networkFlags) place() string { return path.Join("networks", n.command+"-"+run.BuildName()) }

func (n *networkFlags) folder() sweep.Folder {
	return sweep.Folder{Path: filepath.Join(n.output, filepath.FromSlash(n.place()))}
}

// makeNetworks makes the unfinished networks of a plan. It returns true if they were submitted to a cluster and are
// not there yet.
func (p *program) makeNetworks(ctx context.Context, cmd *cobra.Command, plan *sweep.Plan, n networkFlags, execute execution) (handed bool, err error) {
	folder := n.folder()
	whole, err := folder.Stock(plan, n.resume)
	var busy *sweep.BusyError
	if errors.As(err, &busy) {
		return false, usageError{err}
	}
	if err != nil {
		return false, err
	}
	if n.cluster.asked() {
		return p.handOverNetworks(ctx, cmd, whole, plan, n)
	}
	o := sweep.DefaultOptions()
	o.Workers, o.RetryFailed, o.FailFast = n.workers, true, true
	return false, p.work(ctx, folder, plan, plan.Runs, o, execute)
}

// handOverNetworks submits the networks to a cluster, which runs this command again afterwards if it can.
func (p *program) handOverNetworks(ctx context.Context, cmd *cobra.Command, whole, plan *sweep.Plan, n networkFlags) (handed bool, err error) {
	output, err := filepath.Abs(n.output)
	if err != nil {
		return false, err
	}
	afterwards := repeated(cmd, append(n.cluster.names(), "output", "resume", "workers")...)
	atOnce := 0
	if cmd.Flags().Changed("workers") {
		atOnce = n.workers
	}
	n.cluster.pods.ClaimPath = path.Join(n.cluster.pods.ClaimPath, n.place())
	return p.handOver(ctx, order{
		folder: n.folder(), plan: whole, runs: plan.Runs, retry: true, atOnce: atOnce,
		arguments: []string{"--retry", string(sweep.Failed)}, afterwards: append(afterwards, "--resume", fmt.Sprintf("--output=%s", output)),
	}, n.cluster)
}

// recorded keeps run.json up to date around work. It is written before the work, so that a killed run can be
// recognised. The results of a cluster are recorded by the call that collects them.
func (p *program) recorded(output string, record *run.Provenance, work func() (handed bool, err error)) error {
	path := filepath.Join(output, "run.json")
	if err := record.Write(path); err != nil {
		return err
	}
	handed, err := work()
	if handed && err == nil {
		record.State = "submitted"
		return record.Write(path)
	}
	record.End(err)
	return errors.Join(err, record.Write(path))
}
