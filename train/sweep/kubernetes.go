package sweep

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"text/template"

	"github.com/unfurl-rnn/unfurl/train"
)

// Kubernetes says how a sweep is handed to Kubernetes as an Indexed Job.
type Kubernetes struct {
	Name      string // of the Job
	Namespace string // empty leaves it to kubectl
	Image     string // of the repository's Dockerfile
	Claim     string // name of the PersistentVolumeClaim that holds the sweep's folder
	ClaimPath string // path of the folder within the volume; empty is its root
	User      int    // that the program runs as, above 0
	Chunk     int    // runs of one index, at least 1
	Indexes   int    // of the Job, at least 1
	AtOnce    int    // the most pods at a time, at least 1
	FailFast  bool   // give up the Job when one run fails
	// Arguments are added to the worker's command line.
	Arguments []string
}

// objectName is what Kubernetes takes as a name of most objects.
//
// Source: RFC 1123, section 2.1, labels.
var objectName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// jobTemplate is the manifest. Texts are quoted as in JSON, which YAML reads.
var jobTemplate = template.Must(template.New("job").Funcs(template.FuncMap{"quote": quote}).Parse(
	`# One index a chunk of the sweep's runs: kubectl apply -f job.yaml
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
`))

func quote(text string) (string, error) {
	quoted, err := json.Marshal(text)
	return string(quoted), err
}

// Manifest returns the Job as YAML.
//
// Errors: names that Kubernetes does not take, numbers out of range.
func (k Kubernetes) Manifest() ([]byte, error) {
	for _, name := range []struct{ option, value string }{{"--name", k.Name}, {"--claim", k.Claim}, {"--namespace", k.Namespace}} {
		if !objectName.MatchString(name.value) && (name.option != "--namespace" || name.value != "") {
			return nil, fmt.Errorf("sweep: %s is %q; allowed: 1 to 63 lower-case letters, digits and hyphens", name.option, name.value)
		}
	}
	if k.Image == "" {
		return nil, fmt.Errorf("sweep: no image is named; add --image, of the repository's Dockerfile")
	}
	if filepath.IsAbs(k.ClaimPath) {
		return nil, fmt.Errorf("sweep: --claim-path is %q; wanted a path within the volume, without a leading slash", k.ClaimPath)
	}
	if k.User < 1 || k.Chunk < 1 || k.Indexes < 1 || k.AtOnce < 1 {
		return nil, fmt.Errorf("sweep: user %d, chunk %d, %d indexes, %d at once; allowed: 1 or more", k.User, k.Chunk, k.Indexes, k.AtOnce)
	}
	var manifest bytes.Buffer
	err := jobTemplate.Execute(&manifest, struct {
		Kubernetes
		Requeue int
		Words   []string
	}{k, ExitRequeue, append([]string{"sweep", "work", "/sweep", "--chunk", fmt.Sprint(k.Chunk)}, k.Arguments...)})
	if err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	return manifest.Bytes(), nil
}

// WriteKubernetes writes the Job into the folder and returns its path.
func (f Folder) WriteKubernetes(k Kubernetes) (string, error) {
	manifest, err := k.Manifest()
	if err != nil {
		return "", err
	}
	path := filepath.Join(f.Path, "kubernetes", "job.yaml")
	if err := train.MakeFolder(filepath.Dir(path)); err != nil {
		return "", err
	}
	return path, train.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(manifest)
		return err
	})
}
