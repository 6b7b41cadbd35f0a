package command

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

func (p *program) importCommand() *cobra.Command {
	var flags configurationFlags
	var output, initial string
	cmd := &cobra.Command{
		Use:   "import WEIGHTS [-c config.yaml] [--preset NAME] [--set key=value]... [--initial WEIGHTS] -o RUN",
		Short: "Make a run from a network that was trained elsewhere",
		Long: `Make a run folder from a network that was trained elsewhere, for train analyze and train export.

WEIGHTS is a safetensors or npz file of any name with R (N x N), W (C x N), b1 (N), b2 (C) and, if known, embedding (N x D); or
with the names of a torch.nn.RNN, GRU or LSTM and a torch.nn.Linear, such as rnn.weight_hh_l0 and fc.weight; or with the
names that ` + "`train export`" + ` gives a network of another cell. R[i, j] is the weight from unit j to unit i; missing biases
are zero; in a task of points, the network sees its input at t = 0 only. The configuration says on what it is measured
(task, measures) and when its readout is read (training.evaluation_step). Cell, units, precision, classes and, with an
embedding, the dimension of the inputs come from the file, and the activation where the file names it: in the metadata
activation or nonlinearity of safetensors, or a text array activation of npz. Where it does not, the activation is
network.activation, tanh unless you set it. Without an embedding in the file, the embedding that the configuration
draws is used. Your own points (task.points) are standardised by the arrays mean and scale (D) of the file, as
(x - mean) / scale, and are not scaled if it has none.`,
		Example: `  train import model.safetensors --set network.activation=relu -o runs/mine
  train import after.npz --initial before.npz --set task.points=mine.csv -o runs/mine
  train analyze runs/mine -o out`,
		Args: runFolders(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needOutput(output, "runs/imported"); err != nil {
				return err
			}
			network, err := readNetwork(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			c, err := flags.read(cmd.Context(), p, network.Settings()...)
			if err != nil {
				return err
			}
			switch scaled := network.Scaling != nil; {
			case c.Task.Points == "":
			case scaled && c.Task.Standardise:
				p.log.Infof("the points of %s are standardised by the mean and scale in %s", c.Task.Points, args[0])
			case scaled:
				p.log.Warnf("task.standardise is off: the points of %s are not scaled, though %s holds the mean and scale of the network's training", c.Task.Points, args[0])
			case !c.Task.Standardise:
				p.log.Infof("the points of %s are not scaled; if the network was trained on standardised inputs, give points standardised in the same way", c.Task.Points)
			default:
				p.log.Warnf("task.standardise is on: inputs are scaled by the mean and variance of %s, which may differ from those of the network's training", c.Task.Points)
			}
			var before *train.ImportedNetwork
			if initial != "" {
				if before, err = readNetwork(cmd.Context(), initial); err != nil {
					return err
				}
			}
			folder := run.Folder{Path: output}
			c, metrics, err := folder.Import(cmd.Context(), c, network, before)
			if err != nil {
				return err
			}
			if network.Inputs() == 0 {
				p.log.Warnf("%s holds no embedding; inputs enter through the embedding that the configuration draws (seed %d)", args[0], c.Seed)
			}
			if network.AssumesActivation() {
				p.log.Warnf("%s does not say which activation the network has; it is taken as %s (network.activation)", args[0], c.Network.Activation)
			}
			experiment, err := folder.Experiment(cmd.Context())
			if err != nil {
				return err
			}
			p.logOwnPoints(experiment)
			var split *measure.SplitError
			if err := measure.Check(experiment); errors.As(err, &split) {
				p.log.Warnf("train analyze will refuse this run: %v", err)
			} else if err != nil {
				return err
			}
			outputs, score := "classes", "accuracy"
			if plan := experiment.Plan(); experiment.Task != nil {
				score = plan.Score
				if !plan.Classes {
					outputs = "outputs"
				}
			}
			p.log.Infof("imported %d units and %d %s: %s %.4g, loss %.4g; `train analyze %s -o DIR` measures the representation",
				network.Parameters.Units(), network.Parameters.Outputs(), outputs, score, metrics.Accuracy, metrics.ValidationLoss, output)
			return nil
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&initial, "initial", "", "the network before training, in a file like WEIGHTS; without it only the trained network is measured")
	cmd.Flags().StringVarP(&output, "output", "o", "", "folder of the run")
	return cmd
}

// readNetwork reads a file of weights, or gives up when the context ends.
func readNetwork(ctx context.Context, path string) (*train.ImportedNetwork, error) {
	network, err := abandonable(ctx, func() (*train.ImportedNetwork, error) { return train.ReadNetwork(path) })
	if err != nil && !errors.Is(err, train.ErrInterrupted) {
		return nil, usageError{err}
	}
	return network, err
}
