package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
)

func (p *program) exportCommand() *cobra.Command {
	var format, output string
	cmd := &cobra.Command{
		Use:   "export RUN --format npz|safetensors -o FILE",
		Short: "Write a run's weights and hidden states for other programs",
		Long: `Write a finished run for other programs.

npz (NumPy): hidden_before and hidden_after (T x S x N), labels, clusters (S), inputs (S x D), embedding (N x D),
             R (N x N), W (C x N), b1 (N), b2 (C) after training and R_initial, W_initial before.
safetensors: R, W, b1, b2 after training.`,
		Example: `  train export runs/sc --format npz -o sc.npz
  python3 -c "import numpy; print(numpy.load('sc.npz')['hidden_after'].shape)"`,
		Args: runFolders(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := needOutput(output, "network."+format); err != nil {
				return err
			}
			var content []byte
			var err error
			folder := train.Folder{Path: args[0]}
			switch format {
			case "npz":
				content, err = paper.ExportNumPy(folder)
			case "safetensors":
				content, err = paper.ExportWeights(folder)
			default:
				err = usageError{fmt.Errorf("--format is %q; allowed: npz, safetensors", format)}
			}
			if err != nil {
				return err
			}
			return train.WriteFile(output, func(w io.Writer) error {
				_, err := w.Write(content)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "npz", "npz or safetensors")
	cmd.Flags().StringVarP(&output, "output", "o", "", "file")
	return cmd
}
