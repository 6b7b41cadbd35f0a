package command

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// benchShape is the size of a training step.
type benchShape struct {
	Units   int             `json:"n"`
	Batch   int             `json:"batch"`
	Steps   int             `json:"t_eval"`
	Dtype   graph.Precision `json:"dtype"`
	Threads int             `json:"threads"`
	Cell    string          `json:"cell"`
}

// benchEntry is one line of `train bench --json`.
type benchEntry struct {
	Engine string `json:"engine"`
	benchShape
	Milliseconds float64 `json:"ms"`     // median over rounds of the time of one step
	Allocations  float64 `json:"allocs"` // Go allocations of one step; -1 outside Go
	rounds       []float64
	memory       int64 // bytes of the memory plan of the compiled graph; 0 if not known
}

func (p *program) benchCommand() *cobra.Command {
	var units, batches, steps, threads []int
	var dtypes, only, cells []string
	var peers, asJSON bool
	rounds := 7
	cmd := &cobra.Command{
		Use:   "bench [--peers] [--json]",
		Short: "Time a training step on this machine, side by side with other engines",
		Long: `Time one training step of the network (states, loss, gradients, update) on this machine:

  machine   our compiled graph and fused RMSProp
  tape      Gorgonia's TapeMachine with its stock RMSProp
  lisp      Gorgonia's LispMachine with its stock RMSProp
  products  only the step's matrix products, by our kernels

and with --peers, where Python 3 has them installed: openblas (the same products in NumPy), pytorch (eager, torch.optim.RMSprop),
jax (jit). The products and the peers are those of the paper's network: with another --cell, which takes an input at every step, only
the engines that run graphs are timed. Engines take turns in rounds, and the median over rounds is printed. Lists of sizes
give a table of all combinations.`,
		Example: `  train bench
  train bench --peers --json
  train bench --cell gru,lstm --n 128 --batch 32 --steps 20
  train bench --n 100,200,500 --batch 1,10,100 --steps 10,50 --engines machine,pytorch --peers`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkSizes(map[string][]int{"--n": units, "--batch": batches, "--steps": steps, "--threads": threads, "--rounds": {rounds}}, dtypes, cells); err != nil {
				return usageError{err}
			}
			var entries []benchEntry
			for _, shape := range shapes(units, batches, steps, threads, dtypes, cells) {
				measured, err := abandonable(cmd.Context(), func() ([]benchEntry, error) {
					return p.measureShape(cmd.Context(), shape, rounds, peers, only)
				})
				if err != nil {
					return err
				}
				if asJSON {
					for _, entry := range measured {
						text, err := json.Marshal(entry)
						if err != nil {
							return err
						}
						fmt.Fprintln(p.stdout, string(text))
					}
				}
				entries = append(entries, measured...)
			}
			if asJSON {
				return nil
			}
			return p.benchTable(entries)
		},
	}
	f := cmd.Flags()
	f.IntSliceVar(&units, "n", []int{200}, "units")
	f.IntSliceVar(&batches, "batch", []int{10}, "batch sizes")
	f.IntSliceVar(&steps, "steps", []int{10}, "evaluation steps")
	f.IntSliceVar(&threads, "threads", []int{1}, "threads (of engines that can use several)")
	f.StringSliceVar(&dtypes, "dtype", []string{"float32"}, "float32, float64 or both")
	f.StringSliceVar(&cells, "cell", []string{graph.Vanilla}, "cells: "+strings.Join(graph.CellNames(), ", "))
	f.StringSliceVar(&only, "engines", nil, "only these engines")
	f.IntVar(&rounds, "rounds", rounds, "rounds over all engines")
	f.BoolVar(&peers, "peers", false, "also NumPy, PyTorch and JAX, where python3 has them")
	f.BoolVar(&asJSON, "json", false, "one JSON line for each entry instead of the table")
	return cmd
}

func checkSizes(sizes map[string][]int, dtypes, cells []string) error {
	for flag, values := range sizes {
		for _, v := range values {
			if v < 1 {
				return &data.FieldError{Field: flag, Value: v, Allowed: "1 or more"}
			}
		}
	}
	for _, v := range cells {
		if _, err := graph.CellNamed(v); err != nil {
			return &data.FieldError{Field: "--cell", Value: v, OneOf: graph.CellNames()}
		}
	}
	for _, v := range dtypes {
		if v != string(graph.Float32) && v != string(graph.Float64) {
			return &data.FieldError{Field: "--dtype", Value: v, OneOf: []string{string(graph.Float32), string(graph.Float64)}}
		}
	}
	return nil
}

// shapes returns all combinations.
func shapes(units, batches, steps, threads []int, dtypes, cells []string) []benchShape {
	var all []benchShape
	for _, dtype := range dtypes {
		for _, n := range units {
			for _, batch := range batches {
				for _, t := range steps {
					for _, count := range threads {
						for _, cell := range cells {
							all = append(all, benchShape{n, batch, t, graph.Precision(dtype), count, cell})
						}
					}
				}
			}
		}
	}
	return all
}

// benchTable prints all entries with their ratio to our machine in the same shape.
func (p *program) benchTable(entries []benchEntry) error {
	facts, build := run.ReadMachine(), run.ReadBuild()
	fmt.Fprintf(p.stdout, "%s, %d cores, kernels %s; %s; median (lowest to highest round)\n", facts.CPU, facts.Cores, facts.Kernels, build.Go)
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, strings.Join([]string{"engine", "cell", "n", "batch", "t_eval", "dtype", "threads", "ms", "lowest", "highest", "/ machine", "GFLOP/s", "allocs", "MB", ""}, "\t"))
	ours := map[benchShape]float64{}
	for _, e := range entries {
		if e.Engine == "machine" {
			ours[e.benchShape] = e.Milliseconds
		}
	}
	for _, e := range entries {
		ratio, rate, allocations, memory := "", "-", "-", "-"
		if e.memory > 0 {
			memory = fmt.Sprintf("%.2f", float64(e.memory)/1e6)
		}
		if machine := ours[e.benchShape]; machine > 0 {
			ratio = fmt.Sprintf("%.2f", e.Milliseconds/machine)
		}
		if flops := e.flops(); flops > 0 {
			rate = fmt.Sprintf("%.1f", flops/e.Milliseconds/1e6)
		}
		if e.Allocations >= 0 {
			allocations = fmt.Sprintf("%.0f", e.Allocations)
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%s\t%d\t%.4g\t%.4g\t%.4g\t%s\t%s\t%s\t%s\t\n", e.Engine, e.Cell, e.Units, e.Batch, e.Steps, e.Dtype, e.Threads,
			e.Milliseconds, slices.Min(e.rounds), slices.Max(e.rounds), ratio, rate, allocations, memory)
	}
	return table.Flush()
}

// flops counts the additions and multiplications of the step's products with the recurrent weights N x N that the cell declares:
// forward, backward and for the gradient. It is 0 for a cell without such weights.
func (s benchShape) flops() float64 {
	c := graph.DefaultConfig()
	c.Units, c.Cell = s.Units, s.Cell
	declared, _ := graph.Declare(c, graph.Shape{Inputs: benchInputs, Outputs: 2}) // the network was built with them
	matrices := 0.0
	for _, d := range declared {
		if d.Role == graph.RecurrentRole {
			matrices++
		}
	}
	n, b, t := float64(s.Units), float64(s.Batch), float64(s.Steps)
	return 3 * t * 2 * b * n * n * matrices
}
