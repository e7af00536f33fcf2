package kube_test

import (
	"strings"
	"testing"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
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
		{"idle at none", "scaledobject", func(l lab) {
			l.apply(t, scaledObjects, strings.Replace(scaledObject, `"maxR`, `"idleReplicaCount":0,"minReplicaCount":3,"maxR`, 1))
			l.apply(t, deployments, strings.Replace(deployment, `"replicas":2`, `"replicas":0`, 1))
		}, []string{"blocks: minReplicaCount belongs", "blocks: minReplicaCount has no effect while no trigger is active, since idleReplicaCount is 0"}},
		{"idle at two", "scaledobject", func(l lab) {
			l.apply(t, scaledObjects, strings.Replace(scaledObject, `"maxR`, `"idleReplicaCount":2,"maxR`, 1))
		}, []string{"blocks: minReplicaCount has no effect.*idleReplicaCount is 2: remove idleReplicaCount"}},
		{"not ready", "scaledobject", func(l lab) {
			l.apply(t, scaledObjects, scaledObject)
			l.status(t, scaledObjects, "web", `{"conditions":[{"type":"Ready","status":"False","reason":"ScaledObjectCheckFailed","message":"no HPA"},{"type":"Active","status":"False"},{"type":"Paused","status":"False"}]}`)
		}, []string{"blocks: KEDA does not carry it out .ScaledObjectCheckFailed: no HPA"}},
		{"ready", "scaledobject", func(l lab) {
			l.apply(t, scaledObjects, scaledObject)
			l.status(t, scaledObjects, "web", `{"conditions":[{"type":"Ready","status":"True"},{"type":"Active","status":"False"},{"type":"Fallback","status":"False"}]}`)
		}, nil},
		{"reported as paused", "scaledobject", func(l lab) {
			l.apply(t, scaledObjects, scaledObject)
			l.status(t, scaledObjects, "web", `{"conditions":[{"type":"Paused","status":"True","reason":"ScaledObjectPaused"}]}`)
		}, []string{"blocks: it is paused.*ScaledObjectPaused"}},
		{"paused and reported", "scaledobject", func(l lab) {
			l.apply(t, scaledObjects, paused)
			l.status(t, scaledObjects, "web", `{"conditions":[{"type":"Paused","status":"True","reason":"ScaledObjectPaused"}]}`)
		}, []string{"blocks: it is paused.*paused-replicas=4"}},
		{"paused upwards", "scaledobject", func(l lab) {
			l.apply(t, scaledObjects, strings.Replace(paused, `paused-replicas":"4"`, `paused-scale-out":"true"`, 1))
		}, []string{"blocks: it is paused in part, so nothing is added: remove the annotation autoscaling.keda.sh/paused-scale-out=true"}},
		{"paused downwards", "scaledobject", func(l lab) {
			l.apply(t, scaledObjects, strings.Replace(paused, `paused-replicas":"4"`, `paused-scale-in":"true"`, 1))
		}, []string{"blocks: it is paused in part, so nothing is taken away"}},
		{"not paused", "scaledobject", func(l lab) {
			l.apply(t, scaledObjects, strings.Replace(paused, `paused-replicas":"4"`, `paused-scale-out":"false"`, 1))
		}, nil},
		{"off at zero", "hpa", func(l lab) {
			l.apply(t, hpas, hpa)
			l.apply(t, deployments, strings.Replace(deployment, `"replicas":2`, `"replicas":0`, 1))
			l.status(t, hpas, "web", `{"currentReplicas":0,"desiredReplicas":0,"conditions":[{"type":"ScalingActive","status":"False","reason":"ScalingDisabled","message":"scaling is disabled"}]}`)
		}, []string{"blocks: the HPA is off, since web has 0 replicas"}},
		{"off, not yet reported", "hpa", func(l lab) {
			l.apply(t, hpas, hpa)
			l.apply(t, deployments, strings.Replace(deployment, `"replicas":2`, `"replicas":0`, 1))
		}, []string{"blocks: the HPA is off, since web has 0 replicas"}},
		{"not able", "hpa", func(l lab) {
			l.apply(t, hpas, hpa)
			l.status(t, hpas, "web", `{"currentReplicas":0,"desiredReplicas":0,"conditions":[{"type":"AbleToScale","status":"False","reason":"FailedGetScale","message":"no matches for kind"}]}`)
		}, []string{"blocks: it cannot scale .FailedGetScale: no matches for kind"}},
		{"no metrics", "hpa", func(l lab) {
			l.apply(t, hpas, hpa)
			l.status(t, hpas, "web", `{"currentReplicas":2,"desiredReplicas":2,"conditions":[{"type":"AbleToScale","status":"True"},{"type":"ScalingActive","status":"False","reason":"FailedGetResourceMetric","message":"no metrics"}]}`)
		}, []string{"it reads no metrics .FailedGetResourceMetric: no metrics"}},
		{"at its limit", "hpa", func(l lab) {
			l.apply(t, hpas, hpa)
			l.status(t, hpas, "web", `{"currentReplicas":2,"desiredReplicas":2,"conditions":[{"type":"ScalingLimited","status":"True","reason":"TooFewReplicas"},{"type":"ScalingActive","status":"True"}]}`)
		}, nil},
		{"quota", "deployment", func(l lab) {
			l.apply(t, quotas, quota)
			l.status(t, quotas, "small", `{"hard": {"pods": "5"}, "used": {"pods": "4"}}`)
		}, []string{"ResourceQuota small has room for 1 more pods .4 of 5 pods are used, and a pod needs 1."}},
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
			capacitytest.Findings(t, l.target(t, capacity.TargetName("kube://shop/"+test.target+"/web")), test.want...)
		})
	}
}
