package kube

import (
	"context"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"headroom/capacity"
)

// ineffective finds why the minimum that an autoscaler has does nothing, or less
// than it says, by its own fields and by the conditions that it reports.
func (s *Autoscaler) ineffective(o *unstructured.Unstructured) []capacity.Finding {
	if s.kind.resource == scaledObjects {
		return s.ineffectiveKEDA(o)
	}
	found := neverLowers(o, "spec", "behavior")
	for _, c := range conditions(o) {
		switch {
		case c.kind == "ScalingLimited" && c.status == "True" && c.reason == "TooManyReplicas":
			found = append(found, capacity.Warns("it is at %s, and its metrics ask for more (%s): raise %s", s.kind.max, c, s.kind.max))
		case c.status != "False" || c.reason == "ScalingDisabled": // which is told of the workload
		case c.kind == "AbleToScale":
			found = append(found, capacity.Blocks("it cannot scale (%s): correct the HPA or what it scales", c))
		case c.kind == "ScalingActive":
			found = append(found, capacity.Warns("it reads no metrics (%s): it raises to %s, but neither beyond it nor down", c, s.kind.min))
		}
	}
	return found
}

func (s *Autoscaler) ineffectiveKEDA(o *unstructured.Unstructured) []capacity.Finding {
	found := neverLowers(o, "spec", "advanced", "horizontalPodAutoscalerConfig", "behavior")
	paused := false
	for key, value := range o.GetAnnotations() {
		paused = paused || strings.HasPrefix(key, "autoscaling.keda.sh/paused") && value != "false"
	}
	for _, part := range []struct{ key, effect string }{
		{"autoscaling.keda.sh/paused-scale-out", "nothing is added"},
		{"autoscaling.keda.sh/paused-scale-in", "nothing is taken away"},
	} {
		if value, ok := o.GetAnnotations()[part.key]; ok && value != "false" {
			found = append(found, capacity.Blocks("it is paused in part, so %s: remove the annotation %s=%s", part.effect, part.key, value))
		}
	}
	if idle := number(o, -1, "spec", "idleReplicaCount"); idle >= 0 {
		found = append(found, capacity.Blocks("%s has no effect while no trigger is active, since idleReplicaCount is %d: remove idleReplicaCount", s.kind.min, idle))
	}
	for _, c := range conditions(o) {
		switch {
		case c.kind == "Ready" && c.status == "False":
			found = append(found, capacity.Blocks("KEDA does not carry it out (%s): correct the ScaledObject", c))
		case c.kind == "Fallback" && c.status == "True":
			found = append(found, capacity.Warns("a trigger cannot be read, and KEDA runs its fallback replicas (%s): repair the trigger", c))
		case c.kind == "Paused" && c.status == "True" && !paused:
			found = append(found, capacity.Blocks("it is paused, so its numbers have no effect (%s): resume it", c))
		}
	}
	return found
}

// neverLowers finds whether an autoscaler may take no replica away, by its behavior at
// a path.
func neverLowers(o *unstructured.Unstructured, path ...string) []capacity.Finding {
	if text(o, append(path, "scaleDown", "selectPolicy")...) != "Disabled" {
		return nil
	}
	return []capacity.Finding{capacity.Warns("behavior.scaleDown.selectPolicy is Disabled, so nothing is taken away when the planned minimum falls: set it to Max")}
}

// atZero finds an HPA that is off, since what it scales has no replicas.
func (s *Autoscaler) atZero(ctx context.Context, r schema.GroupVersionResource, name string, o *unstructured.Unstructured) ([]capacity.Finding, error) {
	if s.kind.resource != hpas || s.least(o) == 0 {
		return nil, nil
	}
	scale, err := s.get(ctx, r, name, "scale")
	if err != nil || number(scale, 0, "spec", "replicas") > 0 {
		return nil, err
	}
	return []capacity.Finding{capacity.Blocks("the HPA is off, since %s has 0 replicas: scale that to 1 or more", name)}, nil
}

// A condition is what an object reports of itself.
type condition struct{ kind, status, reason, message string }

func (c condition) String() string {
	return strings.TrimSuffix(strings.Join([]string{c.reason, c.message}, ": "), ": ")
}

// conditions are those of an object's status.
func conditions(o *unstructured.Unstructured) []condition {
	list, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions") // what is no list reports nothing
	var all []condition
	for _, item := range list {
		if m, ok := item.(map[string]any); ok {
			c := &unstructured.Unstructured{Object: m}
			all = append(all, condition{text(c, "type"), text(c, "status"), text(c, "reason"), text(c, "message")})
		}
	}
	return all
}
