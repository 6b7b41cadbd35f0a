package sweep

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
)

// Collect writes one tidy table of all finished runs, in the order of the plan: run, the swept keys, measure,
// stage, step, value. The extension of the path selects the format, .csv or .parquet. It returns the numbers of
// finished runs and of those among them that are [RunState.Unlisted]. The bytes depend only on the plan and the
// results, not on who made them or when. No table is written if rows of a finished run would be missing.
//
// Errors: another extension; [DamagedError]; [LostPlanError]; [train.ErrInterrupted] when the context ends;
// [files.OutputError].
func (f Folder) Collect(ctx context.Context, path string) (done, unlisted int, err error) {
	var table func(io.Writer, *Plan, func(func(Run, Value) error) error) error
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv":
		table = writeCSV
	case ".parquet":
		table = writeParquet
	default:
		return 0, 0, &FormatError{Path: path}
	}
	plan, err := f.Plan()
	if err != nil {
		return 0, 0, err
	}
	damaged := &DamagedError{Folder: f.Path}
	err = files.WriteFile(path, func(w io.Writer) error {
		return table(w, plan, func(row func(Run, Value) error) error {
			for _, run := range plan.Runs {
				if ctx.Err() != nil {
					return train.ErrInterrupted
				}
				values, unchecked, err := f.values(run.ID)
				switch {
				case errors.Is(err, errNotDone):
					continue
				case isDamage(err):
					damaged.IDs = append(damaged.IDs, run.ID)
					damaged.Reasons = append(damaged.Reasons, errors.Unwrap(err).Error())
				case err != nil:
					return err
				}
				done++
				if unchecked {
					unlisted++
				}
				for _, value := range values {
					if err := row(run, value); err != nil {
						return err
					}
				}
			}
			if damaged.Done = done; len(damaged.IDs) > 0 {
				return damaged
			}
			return nil
		})
	})
	return done, unlisted, err
}

// FormatError says that a table's name has an unknown extension.
type FormatError struct{ Path string }

func (e *FormatError) Error() string {
	return fmt.Sprintf("sweep: %s ends in neither .csv nor .parquet; the extension selects the format of the table", e.Path)
}

func writeCSV(w io.Writer, plan *Plan, rows func(func(Run, Value) error) error) error {
	buffered := bufio.NewWriter(w)
	out := csv.NewWriter(buffered)
	header := append(append([]string{"run"}, plan.Keys...), valueColumns...)
	if err := out.Write(header); err != nil {
		return err
	}
	err := rows(func(run Run, value Value) error {
		record := []string{run.ID}
		for _, v := range plan.Values(run) {
			record = append(record, fmt.Sprint(v))
		}
		return out.Write(append(record, value.record()...))
	})
	if err != nil {
		return err
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffered.Flush()
}
