package kube

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"headroom/capacity"
)

// rollout finds what a workload says of its own replicas: that they are refused, that
// a new version does not get ready, or that one is under way.
func rollout(o *unstructured.Unstructured) []capacity.Finding {
	var found []capacity.Finding
	replicas, updated, ready := number(o, 0, "status", "replicas"), number(o, 0, "status", "updatedReplicas"), number(o, 0, "status", "readyReplicas")
	stuck := false
	for _, c := range conditions(o) {
		switch {
		case c.kind == "ReplicaFailure" && c.status == "True":
			found = append(found, capacity.Blocks("its pods are refused (%s): correct what the message says", c))
		case c.kind == "Progressing" && c.reason == "ProgressDeadlineExceeded":
			stuck = true
			f := capacity.Warns("the rollout is stuck, and %d of %d replicas are ready (%s): further ones of the new version do not get ready either; roll back", ready, replicas, c)
			f.Blocks = ready == 0
			found = append(found, f)
		}
	}
	if paused, _, _ := unstructured.NestedBool(o.Object, "spec", "paused"); paused {
		found = append(found, capacity.Warns("its rollout is paused: the number is set, but no new version is rolled out; resume it with kubectl rollout resume"))
	}
	if generation := number(o, -1, "status", "observedGeneration"); !stuck && (updated < replicas && (generation >= 0 || updated > 0) || generation >= 0 && int64(generation) < o.GetGeneration()) {
		found = append(found, capacity.Warns("a rollout is under way (%d of %d replicas run the new version): replicas of both versions serve; wait until it has ended", updated, replicas))
	}
	ordered := o.GetKind() == "StatefulSet" && text(o, "spec", "podManagementPolicy") != "Parallel"
	if ordered && ready < replicas {
		found = append(found, capacity.Warns("%d of %d replicas are ready, and each starts only when the one before it is ready: one that does not get ready holds back all after it; repair it, or set podManagementPolicy to Parallel", ready, replicas))
	}
	return found
}

// neverStart are the reasons for which a container waits and that do not pass by
// themselves as a rule; an image that is still being pulled is none of them.
var neverStart = []string{"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError", "CreateContainerError", "CrashLoopBackOff"}

// waiting finds pods of the workload that have no node, or do not start.
func (c cluster) waiting(ctx context.Context, r schema.GroupVersionResource, name string) ([]capacity.Finding, error) {
	scale, err := c.get(ctx, r, name, "scale")
	if err != nil {
		return nil, err
	}
	selector := text(scale, "status", "selector")
	if selector == "" {
		return nil, nil // it would select the pods of everybody
	}
	running, err := c.list(ctx, pods, selector)
	if err != nil {
		return nil, err
	}
	var nodeless, gated, broken, ready int
	var whyNodeless, whyGated, whyBroken string
	for _, o := range running {
		var pod corev1.Pod
		if runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &pod) != nil {
			continue
		}
		for _, condition := range pod.Status.Conditions {
			switch {
			case condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue:
				ready++
			case condition.Type != corev1.PodScheduled || condition.Status != corev1.ConditionFalse:
			case condition.Reason == corev1.PodReasonUnschedulable:
				nodeless, whyNodeless = nodeless+1, condition.Message
			case condition.Reason == corev1.PodReasonSchedulingGated:
				gated, whyGated = gated+1, gates(pod)
			}
		}
		for _, s := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
			if w := s.State.Waiting; w != nil && slices.Contains(neverStart, w.Reason) {
				broken, whyBroken = broken+1, strings.TrimSuffix(w.Reason+": "+w.Message, ": ")
				break
			}
		}
	}
	var found []capacity.Finding
	if nodeless > 0 {
		found = append(found, capacity.Warns("%d pods have no node (%s): %v; add nodes, or name a second pool in the policy", nodeless, whyNodeless, capacity.ErrNoCapacity))
	}
	if gated > 0 {
		found = append(found, capacity.Warns("%d pods wait at a scheduling gate (%s): whoever set the gate has to open it", gated, whyGated))
	}
	if broken > 0 {
		f := capacity.Warns("%d pods do not start (%s): further ones will not either; repair the image or its configuration", broken, whyBroken)
		f.Blocks = ready == 0
		found = append(found, f)
	}
	return found, nil
}

// gates names the scheduling gates of a pod.
func gates(pod corev1.Pod) string {
	var names []string
	for _, g := range pod.Spec.SchedulingGates {
		names = append(names, g.Name)
	}
	return strings.Join(names, ", ")
}

// template is the pod that a workload makes, or nil if it says nothing of it.
func template(o *unstructured.Unstructured) (*corev1.Pod, error) {
	made, found, err := unstructured.NestedMap(o.Object, "spec", "template")
	if !found || err != nil {
		return nil, nil //nolint:nilerr // what has no template of pods in this form is not looked at
	}
	var t corev1.PodTemplateSpec
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(made, &t); err != nil {
		return nil, fmt.Errorf("read spec.template of %s %s: %w", o.GetKind(), o.GetName(), err)
	}
	return &corev1.Pod{ObjectMeta: t.ObjectMeta, Spec: t.Spec}, nil
}
