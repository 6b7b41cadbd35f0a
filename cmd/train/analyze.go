package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
)

func (p *program) analyzeCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "analyze RUN... -o DIR",
		Short: "Measure the representations of finished runs",
		Long: `Measure the representations of finished runs, before and after training: curves.csv, bands.csv (over runs
that differ only in seed or realisation), charts of effective dimensionality, held-out accuracy and accuracy over
epochs, and report.html.`,
		Example: "  train analyze runs/eoc runs/sc -o out",
		Args:    runFolders(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needOutput(output, "analysis"); err != nil {
				return err
			}
			if err := train.MakeFolder(output); err != nil {
				return err
			}
			record := train.NewProvenance(map[string]any{"runs": args})
			err := p.analyze(cmd.Context(), args, output, record)
			record.End(err)
			return errors.Join(err, record.Write(filepath.Join(output, "run.json")))
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "folder for tables, charts and report")
	return cmd
}

func (p *program) analyze(ctx context.Context, runs []string, output string, record *train.Provenance) error {
	result := &paper.Result{}
	for _, run := range runs {
		p.log.Infof("measuring %s", run)
		m, err := abandonable(ctx, func() (*paper.Measurements, error) { return paper.MeasureFolder(ctx, train.Folder{Path: run}) })
		if err != nil {
			return err
		}
		result.Networks = append(result.Networks, m)
	}
	written, err := result.WriteAnalysis(ctx, output, record)
	if err != nil {
		return err
	}
	for _, warning := range result.Warnings() {
		p.log.Warn(warning)
	}
	for _, path := range written {
		fmt.Fprintln(p.stdout, path)
	}
	return nil
}
