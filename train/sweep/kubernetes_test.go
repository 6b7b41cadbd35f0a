package sweep_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// smallJob is one that Kubernetes takes.
func smallJob() sweep.Kubernetes {
	return sweep.Kubernetes{Name: "unfurl-sweep", Image: "unfurl", Claim: "results", User: 1000, Chunk: 1, Indexes: 3, AtOnce: 2}
}

// manifest is what the tests read of a Job; .ci/kubernetes lets the code of Kubernetes' own server judge it.
type manifest struct {
	Metadata struct{ Name, Namespace string }
	Spec     struct {
		Completions, Parallelism int
		MaxFailedIndexes         *int `yaml:"maxFailedIndexes"`
		PodFailurePolicy         struct {
			Rules []struct {
				Action      string
				OnExitCodes struct{ Values []int } `yaml:"onExitCodes"`
			}
		} `yaml:"podFailurePolicy"`
		Template struct {
			Spec struct {
				Containers []struct {
					Image        string
					Args         []string
					VolumeMounts []struct {
						SubPath string `yaml:"subPath"`
					} `yaml:"volumeMounts"`
				}
			}
		}
	}
}

func decode(t *testing.T, k sweep.Kubernetes) manifest {
	t.Helper()
	text, err := k.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := yaml.Unmarshal(text, &m); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return m
}

// TestKubernetesJob: the manifest holds the requested values, and every text is quoted.
func TestKubernetesJob(t *testing.T) {
	plain := decode(t, smallJob())
	if plain.Metadata.Namespace != "" || plain.Spec.MaxFailedIndexes != nil || plain.Spec.Completions != 3 || plain.Spec.Parallelism != 2 {
		t.Errorf("%+v", plain)
	}
	k := smallJob()
	k.Namespace, k.Image, k.FailFast, k.ClaimPath, k.Chunk, k.AtOnce = "networks", "host:5000/unfurl@sha256:0", true, `a: b/"c"`, 4, 9
	k.Arguments = []string{"--patience", "1m #", "$(HOME) $x"}
	m := decode(t, k)
	container := m.Spec.Template.Spec.Containers[0]
	if m.Metadata.Namespace != k.Namespace || container.Image != k.Image || container.VolumeMounts[0].SubPath != k.ClaimPath {
		t.Errorf("%+v", m)
	}
	if m.Spec.MaxFailedIndexes == nil || *m.Spec.MaxFailedIndexes != 0 || m.Spec.Parallelism != k.Indexes {
		t.Errorf("%+v", m.Spec)
	}
	// Kubernetes makes one $ of two.
	want := []string{"sweep", "work", "/sweep", "--chunk", "4", "--patience", "1m #", "$$(HOME) $$x"}
	if !slices.Equal(container.Args, want) {
		t.Errorf("arguments %q, want %q", container.Args, want)
	}
	// A worker that was told to stop is started again; one whose run failed is not.
	rules := m.Spec.PodFailurePolicy.Rules
	if rules[0].Action != "Ignore" || !slices.Equal(rules[0].OnExitCodes.Values, []int{sweep.ExitRequeue}) || rules[1].Action != "FailIndex" {
		t.Errorf("%+v", rules)
	}
}

// TestKubernetesRefuses: what Kubernetes would refuse is refused here, by the name of the option.
func TestKubernetesRefuses(t *testing.T) {
	longest := strings.Repeat("n", 63-len("-99"))
	for _, c := range []struct {
		name   string
		change func(*sweep.Kubernetes)
		want   string // empty: allowed
	}{
		{"longest name", func(k *sweep.Kubernetes) { k.Name, k.Indexes = longest, 100 }, ""},
		{"name of 63 with its index", func(k *sweep.Kubernetes) { k.Name, k.Indexes = longest, 101 }, "--name"},
		{"dots in the claim", func(k *sweep.Kubernetes) { k.Claim = "results.of-2026" }, ""},
		{"dots in the name", func(k *sweep.Kubernetes) { k.Name = "a.b" }, "--name"},
		{"capital", func(k *sweep.Kubernetes) { k.Namespace = "Networks" }, "--namespace"},
		{"claim that ends in a dot", func(k *sweep.Kubernetes) { k.Claim = "results." }, "--claim"},
		{"no claim", func(k *sweep.Kubernetes) { k.Claim = "" }, "--claim"},
		{"no image", func(k *sweep.Kubernetes) { k.Image = "" }, "--image"},
		{"space around the image", func(k *sweep.Kubernetes) { k.Image = "unfurl " }, "--image"},
		{"absolute path", func(k *sweep.Kubernetes) { k.ClaimPath = "/sweeps" }, "--claim-path"},
		{"path out of the volume", func(k *sweep.Kubernetes) { k.ClaimPath = "a/../../b" }, "--claim-path"},
		{"dots in a path", func(k *sweep.Kubernetes) { k.ClaimPath = "a..b/..c" }, ""},
		{"most indexes", func(k *sweep.Kubernetes) { k.Indexes, k.AtOnce = 100_000, 100_000 }, ""},
		{"too many indexes", func(k *sweep.Kubernetes) { k.Indexes, k.Chunk = 100_001, 3 }, "use --chunk 4 or more"},
		{"root", func(k *sweep.Kubernetes) { k.User = 0 }, "user = 0: must be 1 to"},
		{"no such user", func(k *sweep.Kubernetes) { k.User = 1 << 31 }, "user = 2147483648: must be 1 to"},
		{"nothing at once", func(k *sweep.Kubernetes) { k.AtOnce = 0 }, "--workers = 0: must be 1 or more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := smallJob()
			c.change(&k)
			_, err := k.Manifest()
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
