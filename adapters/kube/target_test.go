package kube_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"headroom/adapters/kube"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

func TestTarget_Conformance(t *testing.T) {
	for _, test := range []struct {
		target   string
		workload schema.GroupVersionResource
		text     string
	}{
		{"deployment", deployments, deployment},
		{"statefulset", statefulSets, statefulSet},
		{"scaledobject", deployments, deployment},
	} {
		t.Run(test.target, func(t *testing.T) {
			capacitytest.Target(t, func(t *testing.T) (capacity.Target, func()) {
				l := newLab(t)
				l.apply(t, test.workload, test.text)
				l.apply(t, scaledObjects, scaledObject)
				target := l.target(t, capacity.TargetName("kube://shop/"+test.target+"/web"))
				return target, func() { // what the controllers of the cluster do
					s, err := target.State(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					l.status(t, test.workload, "web", fmt.Sprintf(`{"replicas": %d, "readyReplicas": %d}`, s.Units, s.Units))
				}
			})
		})
	}
}

func TestAutoscaler_HPA(t *testing.T) {
	l := newLab(t)
	l.apply(t, deployments, deployment)
	l.status(t, deployments, "web", `{"replicas": 4, "readyReplicas": 3}`)
	l.apply(t, hpas, hpa)
	target := l.target(t, "kube://shop/hpa/web")
	check(t, target, capacity.State{Units: 1, Serving: 3, Floor: true}) // minReplicas is left out
	for _, n := range []capacity.Units{5, 5, 3} {
		if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: n}); err != nil {
			t.Fatal(err)
		}
		check(t, target, capacity.State{Units: n, Serving: 3, Floor: true})
	}
	for _, n := range []capacity.Units{-1, 0, 21} {
		if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: n}); !errors.Is(err, capacity.ErrOutOfBounds) {
			t.Errorf("scale to %d: got %v, want %v", n, err, capacity.ErrOutOfBounds)
		}
	}
	check(t, target, capacity.State{Units: 3, Serving: 3, Floor: true})
}

func TestAutoscaler_Limit(t *testing.T) {
	for name, resource := range map[string]schema.GroupVersionResource{"hpa": hpas, "scaledobject": scaledObjects} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.apply(t, deployments, deployment)
			text, most := hpa, `"maxReplicas":20,`
			if name == "scaledobject" {
				text, most = scaledObject, `"maxReplicaCount":20,`
			}
			l.apply(t, resource, text)
			l.applyAs(t, "headroom-limit", resource, text)
			l.apply(t, resource, strings.Replace(text, most, "", 1)) // the team hands the number over
			target := l.target(t, capacity.TargetName("kube://shop/"+name+"/web")).(capacity.Limited)
			if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 8}); err != nil {
				t.Fatal(err)
			}
			for _, test := range []struct {
				from, to capacity.Units
				err      error
			}{
				{from: 20, to: 30}, {from: 20, to: 30}, {from: 20, to: 40, err: capacity.ErrDrifted}, {from: 30, to: 7, err: capacity.ErrOutOfBounds},
			} {
				if err := target.Limit(t.Context(), capacity.Limiting{ID: "l", From: test.from, Max: test.to}); !errors.Is(err, test.err) {
					t.Errorf("limit %d to %d: got %v, want %v", test.from, test.to, err, test.err)
				}
			}
			if got, err := target.Limits(t.Context()); err != nil || got.Max != 30 {
				t.Errorf("got %+v, %v, want at most 30", got, err)
			}
			if s, err := target.State(t.Context()); err != nil || s.Units != 8 {
				t.Errorf("got %+v, %v, want the minimum to stay 8", s, err)
			}
		})
	}
}

// What is asked for already is not written again, whoever else writes there.
func TestScale_AlreadySo(t *testing.T) {
	l := newLab(t)
	l.apply(t, deployments, deployment)
	l.status(t, deployments, "web", `{"replicas": 2}`) // readyReplicas is left out while none is
	l.apply(t, hpas, hpaOfTeam)
	before := l.get(t, deployments, "web").GetResourceVersion()
	for _, name := range []capacity.TargetName{"kube://shop/deployment/web", "kube://shop/hpa/web"} {
		target := l.target(t, name)
		if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 2}); err != nil {
			t.Error(err)
		}
		check(t, target, capacity.State{Units: 2, Floor: name == "kube://shop/hpa/web"})
	}
	if after := l.get(t, deployments, "web").GetResourceVersion(); after != before {
		t.Errorf("the deployment was written: version %s, want %s", after, before)
	}
}

func TestAutoscaler_AboveMax(t *testing.T) {
	l := newLab(t)
	l.apply(t, deployments, deployment)
	l.apply(t, scaledObjects, scaledObject)
	target := l.target(t, "kube://shop/scaledobject/web")
	if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 21}); !errors.Is(err, capacity.ErrOutOfBounds) {
		t.Errorf("got %v, want %v", err, capacity.ErrOutOfBounds)
	}
	check(t, target, capacity.State{Floor: true})
}

