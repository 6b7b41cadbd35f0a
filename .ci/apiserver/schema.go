package apiserver

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	"sigs.k8s.io/yaml"
)

// Schema is what Kubernetes publishes of a Job: its OpenAPI description of batch/v1.
type Schema struct{ job *spec.Schema }

// jobSchema is the name of a Job in that description.
const jobSchema = "io.k8s.api.batch.v1.Job"

// ReadSchema reads api/openapi-spec/v3/apis__batch__v1_openapi.json of Kubernetes' sources.
func ReadSchema(description []byte) (*Schema, error) {
	var document struct {
		Components struct {
			Schemas map[string]map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(description, &document); err != nil {
		return nil, err
	}
	root, ok := document.Components.Schemas[jobSchema]
	if !ok {
		return nil, fmt.Errorf("no schema %s", jobSchema)
	}
	whole, err := json.Marshal(resolve(root, document.Components.Schemas))
	if err != nil {
		return nil, err
	}
	s := &Schema{job: new(spec.Schema)}
	return s, json.Unmarshal(whole, s.job)
}

// resolve returns a schema with what it refers to in its place, since the validator follows no references,
// and closed: the published one says nothing of fields that it does not name.
func resolve(part any, schemas map[string]map[string]any) any {
	switch part := part.(type) {
	case []any:
		whole := make([]any, len(part))
		for i, value := range part {
			whole[i] = resolve(value, schemas)
		}
		return whole
	case map[string]any:
		if reference, ok := part["$ref"].(string); ok {
			return resolve(schemas[strings.TrimPrefix(reference, "#/components/schemas/")], schemas)
		}
		whole := map[string]any{}
		for key, value := range part {
			whole[key] = resolve(value, schemas)
		}
		if _, object := part["properties"].(map[string]any); object && part["type"] == "object" {
			whole["additionalProperties"] = false
		}
		return whole
	}
	return part
}

// Check returns an error if a manifest breaks the schema.
func (s *Schema) Check(manifest []byte) error {
	var value any
	if err := yaml.UnmarshalStrict(manifest, &value); err != nil {
		return err
	}
	return validate.AgainstSchema(s.job, value, strfmt.Default)
}
