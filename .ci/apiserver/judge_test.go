package apiserver

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var (
	manifests   = flag.String("manifests", "", "folder of the manifests that the program wrote")
	description = flag.String("description", "", "file of Kubernetes' OpenAPI description of batch/v1")
)

// read returns the manifests by their names.
func read(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(*manifests, "*.yaml"))
	if err != nil || *manifests == "" || len(paths) == 0 {
		t.Fatalf("-manifests=%s has no manifests (%v)", *manifests, err)
	}
	texts := map[string][]byte{}
	for _, path := range paths {
		if texts[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

func schema(t *testing.T) *Schema {
	t.Helper()
	text, err := os.ReadFile(*description)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ReadSchema(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestManifestsAreAccepted: every manifest that the program wrote fits the published schema, is created by a
// server without a warning, and may run where only restricted pods may.
func TestManifestsAreAccepted(t *testing.T) {
	published := schema(t)
	for name, manifest := range read(t) {
		t.Run(name, func(t *testing.T) {
			if err := published.Check(manifest); err != nil {
				t.Errorf("schema: %v", err)
			}
			warnings, err := Judge(manifest)
			if err != nil {
				t.Errorf("server: %v", err)
			}
			for _, warning := range warnings {
				t.Errorf("server warns: %s", warning)
			}
			if err := Restricted(manifest); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSpoiltManifestsAreRefused: what the checks are there to find, they find.
func TestSpoiltManifestsAreRefused(t *testing.T) {
	published := schema(t)
	server := func(manifest []byte) error { _, err := Judge(manifest); return err }
	for _, spoilt := range []struct {
		name, old, new string
		check          func([]byte) error
		want           string
	}{
		{"unknown field", "backoffLimitPerIndex:", "backofLimitPerIndex:", server, `unknown field "spec.backofLimitPerIndex"`},
		{"field twice", "completionMode: Indexed", "completionMode: Indexed\n  completionMode: Indexed", server, `"completionMode" already set`},
		{"wrong type", "runAsNonRoot: true", "runAsNonRoot: perhaps", server, "runAsNonRoot"},
		{"restarts beside a failure policy", "restartPolicy: Never", "restartPolicy: OnFailure", server, `only "Never" is supported when podFailurePolicy is specified`},
		{"a limit of each index without indexes", "completionMode: Indexed", "completionMode: NonIndexed", server, "requires indexed completion mode"},
		{"pods replaced too early", "podReplacementPolicy: Failed", "podReplacementPolicy: TerminatingOrFailed", server, `supported values: "Failed"`},
		{"exit codes of nobody", "containerName: train", "containerName: trains", server, "must be one of the container or initContainer names"},
		{"a volume that is not there", "claimName:", "claimname:", server, `unknown field "spec.template.spec.volumes[0].persistentVolumeClaim.claimname"`},
		{"too many indexes", "completions: ", "completions: 999999", server, "must be specified when completions is above 100000"},
		{"schema: unknown field", "backoffLimitPerIndex:", "backofLimitPerIndex:", published.Check, "backofLimitPerIndex"},
		{"schema: wrong type", "runAsNonRoot: true", "runAsNonRoot: perhaps", published.Check, "runAsNonRoot"},
		{"schema: nothing to run", "template:", "templates:", published.Check, "template in body is required"},
		{"standard: more rights", "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", Restricted, "allowPrivilegeEscalation != false"},
		{"standard: root", "runAsNonRoot: true", "runAsNonRoot: false", Restricted, "runAsNonRoot != true"},
	} {
		t.Run(spoilt.name, func(t *testing.T) {
			manifest := read(t)["plain.yaml"]
			changed := bytes.ReplaceAll(manifest, []byte(spoilt.old), []byte(spoilt.new))
			if bytes.Equal(changed, manifest) {
				t.Fatalf("the manifest has no %q", spoilt.old)
			}
			err := spoilt.check(changed)
			if err == nil || !strings.Contains(err.Error(), spoilt.want) {
				t.Errorf("%v, want an error with %q", err, spoilt.want)
			}
		})
	}
}