// Numbers of others are left alone, and the error says whose they are.
func TestScale_Owned(t *testing.T) {
	for _, test := range []struct {
		name, target, hpa, says string
	}{
		{"number of the team", "hpa", hpaOfTeam, "the field manager team"},
		{"HPA of KEDA", "hpa", hpaOfKEDA, "kube://shop/scaledobject/orders"},
		{"deployment of an HPA", "deployment", hpa, "kube://shop/hpa/web"},
		{"deployment of KEDA", "deployment", hpaOfKEDA, "kube://shop/scaledobject/orders"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			l.apply(t, deployments, deployment)
			l.apply(t, hpas, test.hpa)
			target := l.target(t, capacity.TargetName("kube://shop/"+test.target+"/web"))
			before := []string{l.get(t, deployments, "web").GetResourceVersion(), l.get(t, hpas, "web").GetResourceVersion()}
			err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 9})
			if !errors.Is(err, capacity.ErrDrifted) || !strings.Contains(fmt.Sprint(err), test.says) {
				t.Errorf("got %v, want %v that says %q", err, capacity.ErrDrifted, test.says)
			}
			if diff := cmp.Diff(before, []string{l.get(t, deployments, "web").GetResourceVersion(), l.get(t, hpas, "web").GetResourceVersion()}); diff != "" {
				t.Errorf("something was written (-before +after):\n%s", diff)
			}
			capacitytest.Findings(t, target, "blocks: .*"+test.says)
		})
	}
}

func TestScale_Conflict(t *testing.T) {
	l := newStub(t)
	l.apply(t, deployments, deployment)
	l.before = func(r *http.Request) *metav1.Status {
		if r.Method == http.MethodPut { // somebody writes between our look and our write
			l.touch(l.objects["deployments.apps/web"])
		}
		return nil
	}
	target := l.target(t, "kube://shop/deployment/web")
	if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 9}); !errors.Is(err, capacity.ErrConflict) {
		t.Errorf("got %v, want %v", err, capacity.ErrConflict)
	}
	l.before = nil
	check(t, target, capacity.State{Units: 2})
}

// An HPA that is deleted between the look and the write does not come back.
func TestScale_Deleted(t *testing.T) {
	l := newStub(t)
	l.apply(t, deployments, deployment)
	l.apply(t, hpas, hpa)
	l.before = func(r *http.Request) *metav1.Status {
		if r.Method == http.MethodPatch {
			delete(l.objects, "horizontalpodautoscalers.autoscaling/web")
		}
		return nil
	}
	target := l.target(t, "kube://shop/hpa/web")
	if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 9}); !errors.Is(err, capacity.ErrConflict) {
		t.Errorf("got %v, want %v", err, capacity.ErrConflict)
	}
	if _, err := target.State(t.Context()); !errors.Is(err, capacity.ErrNoSuchTarget) {
		t.Errorf("got %v, want %v", err, capacity.ErrNoSuchTarget)
	}
}

func TestScale_Faults(t *testing.T) {
	for _, test := range []struct {
		status *metav1.Status
		want   error
	}{
		{failure(401, metav1.StatusReasonUnauthorized, "Unauthorized"), capacity.ErrAccess},
		{failure(403, metav1.StatusReasonForbidden, "forbidden"), capacity.ErrAccess},
		{failure(403, metav1.StatusReasonForbidden, `is forbidden: exceeded quota: pods, requested: pods=1`), capacity.ErrQuota},
		{failure(403, metav1.StatusReasonForbidden, `admission webhook "vscaledobject.kb.io" denied the request: idleReplicaCount=2 must be less than minReplicaCount=2`), capacity.ErrOutOfBounds},
		{failure(400, metav1.StatusReasonBadRequest, `admission webhook "limits.example.com" denied the request: at most 5`), capacity.ErrOutOfBounds},
		{failure(422, metav1.StatusReasonInvalid, `deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'most' with binding 'shop' denied request: at most 5`), capacity.ErrOutOfBounds},
		{failure(500, metav1.StatusReasonInternalError, `Internal error occurred: failed calling webhook "limits.example.com": context deadline exceeded`), capacity.ErrTargetBusy},
		{failure(404, metav1.StatusReasonNotFound, "not found"), capacity.ErrNoSuchTarget},
		{failure(409, metav1.StatusReasonConflict, "modified"), capacity.ErrConflict},
		{failure(422, metav1.StatusReasonInvalid, "invalid"), capacity.ErrOutOfBounds},
		{failure(429, metav1.StatusReasonTooManyRequests, "slow down"), capacity.ErrTargetBusy},
		{failure(500, metav1.StatusReasonServerTimeout, "slow"), capacity.ErrTargetBusy},
		{failure(504, metav1.StatusReasonTimeout, "slow"), capacity.ErrTargetBusy},
		{failure(503, metav1.StatusReasonServiceUnavailable, "starting"), capacity.ErrTargetBusy},
	} {
		t.Run(string(test.status.Reason)+" "+test.status.Message, func(t *testing.T) {
			for target, method := range map[capacity.TargetName]string{"kube://shop/deployment/web": http.MethodPut, "kube://shop/scaledobject/web": http.MethodPatch} {
				l := newStub(t)
				l.apply(t, deployments, deployment)
				l.apply(t, scaledObjects, scaledObject)
				l.before = func(r *http.Request) *metav1.Status {
					if r.Method == method {
						return test.status
					}
					return nil
				}
				err := l.target(t, target).Scale(t.Context(), capacity.Action{ID: "a", Units: 9})
				if !errors.Is(err, test.want) {
					t.Errorf("%s: got %v, want %v", target, err, test.want)
				}
				if strings.Contains(test.status.Message, "admission") && strings.Contains(err.Error(), "grant it the Role") {
					t.Errorf("%s: got %v, but the Role is not the remedy", target, err)
				}
			}
		})
	}
}

