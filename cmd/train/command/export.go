package command

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/export"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// exportFormats are the formats of `train export`, in the order of its help.
var exportFormats = []struct {
	name    string
	content func(context.Context, run.Folder) ([]byte, error)
}{
	{"npz", export.NumPy}, {"parquet", export.Parquet}, {"curves-npz", export.CurvesNumPy}, {"curves-parquet", export.Curves},
	{"safetensors", export.Weights}, {"torch", export.Torch},
	{"onnx", func(ctx context.Context, folder run.Folder) ([]byte, error) {
		return export.ONNX(ctx, folder, nil)
	}},
}

func (p *program) exportCommand() *cobra.Command {
	var names []string
	for _, format := range exportFormats {
		names = append(names, format.name)
	}
	var format, output string
	var steps int
	cmd := &cobra.Command{
		Use:   "export RUN --format " + strings.Join(names, "|") + " -o FILE",
		Short: "Write a run's weights, hidden states and curves for other programs",
		Long: `Write a finished run for other programs.

npz (NumPy):     hidden_before and hidden_after (T x S x N), labels, clusters (S), inputs (S x D), embedding (N x D),
                 R (N x N), W (C x N), b1 (N), b2 (C) after training and R_initial, W_initial, b1_initial, b2_initial
                 before, and activation. Other cells have weights of other names: Win, alpha; M and L (N x rank) beside the
                 R = M L'/N that they make (L' transposed); R_r, Win_r, b_r and so on for each gate. Under Dale's law and masks,
                 weights are the effective ones. An LSTM also has carried_before and carried_after (T x S x 2N), h and c beside
                 each other: c is carried_after[:, :, N:].
                 For your own points and sequences also rows (S), the rows of the file from 0 without the header (in
                 pandas frame.iloc[rows]), class_names (C), cluster_names (K), and mean, scale (D) where points are
                 standardised. For a task through time inputs are times x S x D at input_times, outputs times x S x C at
                 output_times, and there are, where the task has them, targets (times x S x C) and mask (times x S) at
                 output_times, lengths (S), conditions (S, the clusters), label_NAME (S) for each variable of a sample
                 with the names of its values in names_NAME, input_names (D) and output_names (C). Without targets the
                 labels are asked.
parquet:         hidden states, one row for each stage, t and sample: sample, cluster, class, stage, t, h0, h1, ...;
                 before h0, for your own points and sequences, row, and for a task through time length (where lengths
                 differ) and label_NAME; class_names and cluster_names in the metadata.
curves-npz:      the measures of curves.csv: ed_before, ed_after (T) and so on; accuracy, loss (epochs); ed_snapshots (K x T)
                 and so on after the K epochs of snapshot_epochs.
curves-parquet:  the measures of ` + "`train analyze`" + ` with the columns of its curves.csv.
safetensors:     R, W, b1, b2 after training, or the parameters of the cell, of low_rank M and L with R = M L'/N, of
                 feed_forward R_1, b_1 and so on for each layer, and b_0; mean, scale (D)
                 where your own points are standardised; metadata cell, activation and leak, as far as the cell has them.
torch:           safetensors for a PyTorch module with self.rnn = RNN(D, N) and self.readout = Linear(N, C):
                 rnn.weight_ih_l0 (embedding), rnn.weight_hh_l0 (R), rnn.bias_ih_l0 (b1), rnn.bias_hh_l0 (0),
                 readout.weight (W), readout.bias (b2), nothing transposed. Its input is a point, then zeros, or the
                 inputs of a task through time. Cells gru and lstm: self.rnn = GRU(D, N) or LSTM(D, N), as metadata module says.
                 Where your own points are standardised also mean and scale (D): register them as buffers of the
                 module, or remove them before load_state_dict.
onnx:            the trained network (operator set 17): points (batch x D), steps to logits (batch x C),
                 states (steps+1 x batch x N). --steps T fixes the steps, and points is the only input. GRU, LSTM and
                 vanilla networks on tasks through time: inputs (time x batch x D) to outputs (time x batch x C),
                 states (time x batch x N), in float32.

Points: the networks of npz, safetensors and torch take standardised points, (x - mean) / scale, where the run standardises
yours (task.standardise); inputs in npz are such points. The ONNX model does that itself and takes points as they are in
your file, in float64. ` + "`train import`" + ` reads mean and scale and standardises your points by them. The metadata
class_names of safetensors, torch and ONNX files is a JSON list of your classes in the order of the outputs.`,
		Example: `  train export runs/sc --format npz -o sc.npz
  python3 -c "import numpy; print(numpy.load('sc.npz')['hidden_after'].shape)"
  train export runs/sc --format torch -o sc.safetensors`,
		Args: runFolders(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needOutput(output, "network."+format); err != nil {
				return err
			}
			fixed := cmd.Flags().Changed("steps")
			if err := errors.Join(checkFlag(fixed && format != "onnx", "--steps", steps, "left out unless --format is onnx"),
				checkFlag(steps < 0, "--steps", steps, "0 or more")); err != nil {
				return usageError{err}
			}
			for _, known := range exportFormats {
				if known.name != format {
					continue
				}
				content := known.content
				if fixed {
					content = func(ctx context.Context, folder run.Folder) ([]byte, error) {
						return export.ONNX(ctx, folder, &steps)
					}
				}
				file, err := abandonable(cmd.Context(), func() ([]byte, error) { return content(cmd.Context(), run.Folder{Path: args[0]}) })
				var unfit *export.FormatError
				if errors.As(err, &unfit) {
					return usageError{err}
				}
				if err != nil {
					return err
				}
				return files.WriteFile(output, func(w io.Writer) error {
					_, err := w.Write(file)
					return err
				})
			}
			return usageError{&data.FieldError{Field: "--format", Value: format, OneOf: names}}
		},
	}
	cmd.Flags().StringVar(&format, "format", "npz", strings.Join(names, ", "))
	cmd.Flags().IntVar(&steps, "steps", 0, "onnx: fix the last time in the model, instead of taking it as the input steps")
	cmd.Flags().StringVarP(&output, "output", "o", "", "file")
	return cmd
}
