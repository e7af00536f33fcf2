package kube_test

import (
	"regexp"
	"strings"
	"testing"

	"headroom/capacity"
)

func TestInspect(t *testing.T) {
	paused := strings.Replace(scaledObject, `"name":"web"}`, `"name":"web","annotations":{"autoscaling.keda.sh/paused-replicas":"4"}}`, 1)
	quota := `{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"small"},"spec":{"hard":{"pods":"5"}}}`
	pod := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"web"}]}}`
	for _, test := range []struct {
		name, target string
		fill         func(l lab)
		want         []string
	}{
		{"nothing", "scaledobject", func(l lab) { l.apply(t, scaledObjects, scaledObject) }, nil},
		{"paused", "scaledobject", func(l lab) { l.apply(t, scaledObjects, paused) }, []string{"blocks: it is paused.*paused-replicas=4"}},
		{"min above max", "scaledobject", func(l lab) {
			l.applyAs(t, "headroom", scaledObjects, strings.Replace(scaledObject, `"maxR`, `"minReplicaCount":30,"maxR`, 1))
		}, []string{"blocks: minReplicaCount 30 is above maxReplicaCount 20"}},
		{"scales nothing", "scaledobject", func(l lab) {
			l.apply(t, scaledObjects, strings.Replace(scaledObject, `{"name":"web"}}`, `{"name":"gone"}}`, 1))
		}, []string{"blocks: it scales nothing"}},
		{"quota", "deployment", func(l lab) {
			l.apply(t, quotas, quota)
			l.status(t, quotas, "small", `{"hard": {"pods": "5"}, "used": {"pods": "4"}}`)
		}, []string{"ResourceQuota small allows 5 pods in the namespace, and 4 are there"}},
		{"no node", "deployment", func(l lab) {
			l.apply(t, pods, pod)
			l.apply(t, pods, strings.NewReplacer("web-1", "other", `"app":"web"`, `"app":"other"`).Replace(pod))
			for _, name := range []string{"web-1", "other"} {
				l.status(t, pods, name, `{"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}]}`)
			}
		}, []string{"1 pods have no node .0/3 nodes are available.*" + capacity.ErrNoCapacity.Error()}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			l.apply(t, deployments, deployment)
			test.fill(l)
			checkFindings(t, l.target(t, capacity.TargetName("kube://shop/"+test.target+"/web")), test.want...)
		})
	}
}

// checkFindings compares what is found with patterns, one for each finding.
func checkFindings(t *testing.T, target capacity.Inspected, want ...string) {
	t.Helper()
	found, err := target.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		text := f.Text
		if f.Blocks {
			text = "blocks: " + text
		}
		got = append(got, text)
	}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if ok, err := regexp.MatchString("^"+want[i], got[i]); err != nil || !ok {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}