// The roles that are shipped allow what is done and nothing else.
func TestRole(t *testing.T) {
	used := map[string]bool{}
	for _, kind := range []string{"deployment", "statefulset", "hpa", "scaledobject"} {
		l := newLab(t)
		text := deployment
		if l.server != nil { // a real server has no Kueue
			text = strings.Replace(deployment, `"name":"web"}`, `"name":"web","labels":{"kueue.x-k8s.io/queue-name":"gpus"}}`, 1)
		}
		l.apply(t, deployments, text)
		l.apply(t, statefulSets, statefulSet)
		if kind == "hpa" {
			l.apply(t, hpas, hpa)
		}
		l.apply(t, scaledObjects, scaledObject)
		l.node(t, "small", "", `{"key":"gpu","effect":"NoSchedule"}`, `"pods":"5"`)
		target := l.target(t, capacity.TargetName("kube://shop/"+kind+"/web"))
		if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 5}); err != nil {
			t.Error(err)
		}
		check(t, target, capacity.State{Units: 5, Floor: kind == "hpa" || kind == "scaledobject"})
		if _, err := target.Inspect(t.Context()); err != nil {
			t.Error(err)
		}
		if l.server != nil {
			maps.Copy(used, l.used)
		}
	}
	granted := map[string]bool{}
	for _, rule := range slices.Concat(readRole(t).Rules, readClusterRole(t).Rules) {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				granted[verb+" "+rule.APIGroups[0]+"/"+resource] = true
			}
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(granted)), slices.Sorted(maps.Keys(used))); diff != "" && len(used) > 0 { // a real server does not tell
		t.Errorf("role.yaml and nodes.yaml (-granted +used):\n%s", diff)
	}

	other := newLab(t)
	_, err := other.target(t, "kube://shop/hpa/other").State(t.Context())
	if !errors.Is(err, capacity.ErrAccess) || !strings.Contains(fmt.Sprint(err), "get horizontalpodautoscalers.autoscaling") {
		t.Errorf("got %v, want %v that names what was refused", err, capacity.ErrAccess)
	}
}

func TestClusters_BadNames(t *testing.T) {
	for _, name := range badNames {
		if _, err := (kube.Clusters{}).Target(capacity.TargetName(name)); !errors.Is(err, capacity.ErrNoSuchTarget) {
			t.Errorf("target %q: got %v, want %v", name, err, capacity.ErrNoSuchTarget)
		}
	}
}

var badNames = []string{
	"", "sim://web", "kube://", "kube:///deployment/web", "kube://shop/deployment", "kube://shop/pod/web", "kube://shop/deployment/web/scale",
	"kube://shop/deployment/..", "kube://shop/deployment/web?ctx=a", "kube://Shop/hpa/web", "kube://shop/rollouts/web", "kube://u@shop/hpa/web",
}

func FuzzClusters_Target(f *testing.F) {
	for _, name := range append(badNames, "kube://shop/rollouts.v1alpha1.argoproj.io/web?context=a") {
		f.Add(name)
	}
	clusters := kube.Clusters{Config: (&server{url: "http://127.0.0.1:1"}).as("headroom")}
	f.Fuzz(func(t *testing.T, name string) {
		target, err := clusters.Target(capacity.TargetName(name))
		if (target == nil) == (err == nil) || err != nil && !errors.Is(err, capacity.ErrNoSuchTarget) {
			t.Errorf("target %q: got %v, %v", name, target, err)
		}
	})
}

func check(t *testing.T, target capacity.Target, want capacity.State) {
	t.Helper()
	if got, err := target.State(t.Context()); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}
