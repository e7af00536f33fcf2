package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"headroom/capacity"
)

// StopAnnotation stops every change of the object that has it, whatever its value;
// the value is the reason that people get to read.
const StopAnnotation = "headroom.dev/stop"

// stopped is ErrStopped if one of the objects has the annotation: it says why, who
// set it if managedFields say so, and how to go on.
func (c cluster) stopped(objects ...*unstructured.Unstructured) error {
	for _, o := range objects {
		reason, ok := o.GetAnnotations()[StopAnnotation]
		if !ok {
			continue
		}
		kind := strings.ToLower(o.GetKind())
		return fmt.Errorf("%s: the annotation %s=%q of %s %s forbids changes%s; to allow them, run kubectl annotate --namespace %s %s %s %s-: %w",
			c.target, StopAnnotation, reason, kind, o.GetName(), setBy(o), c.namespace, kind, o.GetName(), StopAnnotation, capacity.ErrStopped)
	}
	return nil
}

// setBy is the field manager that has set the annotation, and when, if managedFields
// say so.
func setBy(o *unstructured.Unstructured) string {
	for _, entry := range slices.Backward(o.GetManagedFields()) {
		var owned struct {
			Metadata struct {
				Annotations map[string]json.RawMessage `json:"f:annotations"`
			} `json:"f:metadata"`
		}
		if entry.FieldsV1 == nil || json.Unmarshal(entry.FieldsV1.GetRawBytes(), &owned) != nil {
			continue
		}
		if _, ok := owned.Metadata.Annotations["f:"+StopAnnotation]; !ok {
			continue
		}
		by := ", set by the field manager " + entry.Manager
		if entry.Time != nil {
			by += " at " + entry.Time.UTC().Format(time.RFC3339)
		}
		return by
	}
	return ""
}

// stopped is ErrStopped if the autoscaler o, or what it scales, has the annotation.
func (s *Autoscaler) stopped(ctx context.Context, o *unstructured.Unstructured) error {
	if err := s.cluster.stopped(o); err != nil {
		return err
	}
	resource, name, err := scaled(o)
	if err != nil {
		return nil //nolint:nilerr // it scales nothing, which Inspect and State say
	}
	workload, err := s.get(ctx, resource, name)
	switch {
	case errors.Is(err, capacity.ErrNoSuchTarget):
		return nil
	case err != nil:
		return err
	}
	return s.cluster.stopped(workload)
}
