package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/train"
)

func (p *program) keysCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "keys [PREFIX]...",
		Short: "List the keys of a configuration with meaning, range and default",
		Long: `List every key that --set, a file of settings (-c) and a sweep take: its default, that of the preset fig2-eoc, the
values it takes, the cells or optimisers that use it if not all do, and what it means. With PREFIX only the keys that
begin so. Keys task.KIND.* belong to the task of that kind (task.kind).`,
		Example: `  train keys
  train keys network
  train keys training.optimiser task.flip_flop`,
		ValidArgsFunction: completeKeys,
		RunE: func(_ *cobra.Command, args []string) error {
			config := train.DefaultConfig()
			used := make([]bool, len(args))
			for _, described := range config.Describe() {
				listed := len(args) == 0
				for i, prefix := range args {
					if described.Key == prefix || strings.HasPrefix(described.Key, strings.TrimSuffix(prefix, ".")+".") {
						listed, used[i] = true, true
					}
				}
				if listed {
					fmt.Fprint(p.stdout, paragraph(config, described))
				}
			}
			if i := slices.Index(used, false); i >= 0 {
				return usageError{config.CheckKey(args[i])}
			}
			return nil
		},
	}
}

// paragraph describes a key; its lines of help have at most 100 characters.
func paragraph(config train.Config, d train.Description) string {
	values := d.Range
	if values == "" {
		values = strings.Join(allowedValues(config, train.Setting{Key: d.Key, Value: d.Value}), ", ")
	}
	if d.Users != "" {
		values += "; " + d.Users
	}
	text := fmt.Sprintf("%s = %s  (%s)\n", d.Key, shown(d.Value), values)
	line := "   "
	for word := range strings.FieldsSeq(d.Help) {
		if len(line)+1+len(word) > 100 {
			text += line + "\n"
			line = "   "
		}
		line += " " + word
	}
	return text + line + "\n"
}

// shown formats a value as --set takes it, an empty text as quotes.
func shown(value any) string {
	if text := fmt.Sprint(value); text != "" {
		return text
	}
	return `""`
}

// completeKeys offers sections and keys.
func completeKeys(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var offers []cobra.Completion
	for _, described := range train.DefaultConfig().Describe() {
		for i, r := range described.Key {
			if section := described.Key[:i]; r == '.' && !slices.Contains(offers, section) {
				offers = append(offers, section)
			}
		}
		offers = append(offers, cobra.CompletionWithDesc(described.Key, described.Help))
	}
	offers = slices.DeleteFunc(offers, func(offer cobra.Completion) bool { return !strings.HasPrefix(offer, typed) })
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
