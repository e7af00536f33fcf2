package kube

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"
	podresources "k8s.io/component-helpers/resource"

	"headroom/capacity"
)

// overQuotas finds for how many more pods each ResourceQuota of the namespace has
// room, by the number of pods and by what each of them requests, such as GPUs.
func (c cluster) overQuotas(ctx context.Context, pod *corev1.Pod) ([]capacity.Finding, error) {
	all, err := c.list(ctx, quotas, "")
	if err != nil {
		return nil, err
	}
	needs := quotaNeeds(pod)
	var found []capacity.Finding
	for _, o := range all {
		var quota corev1.ResourceQuota
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &quota); err != nil {
			return nil, fmt.Errorf("%s: read ResourceQuota %s: %w", c.target, o.GetName(), err)
		}
		if !counts(quota, pod, needs) {
			continue
		}
		room, why := int64(-1), ""
		for _, key := range slices.Sorted(maps.Keys(quota.Status.Hard)) {
			need, asked := needs[key]
			if !asked {
				continue
			}
			hard, used := quota.Status.Hard[key], quota.Status.Used[key]
			left := hard.DeepCopy()
			left.Sub(used)
			if n := max(times(left, need), 0); room < 0 || n < room {
				room, why = n, fmt.Sprintf("%s of %s %s are used, and a pod needs %s", used.String(), hard.String(), key, need.String())
			}
		}
		if room >= 0 {
			f := capacity.Warns("ResourceQuota %s has room for %d more pods (%s): raise it if a plan may need more", o.GetName(), room, why)
			f.Blocks = room == 0
			found = append(found, f)
		}
	}
	return found, nil
}

// quotaNeeds is what one pod counts as, under each key of a ResourceQuota.
func quotaNeeds(pod *corev1.Pod) corev1.ResourceList {
	one := resource.MustParse("1")
	needs := corev1.ResourceList{corev1.ResourcePods: one, "count/pods": one}
	if pod == nil {
		return needs
	}
	for name, q := range podresources.PodRequests(pod, podresources.PodResourcesOptions{}) {
		if q.Sign() > 0 {
			needs["requests."+name] = q
			if !strings.Contains(string(name), "/") {
				needs[name] = q // cpu is short for requests.cpu
			}
		}
	}
	for name, q := range podresources.PodLimits(pod, podresources.PodResourcesOptions{}) {
		if q.Sign() > 0 {
			needs["limits."+name] = q
		}
	}
	return needs
}

// times is how often need goes into a quantity.
func times(left, need resource.Quantity) int64 {
	if left.MilliValue() < 1<<53 && need.MilliValue() < 1<<53 {
		return left.MilliValue() / max(need.MilliValue(), 1)
	}
	return left.Value() / max(need.Value(), 1)
}

// counts reports whether a quota with scopes counts such pods.
func counts(quota corev1.ResourceQuota, pod *corev1.Pod, needs corev1.ResourceList) bool {
	var scopes []corev1.ScopedResourceSelectorRequirement
	for _, s := range quota.Spec.Scopes {
		scopes = append(scopes, corev1.ScopedResourceSelectorRequirement{ScopeName: s, Operator: corev1.ScopeSelectorOpExists})
	}
	if quota.Spec.ScopeSelector != nil {
		scopes = append(scopes, quota.Spec.ScopeSelector.MatchExpressions...)
	}
	if len(scopes) > 0 && pod == nil {
		return false
	}
	bestEffort := len(needs) == 2 // it requests nothing
	for _, s := range scopes {
		is := true
		switch s.ScopeName { //nolint:exhaustive // of others it is not known
		case corev1.ResourceQuotaScopeTerminating:
			is = pod.Spec.ActiveDeadlineSeconds != nil
		case corev1.ResourceQuotaScopeNotTerminating:
			is = pod.Spec.ActiveDeadlineSeconds == nil
		case corev1.ResourceQuotaScopeBestEffort:
			is = bestEffort
		case corev1.ResourceQuotaScopeNotBestEffort:
			is = !bestEffort
		case corev1.ResourceQuotaScopePriorityClass:
			class := pod.Spec.PriorityClassName
			switch s.Operator {
			case corev1.ScopeSelectorOpIn:
				is = slices.Contains(s.Values, class)
			case corev1.ScopeSelectorOpNotIn:
				is = !slices.Contains(s.Values, class)
			case corev1.ScopeSelectorOpExists:
				is = class != ""
			case corev1.ScopeSelectorOpDoesNotExist:
				is = class == ""
			}
		default:
			is = false
		}
		if !is {
			return false
		}
	}
	return true
}
