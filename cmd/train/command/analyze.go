package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

func (p *program) analyzeCommand() *cobra.Command {
	var output, input string
	var groupBy []string
	cmd := &cobra.Command{
		Use:   "analyze RUN|SWEEP... -o DIR [--group-by KEY]...",
		Short: "Measure the representations of finished runs",
		Long: `Measure the representations of finished runs, before and after training: curves.csv, bands.csv (over runs
that differ only in seed or realisation), charts of effective dimensionality, held-out accuracy and accuracy over
epochs, and report.html. The folder of a sweep stands for its finished runs. Runs that differ in anything else than seed
and realisation form separate groups; the tables end with the columns run and the keys that differ. A run that
cannot be measured, or a folder that holds none, is named and left out, and the exit status is then 1.`,
		Example: `  train analyze runs/eoc runs/sc -o out
  train analyze sweeps/rates -o out
  train analyze sweeps/rates --group-by network.cell -o out`,
		Args: runFolders(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needOutput(output, "analysis"); err != nil {
				return err
			}
			for _, key := range groupBy {
				if err := train.DefaultConfig().CheckKey(key); err != nil {
					return usageError{err}
				}
			}
			if _, err := data.List(input).Floats(); err != nil {
				return usageError{&data.FieldError{Field: "--input", Value: input, Allowed: "numbers separated by commas, like 1,0,0"}}
			}
			selection, err := measure.Select(args)
			var none *measure.NoneFinishedError
			if errors.As(err, &none) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			undo, err := files.MakeFolderUndo(output)
			if err != nil {
				return err
			}
			settings := map[string]any{"runs": args}
			if len(groupBy) > 0 {
				settings["group_by"] = groupBy
			}
			var under *data.List
			if cmd.Flags().Changed("input") {
				under = (*data.List)(&input)
				settings["measures.input"] = input
			}
			record := run.NewProvenance(settings)
			err = p.analyze(cmd.Context(), selection, groupBy, under, output, record)
			if err != nil && isUsage(err) { // refused: nothing was written
				undo()
				return err
			}
			record.End(err)
			return errors.Join(err, record.Write(filepath.Join(output, "run.json")))
		},
	}
	cmd.Flags().StringVar(&input, "input", "", "constant input under which fixed points and dynamics are measured, as 1,0,0; default measures.input of each run")
	cmd.Flags().StringArrayVar(&groupBy, "group-by", nil, "pool runs with equal values of this configuration key, whatever else differs (the report names it); repeat for several keys")
	cmd.Flags().StringVarP(&output, "output", "o", "", "folder for tables, charts and report")
	return cmd
}

// analyze measures runs and writes the results. A run that cannot be measured does not stop the others.
func (p *program) analyze(ctx context.Context, selection *measure.Selection, groupBy []string, under *data.List, output string, record *run.Provenance) error {
	result := &measure.Table{Notes: selection.Notes, GroupBy: groupBy}
	leftOut := &measure.LeftOutError{Runs: selection.LeftOut, Asked: len(selection.Runs) + len(selection.LeftOut)}
	for _, left := range selection.LeftOut { // before the others, which take minutes
		p.log.Warnf("left out: %s", left.Text())
	}
	for i, run := range selection.Runs {
		p.log.Infof("measuring %s", run.Path)
		shown := p.startMeasuring(fmt.Sprintf("run %d of %d", i+1, len(selection.Runs)))
		m, err := abandonable(ctx, func() (*measure.Measurements, error) { return measure.RunUnder(ctx, run, under, shown.show) })
		shown.stop()
		if err != nil && (ctx.Err() != nil || leftOut.Asked == 1) {
			return err
		}
		if err != nil {
			leftOut.Runs = append(leftOut.Runs, measure.LeftOut{Run: run.Path, Err: err})
			continue
		}
		result.Add(m)
	}
	if len(result.Networks) == 0 && len(selection.LeftOut) > 0 {
		return usageError{leftOut} // a folder was given that holds no run
	}
	if len(result.Networks) == 0 {
		return leftOut
	}
	for _, left := range leftOut.Runs {
		result.Notes = append(result.Notes, "left out, since it could not be measured: "+left.Text())
	}
	written, err := report.Write(ctx, result, output, record)
	if err != nil {
		return err
	}
	for _, warning := range report.Warnings(result) {
		p.log.Warn(warning)
	}
	for _, path := range written {
		fmt.Fprintln(p.stdout, path)
	}
	if len(leftOut.Runs) > 0 {
		return leftOut
	}
	return nil
}
