package kube

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"headroom/capacity"
)

// A Workload is replicas whose number nobody else sets.
type Workload struct {
	cluster
	resource schema.GroupVersionResource
	name     string
}

var _ capacity.Inspected = (*Workload)(nil)

// State is spec.replicas and the replicas that are ready, as [capacity.Target] says.
func (w *Workload) State(ctx context.Context) (capacity.State, error) {
	scale, err := w.get(ctx, w.resource, w.name, "scale")
	if err != nil {
		return capacity.State{}, err
	}
	serving, err := w.ready(ctx, w.resource, w.name)
	return capacity.State{Units: number(scale, 0, "spec", "replicas"), Serving: serving}, err
}

// Scale writes spec.replicas, as [capacity.Target] says. It returns ErrDrifted
// if an autoscaler sets the replicas: then that is the target; and ErrStopped if
// the object has the annotation [StopAnnotation].
func (w *Workload) Scale(ctx context.Context, a capacity.Action) error {
	if a.Units < 0 {
		return fmt.Errorf("%s: scale to %d: less than none: %w", w.target, a.Units, capacity.ErrOutOfBounds)
	}
	scale, err := w.get(ctx, w.resource, w.name, "scale")
	if err != nil {
		return err
	}
	if number(scale, 0, "spec", "replicas") == a.Units {
		return nil
	}
	// Read after its scale, whose version the write carries: an annotation that comes
	// later is a conflict.
	o, err := w.get(ctx, w.resource, w.name)
	if err != nil {
		return err
	}
	if err := w.stopped(o); err != nil {
		return err
	}
	if other, err := w.autoscaler(ctx); err != nil {
		return err
	} else if other != "" {
		return fmt.Errorf("%s: scale to %d: %s sets its replicas; make that the target in the policy: %w", w.target, a.Units, other, capacity.ErrDrifted)
	}
	if err := unstructured.SetNestedField(scale.Object, int64(a.Units), "spec", "replicas"); err != nil {
		return fmt.Errorf("%s: scale to %d: %w", w.target, a.Units, err)
	}
	after, err := w.updateScale(ctx, w.resource, scale)
	if err != nil {
		return err
	}
	return w.kept(a.Units, number(after, 0, "spec", "replicas"))
}

// kept checks what the API server says it wrote: an admission webhook may have
// changed the number.
func (c cluster) kept(asked, written capacity.Units) error {
	if asked != written {
		return fmt.Errorf("%s: asked for %d, and %d was written; look for an admission webhook that changes it: %w", c.target, asked, written, capacity.ErrDrifted)
	}
	return nil
}

// autoscaler is the target's name of the autoscaler that sets the replicas, or
// nothing if none does.
func (w *Workload) autoscaler(ctx context.Context) (string, error) {
	all, err := w.list(ctx, hpas, "")
	if err != nil {
		return "", err
	}
	for _, hpa := range all {
		if resource, name, err := scaled(&hpa); err != nil || resource.GroupResource() != w.resource.GroupResource() || name != w.name {
			continue
		}
		if owner := keda(&hpa); owner != "" {
			return fmt.Sprintf("kube://%s/scaledobject/%s", w.namespace, owner), nil
		}
		return fmt.Sprintf("kube://%s/hpa/%s", w.namespace, hpa.GetName()), nil
	}
	return "", nil
}

// ready is how many replicas take load. Resources that do not tell how many are
// ready, which none of Kubernetes itself is, count those that exist.
func (c cluster) ready(ctx context.Context, r schema.GroupVersionResource, name string) (capacity.Units, error) {
	o, err := c.get(ctx, r, name)
	if err != nil {
		return 0, err
	}
	if n := number(o, -1, "status", "readyReplicas"); n >= 0 {
		return n, nil
	}
	if r.Group == deployments.Group {
		return 0, nil // it leaves out a zero
	}
	scale, err := c.get(ctx, r, name, "scale")
	if err != nil {
		return 0, err
	}
	return number(scale, 0, "status", "replicas"), nil
}
