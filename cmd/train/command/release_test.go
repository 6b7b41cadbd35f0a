package command

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestReleaseConfiguration: .goreleaser.yml builds for six systems, and what it tells the linker and the
// program exists: the linker ignores variables that do not.
func TestReleaseConfiguration(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	text, err := os.ReadFile(filepath.Join(root, ".goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var release struct {
		Version int
		Before  struct{ Hooks []string }
		Builds  []struct {
			Main                              string
			Goos, Goarch, Flags, Ldflags, Env []string
		}
	}
	if err := yaml.Unmarshal(text, &release); err != nil {
		t.Fatal(err)
	}
	if release.Version != 2 || len(release.Builds) != 1 {
		t.Fatalf("version %d with %d builds, want 2 with 1", release.Version, len(release.Builds))
	}
	build := release.Builds[0]
	if _, err := os.Stat(filepath.Join(root, build.Main)); err != nil {
		t.Error(err)
	}
	for what, lists := range map[string][2][]string{
		"systems":    {build.Goos, {"linux", "darwin", "windows"}},
		"processors": {build.Goarch, {"amd64", "arm64"}},
		"flags":      {build.Flags, {"-trimpath"}},
		"variables":  {build.Env, {"CGO_ENABLED=0"}},
	} {
		if !slices.Equal(lists[0], lists[1]) {
			t.Errorf("%s: %q, want %q", what, lists[0], lists[1])
		}
	}
	dockerfile, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	linked := regexp.MustCompile(`-X ` + modulePath + `(\S+)\.(\w+)=`)
	for place, flags := range map[string]string{".goreleaser.yml": strings.Join(build.Ldflags, " "), "Dockerfile": string(dockerfile)} {
		matches := linked.FindAllStringSubmatch(flags, -1)
		if len(matches) != 2 {
			t.Errorf("%s: %d variables are linked, want the version and the revision", place, len(matches))
		}
		for _, match := range matches {
			if !declares(t, filepath.Join(root, match[1]), match[2]) {
				t.Errorf("%s: package %s has no variable %s", place, match[1], match[2])
			}
		}
	}
	for _, hook := range release.Before.Hooks {
		for _, match := range linked.FindAllStringSubmatch(hook, -1) {
			if !declares(t, filepath.Join(root, match[1]), match[2]) {
				t.Errorf("%s: package %s has no variable %s", hook, match[1], match[2])
			}
		}
		calls := regexp.MustCompile(`go run .*\./cmd/train (\w+)`).FindAllStringSubmatch(hook, -1)
		if len(calls) == 0 {
			t.Errorf("%s: calls no command of the program", hook)
		}
		for _, match := range calls {
			if _, message, status := runProgram(match[1], "--help"); status != 0 {
				t.Errorf("%s: %s", hook, message)
			}
		}
	}
}

// declares reports whether the package in a folder declares a variable.
func declares(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if general, ok := declaration.(*ast.GenDecl); ok && general.Tok == token.VAR {
				for _, spec := range general.Specs {
					if slices.ContainsFunc(spec.(*ast.ValueSpec).Names, func(n *ast.Ident) bool { return n.Name == name }) {
						return true
					}
				}
			}
		}
	}
	return false
}
