// Package apiserver judges the manifest of a Job as a server of Kubernetes does when it is asked to create
// one, by the server's own code. It is a module of its own, so that the program does without Kubernetes.
package apiserver

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/job"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install" // into the scheme: types, defaults, conversions
	"k8s.io/kubernetes/pkg/apis/batch/validation"
	_ "k8s.io/kubernetes/pkg/apis/core/install"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Judge returns what a server would warn of, and an error if it would refuse the Job: because of fields that
// it does not know or that come twice, as with kubectl's --validate=strict, or by its validation after its
// defaults are filled in.
//
// Differs: admission plugins, quotas and names that are taken already are left out.
func Judge(manifest []byte) (warnings []string, err error) {
	scheme := legacyscheme.Scheme
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	object, _, err := decoder.Decode(manifest, nil, nil)
	if err != nil {
		return nil, err
	}
	if _, ok := object.(*batchv1.Job); !ok {
		return nil, fmt.Errorf("a %T, wanted a Job of batch/v1", object)
	}
	scheme.Default(object)
	var created batch.Job
	if err := scheme.Convert(object, &created, nil); err != nil {
		return nil, err
	}
	prepare(&created)
	options := validation.JobValidationOptions{
		PodValidationOptions:  pod.GetValidationOptionsFromPodTemplate(&created.Spec.Template, nil),
		RequirePrefixedLabels: true,
	}
	if err := validation.ValidateJobCreate(&created, options).ToAggregate(); err != nil {
		return nil, err
	}
	return job.WarningsForJobSpec(context.Background(), field.NewPath("spec"), &created.Spec, nil), nil
}

// prepare fills in what a server does before it validates: the namespace of the request, an identity, and the
// labels by which a Job finds its pods.
//
// Source: Kubernetes 1.37.2, pkg/registry/batch/job/strategy.go, generateSelector. That package itself pulls
// in the storage of a whole server.
func prepare(created *batch.Job) {
	if created.Namespace == "" {
		created.Namespace = metav1.NamespaceDefault
	}
	created.UID = "7e0f27a1-58b5-4a39-9b5e-3f4b1a0c8d11"
	if created.Spec.Template.Labels == nil {
		created.Spec.Template.Labels = map[string]string{}
	}
	for label, value := range map[string]string{
		batch.LegacyJobNameLabel: created.Name, batch.JobNameLabel: created.Name,
		batch.LegacyControllerUidLabel: string(created.UID), batch.ControllerUidLabel: string(created.UID),
	} {
		if _, ok := created.Spec.Template.Labels[label]; !ok {
			created.Spec.Template.Labels[label] = value
		}
	}
	created.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{batch.ControllerUidLabel: string(created.UID)}}
}
