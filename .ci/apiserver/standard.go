package apiserver

import (
	"fmt"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

// Restricted returns an error if the pods of a Job break the strictest of the Pod Security Standards, which
// many clusters enforce for a namespace.
//
// Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/, Restricted.
func Restricted(manifest []byte) error {
	var job batchv1.Job
	if err := yaml.UnmarshalStrict(manifest, &job); err != nil {
		return err
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	template := job.Spec.Template
	var broken []string
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, result := range evaluator.EvaluatePod(level, &template.ObjectMeta, &template.Spec) {
		if !result.Allowed {
			broken = append(broken, result.ForbiddenReason+": "+result.ForbiddenDetail)
		}
	}
	if len(broken) > 0 {
		return fmt.Errorf("restricted pods: %s", strings.Join(broken, "; "))
	}
	return nil
}
