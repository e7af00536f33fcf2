package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"headroom/capacity"
)

var (
	pods   = corev1.SchemeGroupVersion.WithResource("pods")
	quotas = corev1.SchemeGroupVersion.WithResource("resourcequotas")
)

// Inspect looks for an autoscaler that sets the replicas, for quotas on pods
// and for pods without a node, as [capacity.Inspected] says.
func (w *Workload) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	other, err := w.autoscaler(ctx)
	if err != nil {
		return nil, err
	}
	o, err := w.get(ctx, w.resource, w.name)
	if err != nil {
		return nil, err
	}
	var found []capacity.Finding
	if err := w.stopped(o); err != nil {
		found = append(found, blocks("%v", err))
	}
	if other != "" {
		found = append(found, capacity.Finding{Blocks: true, Text: fmt.Sprintf("%s sets the replicas: make that the target in the policy", other)})
	}
	room, err := w.room(ctx, w.resource, w.name)
	return append(found, room...), err
}

// Inspect looks for numbers that contradict each other or belong to somebody
// else, for an autoscaler that is paused or scales nothing, for quotas on pods
// and for pods without a node, as [capacity.Inspected] says.
func (s *Autoscaler) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	o, err := s.get(ctx, s.kind.resource, s.name)
	if err != nil {
		return nil, err
	}
	var found []capacity.Finding
	blocks := func(format string, args ...any) {
		found = append(found, capacity.Finding{Blocks: true, Text: fmt.Sprintf(format, args...)})
	}
	switch err := s.stopped(ctx, o); {
	case errors.Is(err, capacity.ErrStopped):
		blocks("%v", err)
	case err != nil:
		return nil, err
	}
	if owner := keda(o); owner != "" {
		blocks("KEDA writes this HPA: make kube://%s/scaledobject/%s the target in the policy", s.namespace, owner)
	}
	if least, most := s.least(o), s.most(o); least > most {
		blocks("%s %d is above %s %d: correct them", s.kind.min, least, s.kind.max, most)
	}
	for _, key := range []string{"autoscaling.keda.sh/paused", "autoscaling.keda.sh/paused-replicas"} {
		if value, ok := o.GetAnnotations()[key]; ok && s.kind.resource == scaledObjects && value != "false" {
			blocks("it is paused, so its numbers have no effect: remove the annotation %s=%s", key, value)
		}
	}
	for _, entry := range o.GetManagedFields() {
		var owned struct {
			Spec map[string]json.RawMessage `json:"f:spec"`
		}
		if entry.Manager == manager || entry.FieldsV1 == nil || json.Unmarshal(entry.FieldsV1.GetRawBytes(), &owned) != nil {
			continue
		}
		if _, ok := owned.Spec["f:"+s.kind.min]; ok {
			blocks("%s belongs to the field manager %s: take it out of what they declare, and apply that with --server-side", s.kind.min, entry.Manager)
		}
	}
	found = append(found, s.ineffective(o)...)
	resource, name, err := scaled(o)
	if err == nil {
		_, err = s.get(ctx, resource, name)
	}
	switch {
	case err != nil && (name == "" || errors.Is(err, capacity.ErrNoSuchTarget)):
		blocks("it scales nothing: %v", err)
		return found, nil
	case err != nil:
		return nil, err
	}
	off, err := s.atZero(ctx, resource, name, o)
	if err != nil {
		return nil, err
	}
	room, err := s.room(ctx, resource, name)
	return append(append(found, off...), room...), err
}

// room finds what keeps further pods from starting.
func (c cluster) room(ctx context.Context, r schema.GroupVersionResource, name string) ([]capacity.Finding, error) {
	var found []capacity.Finding
	all, err := c.list(ctx, quotas, "")
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		var quota corev1.ResourceQuota
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &quota); err != nil {
			return nil, fmt.Errorf("%s: read ResourceQuota %s: %w", c.target, o.GetName(), err)
		}
		for _, key := range []corev1.ResourceName{corev1.ResourcePods, "count/pods"} {
			if hard, ok := quota.Status.Hard[key]; ok {
				used := quota.Status.Used[key]
				found = append(found, capacity.Finding{Text: fmt.Sprintf(
					"ResourceQuota %s allows %d pods in the namespace, and %d are there: raise it if a plan may need more", o.GetName(), hard.Value(), used.Value())})
			}
		}
	}
	scale, err := c.get(ctx, r, name, "scale")
	if err != nil {
		return nil, err
	}
	selector := text(scale, "status", "selector")
	if selector == "" {
		return found, nil // it would select the pods of everybody
	}
	running, err := c.list(ctx, pods, selector)
	if err != nil {
		return nil, err
	}
	waiting, why := 0, ""
	for _, pod := range running {
		if reason := unschedulable(pod); reason != "" {
			waiting, why = waiting+1, reason
		}
	}
	if waiting > 0 {
		found = append(found, capacity.Finding{Text: fmt.Sprintf(
			"%d pods have no node (%s): %v; add nodes, or name a second pool in the policy", waiting, why, capacity.ErrNoCapacity)})
	}
	return found, nil
}

// unschedulable is why the scheduler has no node for a pod, or nothing.
func unschedulable(o unstructured.Unstructured) string {
	var pod corev1.Pod
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &pod); err != nil {
		return ""
	}
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse && condition.Reason == corev1.PodReasonUnschedulable {
			return condition.Message
		}
	}
	return ""
}
