package command

import (
	"fmt"
	"runtime"
	"sort"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/train/run"
)

func (p *program) presetsCommand() *cobra.Command {
	var show string
	cmd := &cobra.Command{
		Use:   "presets [NAME]",
		Short: "List the named configurations, or print one as YAML",
		Example: `  train presets
  train presets fig3-sc > mine.yaml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && show != "" {
				return usageError{fmt.Errorf("presets prints one preset, not %q; give one name", append(args, show))}
			}
			return nil
		},
		ValidArgsFunction: completePresets,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				show = args[0]
			}
			if show != "" {
				preset, err := presetNamed(show)
				if err != nil {
					return usageError{err}
				}
				text, err := preset.Config.YAML()
				if err != nil {
					return err
				}
				_, err = p.stdout.Write(text)
				return err
			}
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			for _, preset := range presets() {
				fmt.Fprintf(table, "%s\t%s\n", preset.Name, preset.Description)
			}
			return table.Flush()
		},
	}
	cmd.Flags().StringVar(&show, "show", "", "print the configuration of this preset as YAML; the same as naming it")
	return cmd
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, the build and the processor's features",
		Example: "  train version",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			build, machine := run.ReadBuild(), run.ReadMachine()
			fmt.Fprintf(p.stdout, "unfurl %s, revision %s, %s %s/%s\n", build.Version, build.Revision, build.Go, runtime.GOOS, runtime.GOARCH)
			fmt.Fprintf(p.stdout, "processor %s, %d cores, kernels %s\n", machine.CPU, machine.Cores, machine.Kernels)
			names := make([]string, 0, len(build.Modules))
			for name := range build.Modules {
				names = append(names, name)
			}
			sort.Strings(names)
			for _, name := range names {
				fmt.Fprintf(p.stdout, "%s %s\n", name, build.Modules[name])
			}
			return nil
		},
	}
}
