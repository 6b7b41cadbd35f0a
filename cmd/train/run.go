package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
)

func (p *program) runCommand() *cobra.Command {
	var flags configurationFlags
	var output, events string
	var resume bool
	cmd := &cobra.Command{
		Use:   "run [-c config.yaml] [--preset NAME] [--set key=value]... -o DIR [--resume]",
		Short: "Train one network into a folder",
		Long: `Train one network into a folder: run.json (configuration, build, machine), metrics.jsonl (one line an
epoch), weights.safetensors, and checkpoints to resume from. SIGINT and SIGTERM finish the step, save and exit.`,
		Example: `  train run --preset fig3-sc -o runs/sc
  train run -c mine.yaml --set network.coupling=100 --set training.epochs=20 -o runs/g100
  train run --preset fig3-sc -o runs/sc --resume
  train run --preset fig3-sc -o runs/watched --tensorboard runs/watched/events`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needOutput(output, "runs/first"); err != nil {
				return err
			}
			c, err := flags.read(p)
			if err != nil {
				return err
			}
			experiment, err := train.NewExperiment(cmd.Context(), c)
			if err != nil {
				return usageError{err}
			}
			p.logOwnPoints(experiment)
			if err := paper.CheckSplits(experiment); err != nil {
				return usageError{err}
			}
			progress := p.newProgress(1, c.Training.Epochs)
			recorder := progress.Network(c)
			if events != "" {
				board, err := train.NewEventRecorder(events, recorder)
				if err != nil {
					progress.stop()
					return err
				}
				defer func() {
					if err := board.Close(); err != nil {
						p.log.Warnf("the events for TensorBoard are not complete: %v", err)
					}
				}()
				recorder = board
			}
			trainer, warnings, err := train.Folder{Path: output}.Run(cmd.Context(), experiment, resume, recorder)
			for _, warning := range warnings {
				p.log.Warn(warning)
			}
			if err != nil {
				progress.stop()
				if errors.Is(err, train.ErrFolderInUse) {
					return fmt.Errorf("%w, or continue it with --resume", err)
				}
				return err
			}
			defer trainer.Close()
			progress.Done(c)
			progress.stop()
			last := trainer.History[len(trainer.History)-1]
			p.log.Infof("trained %d epochs: accuracy %.4g, loss %.4g; `train analyze %s -o DIR` measures the representation",
				last.Epoch, last.Accuracy, last.ValidationLoss, output)
			return nil
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "", "folder of the run")
	cmd.Flags().StringVar(&events, "tensorboard", "", "folder for a TensorBoard event file of loss, accuracy and learning rate")
	cmd.Flags().BoolVar(&resume, "resume", false, "go on from the newest sound checkpoint in the folder")
	return cmd
}
