package sweep

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
)

// Kubernetes says how a sweep is run by Kubernetes, 1.29 or later, as an Indexed Job.
type Kubernetes struct {
	Name      string // of the Job; with an index it names the pods' hosts
	Namespace string // empty leaves it to kubectl
	Image     string // of the repository's Dockerfile
	Claim     string // name of the PersistentVolumeClaim that holds the sweep's folder
	ClaimPath string // path of the folder within the volume; empty is its root
	User      int    // that the program runs as, above 0
	Chunk     int    // runs of one index, at least 1
	Indexes   int    // of the Job, at least 1
	AtOnce    int    // the most pods at a time, at least 1; capped at Indexes
	FailFast  bool   // give up the Job when one run fails
	// Arguments are added to the worker's command line.
	Arguments []string
}

// longestLabel is the most characters that Kubernetes accepts as a label of a host name.
const longestLabel = 63

// objectLabel and objectName match the names that Kubernetes accepts: of Jobs and namespaces, and of claims.
//
// Source: RFC 1123, section 2.1, labels and names.
var (
	objectLabel = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	objectName  = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
)

// mostIndexes is the most indexes of a Job that limits the failures of each index and not of all of them
// together.
//
// Source: Kubernetes 1.37.2, pkg/apis/batch/validation, completionsSoftLimit.
const mostIndexes = 100_000

// mostUser is the highest user id that Kubernetes accepts.
const mostUser = 1<<31 - 1

// jobTemplate parses jobManifest when the first Job is written: other commands need none.
var jobTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("job").Funcs(template.FuncMap{"quote": quote}).Parse(jobManifest))
})

// jobManifest is the manifest. Texts are quoted as in JSON, which YAML reads.
const jobManifest = `# One index a chunk of the sweep's runs; needs Kubernetes 1.29 or later: kubectl apply -f job.yaml
# Jobs do not change: before it is started again, for what is missing, kubectl delete -f job.yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: {{quote .Name}}
{{- if .Namespace}}
  namespace: {{quote .Namespace}}
{{- end}}
  labels:
    app.kubernetes.io/name: unfurl
spec:
  completionMode: Indexed
  completions: {{.Indexes}}
  parallelism: {{.AtOnce}}
  # Crashes and lost nodes are tried again, from the last checkpoint.
  backoffLimitPerIndex: 3
{{- if .FailFast}}
  maxFailedIndexes: 0
{{- end}}
  podReplacementPolicy: Failed
  podFailurePolicy:
    rules:
      # Told to stop, with a checkpoint: goes on in another pod and counts as no failure.
      - action: Ignore
        onExitCodes:
          containerName: train
          operator: In
          values: [{{.Requeue}}]
      # A run that failed fails again.
      - action: FailIndex
        onExitCodes:
          containerName: train
          operator: In
          values: [1, 2]
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: "True"
  template:
    metadata:
      labels:
        app.kubernetes.io/name: unfurl
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 60
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: {{.User}}
        runAsGroup: {{.User}}
        fsGroup: {{.User}}
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: train
          image: {{quote .Image}}
          # The task is the pod's index, JOB_COMPLETION_INDEX.
          args: [{{range $i, $a := .Words}}{{if $i}}, {{end}}{{quote $a}}{{end}}]
          resources:
            requests:
              cpu: "1"
              memory: 1Gi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          volumeMounts:
            - name: sweep
              mountPath: /sweep
{{- if .ClaimPath}}
              subPath: {{quote .ClaimPath}}
{{- end}}
      volumes:
        - name: sweep
          persistentVolumeClaim:
            claimName: {{quote .Claim}}
`

func quote(text string) (string, error) {
	quoted, err := json.Marshal(text)
	return string(quoted), err
}

// Manifest returns the Job as YAML.
//
// Errors: names, images and paths that Kubernetes does not accept, numbers out of range.
func (k Kubernetes) Manifest() ([]byte, error) {
	if err := k.check(); err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	k.AtOnce = min(k.AtOnce, k.Indexes)
	words := append([]string{"sweep", "work", "/sweep", "--chunk", fmt.Sprint(k.Chunk)}, k.Arguments...)
	for i, word := range words {
		words[i] = strings.ReplaceAll(word, "$", "$$") // a single one may start a variable's name
	}
	var manifest bytes.Buffer
	err := jobTemplate().Execute(&manifest, struct {
		Kubernetes
		Requeue int
		Words   []string
	}{k, ExitRequeue, words})
	if err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	return manifest.Bytes(), nil
}

// check returns an error that names the option to change.
func (k Kubernetes) check() error {
	var faults data.Faults
	faults.Check(k.User >= 1 && k.User <= mostUser, "user", k.User, fmt.Sprintf("1 to %d; root may not run pods", mostUser))
	faults.Check(k.Chunk >= 1, "--chunk", k.Chunk, "1 or more")
	faults.Check(k.Indexes >= 1, "indexes", k.Indexes, "1 or more")
	faults.Check(k.AtOnce >= 1, "--workers", k.AtOnce, "1 or more")
	if err := faults.Join(); err != nil {
		return err
	}
	if k.Indexes > mostIndexes {
		return fmt.Errorf("chunks of %d make a Job of %d indexes, and Kubernetes accepts %d; use --chunk %d or more",
			k.Chunk, k.Indexes, mostIndexes, (k.Indexes*k.Chunk+mostIndexes-1)/mostIndexes)
	}
	for _, name := range []struct{ option, value string }{{"--name", k.Name}, {"--namespace", k.Namespace}} {
		if !objectLabel.MatchString(name.value) && (name.option != "--namespace" || name.value != "") {
			return &data.FieldError{Field: name.option, Value: name.value, Allowed: fmt.Sprintf("1 to %d lower-case letters, digits and hyphens, no hyphen at either end", longestLabel)}
		}
	}
	if longest := longestLabel - len(fmt.Sprintf("-%d", k.Indexes-1)); len(k.Name) > longest {
		return &data.FieldError{Field: "--name", Value: k.Name, Allowed: fmt.Sprintf("at most %d characters, not %d, since the hosts of %d pods are named after it", longest, len(k.Name), k.Indexes)}
	}
	if !objectName.MatchString(k.Claim) || len(k.Claim) > 253 {
		return &data.FieldError{Field: "--claim", Value: k.Claim, Allowed: "1 to 253 lower-case letters, digits, hyphens and dots, neither at either end"}
	}
	if k.Image == "" || strings.TrimSpace(k.Image) != k.Image {
		return &data.FieldError{Field: "--image", Value: k.Image, Allowed: "an image of the repository's Dockerfile, with no space around it"}
	}
	if path.IsAbs(k.ClaimPath) || slices.Contains(strings.Split(k.ClaimPath, "/"), "..") {
		return &data.FieldError{Field: "--claim-path", Value: k.ClaimPath, Allowed: "a path within the volume, without a leading slash and parts called .. in it"}
	}
	return nil
}

// WriteKubernetes writes the Job into the folder and returns its path.
func (f Folder) WriteKubernetes(k Kubernetes) (string, error) {
	manifest, err := k.Manifest()
	if err != nil {
		return "", err
	}
	file := filepath.Join(f.Path, "kubernetes", "job.yaml")
	if err := files.MakeFolder(filepath.Dir(file)); err != nil {
		return "", err
	}
	return file, files.WriteFile(file, func(w io.Writer) error {
		_, err := w.Write(manifest)
		return err
	})
}
