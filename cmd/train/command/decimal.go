package command

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// decimal is a whole number on the command line. pflag reads 010 as 8, while --set and files refuse it.
type decimal struct{ pflag.Value }

// Set refuses numbers that are not plainly decimal.
func (d decimal) Set(text string) error {
	digits := strings.TrimLeft(text, "+-")
	if len(digits) > 1 && digits[0] == '0' || strings.ContainsAny(digits, "_") {
		return errors.New("give a decimal number without leading zeros")
	}
	return d.Value.Set(text)
}

// readDecimals makes all whole-number flags of a command and its subcommands decimal.
func readDecimals(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if kind := strings.TrimPrefix(f.Value.Type(), "u"); kind == "int" || kind == "int64" {
			f.Value = decimal{f.Value}
		}
	})
	for _, below := range cmd.Commands() {
		readDecimals(below)
	}
}
