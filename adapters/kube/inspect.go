package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"headroom/capacity"
)

var (
	pods   = corev1.SchemeGroupVersion.WithResource("pods")
	quotas = corev1.SchemeGroupVersion.WithResource("resourcequotas")
)

// Inspect looks for a stop, for an autoscaler that sets the replicas, for a rollout
// that is stuck, and for what keeps further pods from starting: quotas, queues of
// Kueue, too few nodes. A PodDisruptionBudget is none of it: it holds nothing back
// that is done here.
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
		found = append(found, capacity.Blocks("%v", err))
	}
	if other != "" {
		found = append(found, capacity.Finding{Blocks: true, Text: fmt.Sprintf("%s sets the replicas: make that the target in the policy", other)})
	}
	room, err := w.room(ctx, w.resource, o, number(o, 0, "spec", "replicas")+1)
	return append(found, room...), err
}

// Inspect looks for a stop, for numbers that contradict each other or belong to
// somebody else, for an autoscaler that is paused or scales nothing, and for what
// [Workload.Inspect] finds of its workload.
func (s *Autoscaler) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	o, err := s.get(ctx, s.kind.resource, s.name)
	if err != nil {
		return nil, err
	}
	var found []capacity.Finding
	blocks := func(format string, args ...any) {
		found = append(found, capacity.Blocks(format, args...))
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
	var workload *unstructured.Unstructured
	if err == nil {
		workload, err = s.get(ctx, resource, name)
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
	room, err := s.room(ctx, resource, workload, s.most(o))
	return append(append(found, off...), room...), err
}

// room finds what keeps further pods of a workload from starting, up to the most that
// may be asked for.
func (c cluster) room(ctx context.Context, r schema.GroupVersionResource, o *unstructured.Unstructured, most capacity.Units) ([]capacity.Finding, error) {
	found := rollout(o)
	pod, err := template(o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.target, err)
	}
	for _, look := range []func() ([]capacity.Finding, error){
		func() ([]capacity.Finding, error) { return c.overQuotas(ctx, pod) },
		func() ([]capacity.Finding, error) { return c.queued(ctx, o) },
		func() ([]capacity.Finding, error) { return c.fits(ctx, pod, most) },
		func() ([]capacity.Finding, error) { return c.waiting(ctx, r, o.GetName()) },
	} {
		more, err := look()
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}
