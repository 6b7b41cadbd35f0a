package command

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019/claims"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

func (p *program) completionCommand() *cobra.Command {
	scripts := map[string]func(root *cobra.Command) error{
		"bash":       func(root *cobra.Command) error { return root.GenBashCompletionV2(p.stdout, true) },
		"zsh":        func(root *cobra.Command) error { return root.GenZshCompletion(p.stdout) },
		"fish":       func(root *cobra.Command) error { return root.GenFishCompletion(p.stdout, true) },
		"powershell": func(root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(p.stdout) },
	}
	shells := slices.Sorted(maps.Keys(scripts))
	return &cobra.Command{
		Use:   "completion bash|fish|powershell|zsh",
		Short: "Print a script that completes commands, presets and keys in a shell",
		Long: `Print a script that completes commands, flags, presets, configuration keys and their values, claims and formats in
a shell. Bash needs its package bash-completion; zsh needs "autoload -U compinit; compinit" once.`,
		Example: `  source <(train completion bash)
  train completion bash > /etc/bash_completion.d/train
  train completion zsh > "${fpath[1]}/_train"
  train completion fish > ~/.config/fish/completions/train.fish
  train completion powershell | Out-String | Invoke-Expression`,
		ValidArgs: shells,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(shells, args[0]) {
				return usageError{&data.FieldError{Field: "shell", Value: strings.Join(args, " "), OneOf: shells}}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return scripts[args[0]](cmd.Root()) },
	}
}

// completeFlags registers completion for the flags and arguments of every command of the tree. Flags of the same
// name take the same values everywhere.
func completeFlags(root *cobra.Command) {
	everywhere := map[string]cobra.CompletionFunc{
		"preset":  completePresets,
		"show":    completePresets,
		"set":     completeSettings,
		"only":    listed(completeClaims),
		"figures": listed(fixed("2", "3")),
		"dtype":   listed(fixed("float32", "float64")),
		"engine":  fixed(train.EngineNames()...),
		"engines": listed(fixed("machine", "tape", "lisp", "products", "openblas", "pytorch", "jax")),
		"config":  cobra.FixedCompletions([]cobra.Completion{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt),
	}
	numbers := cobra.NoFileCompletions
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			complete, known := everywhere[flag.Name]
			switch kind := flag.Value.Type(); {
			case known:
			case len(choices(cmd, flag.Name)) > 1:
				complete = fixed(choices(cmd, flag.Name)...)
			case strings.HasPrefix(kind, "int") || strings.HasPrefix(kind, "uint") || strings.HasPrefix(kind, "float"):
				complete = numbers
			default:
				return // files, or nothing to take
			}
			// The only error is that the command has registered its own function, which then stays.
			_ = cmd.RegisterFlagCompletionFunc(flag.Name, started(complete))
		})
		if cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 && cmd.Runnable() {
			cmd.ValidArgsFunction = completeArguments
		}
		for _, child := range cmd.Commands() {
			walk(child)
		}
	}
	walk(root)
}

// choices returns the values that the usage line of a command lists for a flag, as in "--format dot|svg".
func choices(cmd *cobra.Command, flag string) []string {
	_, rest, found := strings.Cut(cmd.Use, "--"+flag+" ")
	if !found {
		return nil
	}
	return strings.Split(rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyz0123456789-|"))], "|")
}

// completeArguments offers folders to commands whose usage names runs or folders, and nothing to others.
func completeArguments(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	usage, _, _ := strings.Cut(cmd.Use, "[")
	for _, word := range strings.Fields(usage)[1:] {
		if strings.HasPrefix(word, "-") {
			break
		}
		switch strings.TrimRight(word, ".") {
		case "RUN", "DIR":
			return nil, cobra.ShellCompDirectiveFilterDirs
		default:
			return nil, cobra.ShellCompDirectiveDefault // files
		}
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// started keeps the offers that begin with the typed text; not every shell filters them.
func started(complete cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		offers, directive := complete(cmd, args, typed)
		if directive&cobra.ShellCompDirectiveFilterFileExt == 0 {
			offers = slices.DeleteFunc(slices.Clone(offers), func(offer cobra.Completion) bool { return !strings.HasPrefix(offer, typed) })
		}
		return offers, directive
	}
}

// fixed always offers the same values, in order.
func fixed(values ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder)
}

// listed offers values for the last entry of a comma-separated list, except those already in it. After a comma
// they have no descriptions: cobra's bash script drops offers with a description and a character that needs quoting.
func listed(one cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		taken := strings.Split(before, ",")
		offers, directive := one(cmd, args, typed[len(before):])
		var all []cobra.Completion
		for _, offer := range offers {
			value, _, _ := strings.Cut(offer, "\t")
			switch {
			case slices.Contains(taken, value):
			case before == "":
				all = append(all, offer)
			default:
				all = append(all, before+value)
			}
		}
		return all, directive | cobra.ShellCompDirectiveNoSpace
	}
}

func completePresets(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var offers []cobra.Completion
	for _, preset := range presets() {
		offers = append(offers, cobra.CompletionWithDesc(preset.Name, preset.Description))
	}
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

func completeClaims(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var offers []cobra.Completion
	for _, claim := range claims.DefaultOptions().Claims() {
		offers = append(offers, cobra.CompletionWithDesc(claim.ID, claim.Sentence))
	}
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completeSettings offers keys, and after the equals sign their values: true and false, the names that
// validation allows, or else the preset's value to start from.
func completeSettings(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	config := train.DefaultConfig()
	if name, err := cmd.Flags().GetString("preset"); err == nil {
		if preset, err := presetNamed(name); err == nil {
			config = preset.Config
		}
	}
	if given, err := cmd.Flags().GetStringArray("set"); err == nil {
		for _, setting := range given { // earlier settings: kinds of task and cells have keys of their own
			if key, value, ok := strings.Cut(setting, "="); ok {
				_ = config.Set(key, value) // an error is reported when the command runs
			}
		}
	}
	typedKey, _, hasValue := strings.Cut(typed, "=")
	help := map[string]string{}
	for _, described := range config.Describe() {
		help[described.Key] = described.Help
	}
	var offers []cobra.Completion
	for _, setting := range config.Settings() {
		switch {
		case !hasValue:
			offers = append(offers, cobra.CompletionWithDesc(setting.Key+"=", fmt.Sprintf("%s (now %s)", help[setting.Key], shown(setting.Value))))
		case hasValue && setting.Key == typedKey:
			if setting.Key == "task.points" || setting.Key == "task.sequences" {
				return nil, cobra.ShellCompDirectiveDefault // a file
			}
			for _, value := range allowedValues(config, setting) {
				offers = append(offers, setting.Key+"="+value)
			}
		}
	}
	directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	if !hasValue {
		directive |= cobra.ShellCompDirectiveNoSpace
	}
	return offers, directive
}

// allowedValues returns the names that a key takes according to validation.
func allowedValues(config train.Config, setting train.Setting) []string {
	now := fmt.Sprint(setting.Value)
	if _, isBool := setting.Value.(bool); isBool {
		return []string{"true", "false"}
	}
	// A text key accepts this value until it is validated; a number refuses it at once.
	if err := config.Set(setting.Key, "?"); err != nil {
		return []string{now}
	}
	for _, fault := range data.FieldErrors(config.Validate()) {
		if fault.Field == setting.Key && len(fault.OneOf) > 0 {
			return fault.OneOf
		}
	}
	return []string{now}
}
