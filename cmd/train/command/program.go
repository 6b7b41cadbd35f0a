package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/mattn/go-isatty"
	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// program holds the state that all commands share.
type program struct {
	stdout, stderr io.Writer
	log            *logrus.Logger
	terminal       bool // whether stderr is a terminal: progress bars, else lines
}

// useKernels makes Gonum use our matrix products, so that embedding and measures are fast too.
var useKernels = sync.OnceFunc(func() {
	blas32.Use(kernel.BLAS{})
	blas64.Use(kernel.BLAS{})
})

func newProgram(stdout, stderr io.Writer) *program {
	useKernels()
	p := &program{stdout: stdout, stderr: stderr, log: logrus.New()}
	if file, ok := stderr.(*os.File); ok {
		p.terminal = isatty.IsTerminal(file.Fd())
	}
	p.setErrors(stderr)
	p.log.SetFormatter(&logrus.TextFormatter{DisableTimestamp: !p.terminal, DisableQuote: true, FullTimestamp: true, TimestampFormat: "15:04:05"})
	return p
}

// setErrors sets where messages and progress go.
func (p *program) setErrors(stderr io.Writer) {
	p.stderr = stderr
	p.log.SetOutput(stderr)
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "train",
		Short: "Train recurrent networks and measure how their representations expand and compress",
		Long: `Train recurrent networks as Gorgonia expression graphs and measure how their hidden
representations expand and compress through time.

Start with:   train paper --quick -o out        (the paper's figures in small, under a minute)
              train paper -o out                (both figures, five realisations)`,
		Example:      "  train paper --quick -o out",
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if _, err := kernel.Environment(); err != nil {
				return usageError{err}
			}
			return nil
		},
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true}, // completion.go has ours
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		p.paperCommand(), p.claimsCommand(), p.runCommand(), p.analyzeCommand(), p.serveCommand(), p.graphCommand(), p.exportCommand(), p.benchCommand(), p.presetsCommand(), p.keysCommand(), p.versionCommand(),
		p.completionCommand(), p.manCommand(),
		p.sweepCommand(),
		p.importCommand(),
	)
	completeFlags(root)
	readDecimals(root)
	return root
}

// usageError marks an error as the user's: exit status 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exit logs the error of a command on one line and returns the exit status.
func (p *program) exit(cmd *cobra.Command, err error) int {
	if err == nil {
		return 0
	}
	if status, ok := errors.AsType[statusError](err); ok {
		p.log.Warn(status.Error())
		return status.status
	}
	message := strings.Join(strings.Split(strings.TrimSpace(err.Error()), "\n"), "; ")
	if isClosedPipe(err) {
		return 1 // whoever closed it knows
	}
	if errors.Is(err, train.ErrInterrupted) || errors.Is(err, context.Canceled) {
		if cmd.Flags().Lookup("resume") == nil {
			p.log.Warn("interrupted")
		} else {
			p.log.Warn("interrupted; finished work is kept, --resume continues from there")
		}
		return 1
	}
	p.log.Error(message)
	if isUsage(err) {
		return 2
	}
	return 1
}

// isUsage reports whether the user can fix an error in the command line, the configuration, the data or the
// choice of folder, as opposed to a failure of the work.
func isUsage(err error) bool {
	var (
		usage      usageError
		field      *data.FieldError
		separation *data.SeparationError
		embedding  *data.EmbeddingError
		point      *data.PointError
		key        *train.KeyError
		changed    *run.ConfigChangedError
		output     *files.OutputError
		replaced   *train.ReplacedError
		points     *run.PointsChangedError
		busy       *run.BusyError
		split      *measure.SplitError
	)
	return errors.As(err, &usage) || errors.As(err, &field) || errors.As(err, &separation) || errors.As(err, &embedding) ||
		errors.As(err, &point) || errors.As(err, &key) || errors.As(err, &changed) ||
		errors.As(err, &output) || errors.As(err, &replaced) || errors.As(err, &points) || errors.As(err, &busy) ||
		errors.Is(err, run.ErrFolderInUse) || errors.Is(err, run.ErrNoCheckpoint) || errors.Is(err, run.ErrImported) || errors.Is(err, run.ErrNoRun) || errors.As(err, &split) ||
		strings.HasPrefix(err.Error(), "unknown command")
}

// noArguments and runFolders are argument checks with the exit status of wrong usage.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no arguments, got %q", cmd.CommandPath(), args[0])}
	}
	return nil
}

// runFolders asks for one run or more; most 0 sets no limit.
func runFolders(most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 || most > 0 && len(args) > most {
			return usageError{fmt.Errorf("usage: %s", cmd.UseLine())}
		}
		return nil
	}
}

// needOutput returns the error for a missing -o.
func needOutput(path, example string) error {
	if path == "" {
		return usageError{fmt.Errorf("no output is named; add -o, for example -o %s", example)}
	}
	return nil
}
