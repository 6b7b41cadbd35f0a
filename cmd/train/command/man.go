package command

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train/run"
)

func (p *program) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write a manual page for each command",
		Long: `Write a manual page for each command into DIR: train.1, train-paper.1 and so on. man finds them in a
folder named man1 below a folder of MANPATH. SOURCE_DATE_EPOCH sets their date.`,
		Example: `  train man ~/.local/share/man/man1
  man train-paper`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("man takes one folder, got %d arguments; write train man DIR", len(args))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := files.MakeFolder(args[0]); err != nil {
				return err
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true // its section repeats the date
			return p.manualPages(root, args[0])
		},
	}
}

// manualPages writes the pages of a command and its subcommands, each whole or not at all.
func (p *program) manualPages(cmd *cobra.Command, folder string) error {
	for _, child := range cmd.Commands() {
		if child.IsAvailableCommand() {
			if err := p.manualPages(child, folder); err != nil {
				return err
			}
		}
	}
	cmd.Long = fenced(cmd.Long)
	path := filepath.Join(folder, strings.ReplaceAll(cmd.CommandPath(), " ", "-")+".1")
	header := &doc.GenManHeader{Section: "1", Source: "unfurl " + run.ReadBuild().Version, Manual: "Unfurl"}
	if err := files.WriteFile(path, func(w io.Writer) error { return doc.GenMan(cmd, header, w) }); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, path)
	return nil
}

// fenced marks paragraphs that are aligned by spaces as Markdown code, since package doc reads Markdown.
func fenced(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, paragraph := range paragraphs {
		if strings.Contains(paragraph, "  ") {
			paragraphs[i] = "```\n" + paragraph + "\n```"
		}
	}
	return strings.Join(paragraphs, "\n\n")
}
