package sweep

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/unfurl-rnn/unfurl/data"
)

// timeLimit matches a time limit as sbatch takes it: minutes, minutes:seconds, hours:minutes:seconds, days-hours,
// days-hours:minutes or days-hours:minutes:seconds.
//
// Source: sbatch(1) of Slurm 22.05, --time.
var timeLimit = regexp.MustCompile(`^(?:(\d{1,5})-)?(\d{1,9})(?::(\d{1,9}))?(?::(\d{1,9}))?$`)

// shortestTimeLimit leaves a task some time to work: Slurm may send the signal, due a minute before the time is
// up, up to a minute early.
const shortestTimeLimit = 3 * time.Minute

// checkTimeLimit reports whether a limit can be given to sbatch. 0 and words like UNLIMITED are no limit.
func checkTimeLimit(text string) error {
	switch strings.ToLower(text) {
	case "infinite", "unlimited":
		return nil
	}
	parts := timeLimit.FindStringSubmatch(text)
	if parts == nil {
		return fmt.Errorf("sweep: %w", &data.FieldError{Field: "--time", Value: text, Allowed: "minutes, hours:minutes:seconds or days-hours, like 90 or 1-12"})
	}
	units := []time.Duration{time.Minute, time.Second, 0}
	if parts[1] != "" || parts[4] != "" {
		units = []time.Duration{time.Hour, time.Minute, time.Second}
	}
	days, _ := strconv.ParseFloat("0"+parts[1], 64)
	limit := days * (24 * time.Hour).Seconds()
	for i, unit := range units {
		number, _ := strconv.ParseFloat("0"+parts[i+2], 64)
		limit += number * unit.Seconds()
	}
	if limit > 0 && limit < shortestTimeLimit.Seconds() {
		return fmt.Errorf("sweep: %w", &data.FieldError{Field: "--time", Value: text, Allowed: "3 minutes or more, as a task is told to save up to 2 minutes before its time is up"})
	}
	return nil
}

// partitions matches a name, or several separated by commas, without characters that are special in a batch script.
var partitions = regexp.MustCompile(`^[^\s\pC"'#\\-][^\s\pC"'#\\]*$`)

// options returns the user's options of sbatch.
//
// Errors: options that would break the script or the array.
func (s Slurm) options() ([]string, error) {
	var options []string
	if s.Time != "" {
		if err := checkTimeLimit(s.Time); err != nil {
			return nil, err
		}
		options = append(options, "--time="+s.Time)
	}
	if s.Partition != "" {
		if !partitions.MatchString(s.Partition) {
			return nil, fmt.Errorf("sweep: %w", &data.FieldError{Field: "--partition", Value: s.Partition, Allowed: "the name of a partition, as sinfo lists them"})
		}
		options = append(options, "--partition="+s.Partition)
	}
	for _, line := range s.Lines {
		name, _, _ := strings.Cut(line, "=")
		name, _, _ = strings.Cut(name, " ")
		switch {
		case !strings.HasPrefix(line, "-") || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == '#' || r == 0x7f }):
			return nil, fmt.Errorf("sweep: %w", &data.FieldError{Field: "--sbatch", Value: line, Allowed: "one option on one line, like --mem=2G"})
		case len(name) > 3 && strings.HasPrefix("--array", name) || strings.HasPrefix(name, "-a"):
			return nil, fmt.Errorf("sweep: %w", &data.FieldError{Field: "--sbatch", Value: line, Allowed: "another option: the array is that of the runs, see --chunk and --workers"})
		}
		options = append(options, line)
	}
	return options, nil
}
