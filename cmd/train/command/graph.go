package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/graph/machine"
	"github.com/unfurl-rnn/unfurl/train"
	"gorgonia.org/gorgonia"
)

func (p *program) graphCommand() *cobra.Command {
	var flags configurationFlags
	var options graph.PictureOptions
	var gradients, program bool
	var format, output string
	cmd := &cobra.Command{
		Use:   "graph [--preset NAME] [--gradients] [--collapsed] [--raw] [--format dot|svg] [-o FILE]",
		Short: "Draw the expression graph of a network",
		Long: `Draw the expression graph of a network, unrolled through time, from the parameters to the loss.

The picture shows the named nodes of the network: parameters, inputs, states, readout, loss and, with --gradients, their
gradients. Where there are many steps, equal ones in the middle are drawn as one, and so are many readouts. --raw shows every node as
Gorgonia holds it, with its sizes, repeats and reshapes.`,
		Example: `  train graph --collapsed --format svg -o graph.svg
  train graph --preset fig3-sc --gradients | dot -Tpdf > graph.pdf`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "dot" && format != "svg" {
				return usageError{&data.FieldError{Field: "--format", Value: format, OneOf: []string{"dot", "svg"}}}
			}
			c, err := flags.read(cmd.Context(), p)
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
			u, err := experiment.TrainingUnroll()
			if err != nil {
				return err
			}
			u.Gradients = gradients || program
			rnn, err := graph.Build(experiment.Initial, u)
			if err != nil {
				return err
			}
			var text bytes.Buffer
			options.ForwardOnly = !gradients
			if experiment.Embedding != nil {
				_, options.Inputs = experiment.Embedding.Matrix.Dims()
			}
			switch {
			case program:
				err = writeProgram(&text, rnn)
			case format == "svg":
				err = rnn.WriteSVG(&text, options)
			default:
				err = rnn.WriteDot(&text, options)
			}
			if err != nil {
				return err
			}
			if output == "" {
				_, err := text.WriteTo(p.stdout)
				return err
			}
			return files.WriteFile(output, func(w io.Writer) error {
				_, err := text.WriteTo(w)
				return err
			})
		},
	}
	flags.register(cmd)
	f := cmd.Flags()
	f.BoolVar(&gradients, "gradients", false, "draw the gradients too")
	f.BoolVar(&options.Collapsed, "collapsed", false, "draw all steps t >= 1 as one, and all readouts")
	f.BoolVar(&options.Raw, "raw", false, "draw every node, also those that Gorgonia adds")
	f.BoolVar(&program, "program", false, "print the compiled program of the training step after every pass, instead of a picture")
	f.StringVar(&format, "format", "dot", "dot for Graphviz, or svg")
	f.StringVarP(&output, "output", "o", "", "file; standard output if empty")
	return cmd
}

// writeProgram compiles the training step and writes its program after every pass.
func writeProgram(w io.Writer, rnn *graph.RNN) error {
	m, err := machine.New(rnn.Graph, machine.WithOutputs(append(gorgonia.Nodes{rnn.Loss}, rnn.Gradients...)...), machine.WithTrace())
	if err != nil {
		return err
	}
	defer m.Close()
	for _, stage := range m.Trace() {
		if _, err := fmt.Fprintf(w, "== %s ==\n%v\n", stage.Pass, stage.Program); err != nil {
			return err
		}
	}
	return nil
}
