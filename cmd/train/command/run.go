package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

func (p *program) runCommand() *cobra.Command {
	var flags configurationFlags
	var output, events string
	var resume bool
	cmd := &cobra.Command{
		Use:   "run [-c config.yaml] [--preset NAME] [--set key=value]... -o DIR [--resume]",
		Short: "Train one network into a folder",
		Long: `Train one network into a folder: run.json (configuration, build, machine), metrics.jsonl (one line an
epoch), weights.safetensors, and checkpoints to resume from. SIGINT, SIGTERM, SIGHUP and a closed output finish the
step, save and exit; a second signal exits at once.

One process at a time works in a folder. --resume continues from the newest sound checkpoint; a finished run continues
if it is given more epochs. Without -c and --preset it takes the configuration in the folder's run.json, and --set
overrides it; with either of them, give the run's whole configuration again. It may change ` + strings.Join(train.ResumableKeys, ", ") + ` and nothing else.
run.json keeps the records of earlier processes; a warning says if a run continues with another build or other kernels.`,
		Example: `  train run --preset fig3-sc -o runs/sc
  train run -c mine.yaml --set network.coupling=100 --set training.epochs=20 -o runs/g100
  train run -o runs/sc --resume
  train run --set training.epochs=160 -o runs/sc --resume
  train run --preset fig3-sc -o runs/watched --tensorboard runs/watched/events`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needOutput(output, "runs/first"); err != nil {
				return err
			}
			folder := run.Folder{Path: output}
			c, err := flags.readRun(p, cmd, folder, resume)
			if err != nil {
				return err
			}
			experiment, err := abandonable(cmd.Context(), func() (*train.Experiment, error) { return train.NewExperiment(cmd.Context(), c) })
			if errors.Is(err, train.ErrInterrupted) {
				return err
			}
			if err != nil {
				return usageError{err}
			}
			p.logOwnPoints(experiment)
			p.logConnections(experiment)
			if err := measure.Check(experiment); err != nil {
				return usageError{err}
			}
			if owner, held := folder.Owner(); held && resume {
				p.log.Infof("%s worked here last; watching for up to %v to see whether it still does", owner, max(owner.Patience, run.DefaultPatience))
			}
			progress := p.newProgress(1, c.Training.Epochs)
			recorder := progress.Network(c)
			if events != "" {
				board, err := run.NewEventRecorder(events, recorder)
				if err != nil {
					progress.stop()
					return err
				}
				defer func() {
					if err := board.Close(); err != nil {
						p.log.Warnf("the events for TensorBoard are incomplete: %v", err)
					}
				}()
				recorder = board
			}
			trainer, _, err := folder.Run(cmd.Context(), experiment, resume, recorder) // which receives the warnings
			if err != nil {
				progress.stop()
				if errors.Is(err, run.ErrFolderInUse) {
					return fmt.Errorf("%w, or continue it with --resume", err)
				}
				return err
			}
			defer trainer.Close()
			progress.Done(c)
			progress.stop()
			last := trainer.History[len(trainer.History)-1]
			p.log.Infof("trained %d epochs: %s %.4g, loss %.4g; `train analyze %s -o DIR` measures the representation",
				last.Epoch, scoreName(c), last.Accuracy, last.ValidationLoss, output)
			return nil
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "", "folder of the run")
	cmd.Flags().StringVar(&events, "tensorboard", "", "folder for a TensorBoard event file of loss, accuracy and learning rate")
	cmd.Flags().BoolVar(&resume, "resume", false, "continue from the newest sound checkpoint in the folder, with its configuration if neither -c nor --preset is given; may change "+strings.Join(train.ResumableKeys, ", "))
	return cmd
}
