package kube_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"headroom/adapters/kube"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

func TestTarget_Stopped(t *testing.T) {
	for name, marked := range map[string]schema.GroupVersionResource{
		"deployment": deployments, "statefulset": statefulSets, "hpa": hpas, "scaledobject": scaledObjects,
		"hpa of": deployments, "scaledobject of": deployments, // what the autoscaler scales has the annotation
	} {
		t.Run(name, func(t *testing.T) {
			capacitytest.Stopped(t, func(t *testing.T) capacitytest.Stoppable {
				l := newLab(t)
				l.apply(t, deployments, deployment)
				l.apply(t, statefulSets, statefulSet)
				kind, _, _ := strings.Cut(name, " ")
				if resource := map[string]schema.GroupVersionResource{"hpa": hpas, "scaledobject": scaledObjects}[kind]; resource.Resource != "" {
					text, most, least := hpa, `"maxReplicas":20,`, `"minReplicas":2,`
					if kind == "scaledobject" {
						text, most, least = scaledObject, `"maxReplicaCount":20,`, `"minReplicaCount":2,`
					}
					l.applyAs(t, "headroom-limit", resource, text)
					l.applyAs(t, "headroom", resource, strings.Replace(text, most, least, 1))
				}
				return capacitytest.Stoppable{
					Target: l.target(t, capacity.TargetName("kube://shop/"+kind+"/web")),
					Stop:   func(reason string) { l.annotate(t, marked, "web", kube.StopAnnotation, reason) },
					Resume: func() { l.annotate(t, marked, "web", kube.StopAnnotation, "") },
				}
			})
		})
	}
}

// The error says who has stopped it and how to go on, and an empty reason stops too.
func TestScale_StoppedBy(t *testing.T) {
	l := newLab(t)
	l.apply(t, deployments, deployment)
	for _, reason := range []string{"load test", ""} {
		text := strings.Replace(deployment, `"name":"web"}`, `"name":"web","annotations":{"headroom.dev/stop":"`+reason+`"}}`, 1)
		if reason != "" {
			l.annotate(t, deployments, "web", kube.StopAnnotation, reason)
		} else {
			l = newLab(t)
			l.apply(t, deployments, text)
		}
		err := l.target(t, "kube://shop/deployment/web").Scale(t.Context(), capacity.Action{ID: "a", Units: 5})
		if !errors.Is(err, capacity.ErrStopped) {
			t.Fatalf("got %v, want %v", err, capacity.ErrStopped)
		}
		for _, part := range []string{`headroom.dev/stop="` + reason + `"`, "kubectl annotate --namespace shop deployment web headroom.dev/stop-"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("got %v, want it to say %s", err, part)
			}
		}
		if reason != "" && !strings.Contains(err.Error(), "set by the field manager kubectl-annotate at 20") {
			t.Errorf("got %v, want it to say who has set it", err)
		}
	}
}

// A stop that comes between the look and the write is not overlooked.
func TestScale_StoppedMeanwhile(t *testing.T) {
	for name, resource := range map[string]string{"deployment": "deployments.apps/web", "hpa": "horizontalpodautoscalers.autoscaling/web"} {
		l := newStub(t)
		l.apply(t, deployments, deployment)
		l.apply(t, hpas, hpa)
		if name == "deployment" {
			delete(l.objects, "horizontalpodautoscalers.autoscaling/web")
		}
		l.before = func(r *http.Request) *metav1.Status {
			if r.Method == http.MethodPatch || r.Method == http.MethodPut {
				o := l.objects[resource]
				at(o, "metadata")["annotations"] = object{kube.StopAnnotation: "now"}
				l.touch(o)
			}
			return nil
		}
		target := l.target(t, capacity.TargetName("kube://shop/"+name+"/web"))
		before, err := target.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 9}); !errors.Is(err, capacity.ErrConflict) {
			t.Errorf("%s: got %v, want %v", name, err, capacity.ErrConflict)
		}
		l.before = nil
		check(t, target, before)
	}
}
