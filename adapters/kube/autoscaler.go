package kube

import (
	"cmp"
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"headroom/capacity"
)

// A kind of autoscaler is where its numbers are, and what they are if they are
// left out.
type kind struct {
	resource    schema.GroupVersionResource
	min, max    string // fields of its spec
	lowest      capacity.Units
	defaultMin  capacity.Units
	defaultMost capacity.Units
}

// kinds are the autoscalers. The defaults are those of autoscaling/v2 and of
// KEDA's specification of a ScaledObject.
var kinds = map[schema.GroupVersionResource]kind{
	hpas:          {resource: hpas, min: "minReplicas", max: "maxReplicas", lowest: 1, defaultMin: 1},
	scaledObjects: {resource: scaledObjects, min: "minReplicaCount", max: "maxReplicaCount", defaultMost: 100},
}

// An Autoscaler is the least number of replicas beneath an autoscaler, which
// decides how many more run.
type Autoscaler struct {
	cluster
	kind kind
	name string
}

var (
	_ capacity.Limited   = (*Autoscaler)(nil)
	_ capacity.Inspected = (*Autoscaler)(nil)
)

// State is the autoscaler's minimum and the replicas that are ready, as
// [capacity.Target] says.
func (s *Autoscaler) State(ctx context.Context) (capacity.State, error) {
	o, err := s.get(ctx, s.kind.resource, s.name)
	if err != nil {
		return capacity.State{}, err
	}
	resource, name, err := scaled(o)
	if err != nil {
		return capacity.State{}, fmt.Errorf("%s: %w: %w", s.target, err, capacity.ErrNoSuchTarget)
	}
	serving, err := s.ready(ctx, resource, name)
	return capacity.State{Units: s.least(o), Serving: serving, Floor: true}, err
}

// Scale declares the autoscaler's minimum, as [capacity.Target] says. It
// returns ErrDrifted if somebody else declares it, ErrOutOfBounds if it is above
// the maximum, and ErrStopped if the autoscaler or what it scales has the
// annotation [StopAnnotation].
func (s *Autoscaler) Scale(ctx context.Context, a capacity.Action) error {
	o, err := s.get(ctx, s.kind.resource, s.name)
	if err != nil {
		return err
	}
	if err := s.ours(o); err != nil {
		return err
	}
	most := s.most(o)
	switch {
	case a.Units < s.kind.lowest:
		return fmt.Errorf("%s: set %s to %d: it is at least %d; raise min in the policy: %w", s.target, s.kind.min, a.Units, s.kind.lowest, capacity.ErrOutOfBounds)
	case a.Units > most:
		return fmt.Errorf("%s: set %s to %d: %s is %d; raise it, or lower max in the policy: %w", s.target, s.kind.min, a.Units, s.kind.max, most, capacity.ErrOutOfBounds)
	case a.Units == s.least(o):
		return nil
	}
	if err := s.stopped(ctx, o); err != nil {
		return err
	}
	after, err := s.apply(ctx, s.kind.resource, o, manager, s.kind.min, a.Units)
	if err != nil {
		return err
	}
	return s.kept(a.Units, s.least(after))
}

// ours refuses an HPA that KEDA writes anew whenever it likes.
func (s *Autoscaler) ours(o *unstructured.Unstructured) error {
	if owner := keda(o); owner != "" {
		return fmt.Errorf("%s: KEDA writes it; make kube://%s/scaledobject/%s the target in the policy: %w", s.target, s.namespace, owner, capacity.ErrDrifted)
	}
	return nil
}

func (s *Autoscaler) least(o *unstructured.Unstructured) capacity.Units {
	return number(o, s.kind.defaultMin, "spec", s.kind.min)
}

func (s *Autoscaler) most(o *unstructured.Unstructured) capacity.Units {
	return number(o, s.kind.defaultMost, "spec", s.kind.max)
}

// keda is the name of the ScaledObject that owns o, or nothing.
func keda(o *unstructured.Unstructured) string {
	for _, owner := range o.GetOwnerReferences() {
		if owner.Kind == "ScaledObject" {
			return owner.Name
		}
	}
	return ""
}

// scaled is what an autoscaler scales. It names a kind; the plural that its
// resource is called by follows from that without asking the server.
func scaled(o *unstructured.Unstructured) (schema.GroupVersionResource, string, error) {
	version := cmp.Or(text(o, "spec", "scaleTargetRef", "apiVersion"), deployments.GroupVersion().String())
	group, err := schema.ParseGroupVersion(version)
	name := text(o, "spec", "scaleTargetRef", "name")
	if err != nil || name == "" {
		return schema.GroupVersionResource{}, "", fmt.Errorf("spec.scaleTargetRef of %s %s names nothing; correct it", o.GetKind(), o.GetName())
	}
	resource, _ := meta.UnsafeGuessKindToResource(group.WithKind(cmp.Or(text(o, "spec", "scaleTargetRef", "kind"), "Deployment")))
	return resource, name, nil
}
