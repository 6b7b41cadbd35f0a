package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/goccy/go-graphviz"
	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/graph/machine"
	"github.com/unfurl-rnn/unfurl/train"
	"gorgonia.org/gorgonia"
)

func (p *program) graphCommand() *cobra.Command {
	var flags configurationFlags
	var options graph.DotOptions
	var gradients, program bool
	var format, output string
	cmd := &cobra.Command{
		Use:   "graph [--preset NAME] [--gradients] [--collapsed] [--format dot|svg] [-o FILE]",
		Short: "Draw the expression graph of a network",
		Example: `  train graph --collapsed --format svg -o graph.svg
  train graph --preset fig3-sc --gradients | dot -Tpdf > graph.pdf`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "dot" && format != "svg" {
				return usageError{fmt.Errorf("--format is %q; allowed: dot, svg", format)}
			}
			c, err := flags.read(p)
			if err != nil {
				return err
			}
			experiment, err := train.NewExperiment(c)
			if err != nil {
				return usageError{err}
			}
			rnn, err := graph.Build(c.Network.Activation, experiment.Initial, graph.Unroll{
				Batch: c.Training.Batch, Steps: c.Training.EvaluationStep, Loss: c.Training.Loss, Gradients: gradients || program,
			})
			if err != nil {
				return err
			}
			var text bytes.Buffer
			options.ForwardOnly = !gradients
			switch {
			case program:
				err = writeProgram(&text, rnn)
			case format == "svg":
				err = writeSVG(cmd.Context(), &text, rnn, options)
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
			return train.WriteFile(output, func(w io.Writer) error {
				_, err := text.WriteTo(w)
				return err
			})
		},
	}
	flags.register(cmd)
	f := cmd.Flags()
	f.BoolVar(&gradients, "gradients", false, "draw the gradients too")
	f.BoolVar(&options.Collapsed, "collapsed", false, "draw all steps t >= 1 as one")
	f.BoolVar(&program, "program", false, "print the compiled program of the training step after every pass instead")
	f.StringVar(&format, "format", "dot", "dot, or svg drawn by Graphviz (built in)")
	f.StringVarP(&output, "output", "o", "", "file; standard output if empty")
	return cmd
}

// writeSVG lays the graph out with the Graphviz that is compiled into the binary.
func writeSVG(ctx context.Context, w io.Writer, rnn *graph.RNN, options graph.DotOptions) error {
	var text bytes.Buffer
	if err := rnn.WriteDot(&text, options); err != nil {
		return err
	}
	viz, err := graphviz.New(ctx)
	if err != nil {
		return fmt.Errorf("graphviz: %w", err)
	}
	defer viz.Close()
	parsed, err := graphviz.ParseBytes(text.Bytes())
	if err != nil {
		return fmt.Errorf("graphviz: %w", err)
	}
	defer parsed.Close()
	if err := viz.Render(ctx, parsed, graphviz.SVG, w); err != nil {
		return fmt.Errorf("graphviz: %w", err)
	}
	return nil
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
