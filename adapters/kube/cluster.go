package kube

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"headroom/capacity"
)

// manager is the field manager that owns what is written for a plan. A field
// that a manager leaves out of an apply is removed, so the upper bound, which
// is moved at other times, has a manager of its own.
const (
	manager      = "headroom"
	limitManager = "headroom-limit"
)

// A cluster is one namespace of a cluster, as one target sees it.
type cluster struct {
	api       dynamic.Interface
	target    capacity.TargetName
	namespace string
}

func (c cluster) get(ctx context.Context, r schema.GroupVersionResource, name string, subresource ...string) (*unstructured.Unstructured, error) {
	o, err := c.api.Resource(r).Namespace(c.namespace).Get(ctx, name, metav1.GetOptions{}, subresource...)
	return o, c.explain(call{"get", r, name, subresource}, err)
}

func (c cluster) list(ctx context.Context, r schema.GroupVersionResource, selector string) ([]unstructured.Unstructured, error) {
	all, err := c.api.Resource(r).Namespace(c.namespace).List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, c.explain(call{"list", r, "", nil}, err)
	}
	return all.Items, nil
}

// updateScale writes a scale with the resourceVersion that it was read with.
func (c cluster) updateScale(ctx context.Context, r schema.GroupVersionResource, scale *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	o, err := c.api.Resource(r).Namespace(c.namespace).Update(ctx, scale, metav1.UpdateOptions{FieldManager: manager}, "scale")
	return o, c.explain(call{"update", r, scale.GetName(), []string{"scale"}}, err)
}

// apply declares one number in the spec of o. It names o by its UID and its
// version: an object that was deleted meanwhile does not come back to life, and one
// that was changed meanwhile, for example stopped, is a conflict.
func (c cluster) apply(ctx context.Context, r schema.GroupVersionResource, o *unstructured.Unstructured, as, field string, n capacity.Units) (*unstructured.Unstructured, error) {
	declared := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": o.GetAPIVersion(), "kind": o.GetKind(),
		"metadata": map[string]any{"name": o.GetName(), "namespace": o.GetNamespace(), "uid": string(o.GetUID()), "resourceVersion": o.GetResourceVersion()},
		"spec":     map[string]any{field: int64(n)},
	}}
	after, err := c.api.Resource(r).Namespace(c.namespace).Apply(ctx, o.GetName(), declared, metav1.ApplyOptions{FieldManager: as})
	return after, c.explain(call{"patch", r, o.GetName(), nil}, err)
}

// number is an integer inside an object, or otherwise if there is none.
func number(o *unstructured.Unstructured, otherwise capacity.Units, path ...string) capacity.Units {
	if n, found, err := unstructured.NestedInt64(o.Object, path...); found && err == nil {
		return capacity.Units(n)
	}
	return otherwise
}

func text(o *unstructured.Unstructured, path ...string) string {
	s, _, _ := unstructured.NestedString(o.Object, path...) // what is no text is as good as none
	return s
}
