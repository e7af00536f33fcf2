package kube_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// gpu is a deployment whose pods need a GPU each, and a node for them.
var gpu = strings.NewReplacer(
	`"image":"web"`, `"image":"web","resources":{"requests":{"cpu":"2","nvidia.com/gpu":"1"},"limits":{"nvidia.com/gpu":"1"}}`,
	`"spec":{"containers"`, `"spec":{"nodeSelector":{"pool":"gpus"},"priorityClassName":"high","tolerations":[{"key":"gpu","operator":"Exists"}],"containers"`,
).Replace(deployment)

// What a deployment says of its rollout.
func TestInspect_Rollout(t *testing.T) {
	condition := func(kind, status, reason string) string {
		return `"conditions":[{"type":"` + kind + `","status":"` + status + `","reason":"` + reason + `","message":"as it says"}]`
	}
	for _, test := range []struct {
		name, kind, text, status string
		want                     []string
	}{
		{"settled", "deployment", deployment, `"observedGeneration":9,"replicas":2,"updatedReplicas":2,"readyReplicas":2,` + condition("Progressing", "True", "NewReplicaSetAvailable"), nil},
		{"under way", "deployment", deployment, `"observedGeneration":9,"replicas":3,"updatedReplicas":1,"readyReplicas":2`, []string{"a rollout is under way .1 of 3 replicas run the new version"}},
		{"stuck", "deployment", deployment, `"observedGeneration":9,"replicas":3,"updatedReplicas":1,"readyReplicas":2,` + condition("Progressing", "False", "ProgressDeadlineExceeded"), []string{"the rollout is stuck, and 2 of 3 replicas are ready .ProgressDeadlineExceeded: as it says"}},
		{"stuck, none ready", "deployment", deployment, `"observedGeneration":9,"replicas":2,"updatedReplicas":2,` + condition("Progressing", "False", "ProgressDeadlineExceeded"), []string{"blocks: the rollout is stuck, and 0 of 2"}},
		{"pods are refused", "deployment", deployment, `"observedGeneration":9,"replicas":2,"updatedReplicas":2,"readyReplicas":2,` + condition("ReplicaFailure", "True", "FailedCreate"), []string{"blocks: its pods are refused .FailedCreate: as it says"}},
		{"paused", "deployment", strings.Replace(deployment, `"replicas"`, `"paused":true,"replicas"`, 1), `"observedGeneration":9,"replicas":2,"updatedReplicas":2,"readyReplicas":2`, []string{"its rollout is paused"}},
		{"one after the other", "statefulset", statefulSet, `"observedGeneration":9,"replicas":2,"updatedReplicas":2,"readyReplicas":1`, []string{"1 of 2 replicas are ready, and each starts only when the one before it"}},
		{"all at once", "statefulset", strings.Replace(statefulSet, `"replicas"`, `"podManagementPolicy":"Parallel","replicas"`, 1), `"observedGeneration":9,"replicas":2,"updatedReplicas":2,"readyReplicas":1`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			resource := schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: test.kind + "s"}
			l.apply(t, resource, test.text)
			l.status(t, resource, "web", "{"+test.status+"}")
			capacitytest.Findings(t, l.target(t, capacity.TargetName("kube://shop/"+test.kind+"/web")), test.want...)
		})
	}
}

// What an autoscaler says of itself.
func TestInspect_Autoscaler(t *testing.T) {
	for _, test := range []struct {
		name, kind, text, status string
		want                     []string
	}{
		{"at its maximum", "hpa", hpa, `{"currentReplicas":2,"desiredReplicas":2,"conditions":[{"type":"ScalingLimited","status":"True","reason":"TooManyReplicas","message":"more"}]}`, []string{"it is at maxReplicas, and its metrics ask for more"}},
		{"never lowers", "hpa", strings.Replace(hpa, `"maxR`, `"behavior":{"scaleDown":{"selectPolicy":"Disabled"}},"maxR`, 1), "", []string{"behavior.scaleDown.selectPolicy is Disabled"}},
		{"never lowers", "scaledobject", strings.Replace(scaledObject, `"maxR`, `"advanced":{"horizontalPodAutoscalerConfig":{"behavior":{"scaleDown":{"selectPolicy":"Disabled"}}}},"maxR`, 1), "", []string{"behavior.scaleDown.selectPolicy is Disabled"}},
		{"fallback", "scaledobject", scaledObject, `{"conditions":[{"type":"Ready","status":"True"},{"type":"Fallback","status":"True","reason":"FallbackExists"}]}`, []string{"a trigger cannot be read, and KEDA runs its fallback replicas .FallbackExists"}},
		{"of its workload", "hpa", hpa, "", nil},
	} {
		t.Run(test.name+" "+test.kind, func(t *testing.T) {
			l := newLab(t)
			l.apply(t, deployments, deployment)
			resource := map[string]schema.GroupVersionResource{"hpa": hpas, "scaledobject": scaledObjects}[test.kind]
			l.apply(t, resource, test.text)
			if test.status != "" {
				l.status(t, resource, "web", test.status)
			}
			capacitytest.Findings(t, l.target(t, capacity.TargetName("kube://shop/"+test.kind+"/web")), test.want...)
		})
	}
}

// The room of a quota is counted in pods, by what each requests.
func TestInspect_Quota(t *testing.T) {
	for _, test := range []struct {
		name, text, spec, hard, used string
		want                         []string
	}{
		{"GPUs", gpu, ``, `"requests.nvidia.com/gpu":"8"`, `"requests.nvidia.com/gpu":"6"`, []string{"ResourceQuota small has room for 2 more pods .6 of 8 requests.nvidia.com/gpu are used, and a pod needs 1."}},
		{"no GPU left", gpu, ``, `"requests.nvidia.com/gpu":"8"`, `"requests.nvidia.com/gpu":"8"`, []string{"blocks: ResourceQuota small has room for 0 more pods"}},
		{"the tightest", gpu, ``, `"requests.nvidia.com/gpu":"8","requests.cpu":"7","pods":"9"`, `"requests.nvidia.com/gpu":"2","requests.cpu":"3500m","pods":"1"`, []string{"ResourceQuota small has room for 1 more pods .3500m of 7 requests.cpu"}},
		{"short name", gpu, ``, `"cpu":"10"`, `"cpu":"1"`, []string{"ResourceQuota small has room for 4 more pods .1 of 10 cpu"}},
		{"GPUs that are not asked for", deployment, ``, `"requests.nvidia.com/gpu":"8"`, `"requests.nvidia.com/gpu":"8"`, nil},
		{"something else", gpu, ``, `"services":"1"`, `"services":"1"`, nil},
		{"of another priority", gpu, `"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["low"]}]},`, `"pods":"1"`, `"pods":"1"`, nil},
		{"of its priority", gpu, `"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["high"]}]},`, `"pods":"1"`, `"pods":"1"`, []string{"blocks: ResourceQuota small has room for 0"}},
		{"of jobs", gpu, `"scopes":["Terminating"],`, `"pods":"1"`, `"pods":"1"`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			l.apply(t, deployments, test.text)
			l.apply(t, quotas, `{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"small"},"spec":{`+test.spec+`"hard":{`+test.hard+`}}}`)
			l.status(t, quotas, "small", `{"hard":{`+test.hard+`},"used":{`+test.used+`}}`)
			capacitytest.Findings(t, l.target(t, "kube://shop/deployment/web"), test.want...)
		})
	}
}

// Nodes count if the scheduler would take them.
func TestInspect_Nodes(t *testing.T) {
	const pool, taint, large = `"pool":"gpus"`, `{"key":"gpu","effect":"NoSchedule"}`, `"cpu":"32","nvidia.com/gpu":"2","pods":"110"`
	for _, test := range []struct {
		name string
		fill func(l lab)
		want []string
	}{
		{"enough", func(l lab) { l.node(t, "a", pool, taint, large); l.node(t, "b", pool, "", large) }, nil},
		{"too few", func(l lab) { l.node(t, "a", pool, taint, large); l.node(t, "b", "", "", large) }, []string{"at most 2 pods fit onto the 1 of 2 nodes .*up to 3 may be asked for; add nodes"}},
		{"another pool", func(l lab) { l.node(t, "a", `"pool":"web"`, "", large) }, []string{"blocks: no node can run a pod: of 1 nodes, 0 match"}},
		{"a taint", func(l lab) { l.node(t, "a", pool, `{"key":"other","effect":"NoExecute"}`, large) }, []string{"blocks: no node can run a pod: of 1 nodes, 0 match"}},
		{"a taint that is a wish", func(l lab) {
			l.node(t, "a", pool, `{"key":"other","effect":"PreferNoSchedule"}`, large)
			l.node(t, "b", pool, "", large)
		}, nil},
		{"no GPU", func(l lab) { l.node(t, "a", pool, "", `"cpu":"32","pods":"110"`) }, []string{"blocks: no node can run a pod: of 1 nodes, 1 match its selector"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			l.apply(t, deployments, gpu)
			test.fill(l)
			capacitytest.Findings(t, l.target(t, "kube://shop/deployment/web"), test.want...)
		})
	}
}

// Where nodes may be added, too few of them are no reason not to plan.
func TestInspect_NodesMayCome(t *testing.T) {
	for name, test := range map[string]struct {
		fill func(l lab)
		want string
	}{
		"Karpenter": {func(l lab) {
			applyTo(t, l.admin.Resource(nodePools), "team", `{"apiVersion":"karpenter.sh/v1","kind":"NodePool","metadata":{"name":"gpus"}}`)
		}, "no node can run a pod.*; Karpenter may add nodes"},
		"cluster autoscaler": {func(l lab) {
			applyTo(t, l.admin.Resource(configMaps).Namespace("kube-system"), "team", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cluster-autoscaler-status"}}`)
		}, "no node can run a pod.*; the cluster autoscaler may add nodes"},
		"nodes are not to be read": {func(l lab) {
			l.before = func(r *http.Request) *metav1.Status {
				if strings.HasSuffix(r.URL.Path, "/nodes") {
					return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "nodes is forbidden")
				}
				return nil
			}
		}, "nodes cannot be read, so whether they have room is not known"},
		"pools are not to be read": {func(l lab) {
			l.before = func(r *http.Request) *metav1.Status {
				if strings.HasSuffix(r.URL.Path, "/nodepools") {
					return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "nodepools is forbidden")
				}
				return nil
			}
		}, "no node can run a pod.*an autoscaler of nodes, if there is one, may add nodes"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newStub(t)
			l.apply(t, deployments, gpu)
			l.node(t, "a", "", "", `"pods":"110"`)
			test.fill(l)
			capacitytest.Findings(t, l.target(t, "kube://shop/deployment/web"), test.want)
		})
	}
}

// Pods that wait, and why. An image that is being pulled is none of the reasons.
func TestInspect_Pods(t *testing.T) {
	waits := func(reason string) string {
		return `{"containerStatuses":[{"name":"web","image":"web","imageID":"","ready":false,"restartCount":0,"state":{"waiting":{"reason":"` + reason + `","message":"as it says"}}}]}`
	}
	const ready = `{"conditions":[{"type":"Ready","status":"True"}]}`
	for _, test := range []struct {
		name   string
		status []string
		want   []string
	}{
		{"image is not there", []string{waits("ImagePullBackOff"), waits("ErrImagePull")}, []string{"blocks: 2 pods do not start .ErrImagePull: as it says"}},
		{"image of the new version is not there", []string{ready, waits("ImagePullBackOff")}, []string{"1 pods do not start .ImagePullBackOff: as it says"}},
		{"crashes", []string{ready, waits("CrashLoopBackOff")}, []string{"1 pods do not start .CrashLoopBackOff"}},
		{"starts", []string{waits("ContainerCreating"), waits("PodInitializing")}, nil},
		{"gate", []string{`{"conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]}`}, []string{"1 pods wait at a scheduling gate .kueue.x-k8s.io/admission."}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			l.apply(t, deployments, deployment)
			for i, status := range test.status {
				name := "web-" + string(rune('a'+i))
				gates := ""
				if test.name == "gate" {
					gates = `"schedulingGates":[{"name":"kueue.x-k8s.io/admission"}],`
				}
				l.apply(t, pods, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"`+name+`","labels":{"app":"web"}},"spec":{`+gates+`"containers":[{"name":"web","image":"web"}]}}`)
				l.status(t, pods, name, status)
			}
			capacitytest.Findings(t, l.target(t, "kube://shop/deployment/web"), test.want...)
		})
	}
}

func TestInspect_Kueue(t *testing.T) {
	if os.Getenv(realServer) != "" {
		t.Skip("the real server has no Kueue")
	}
	for _, test := range []struct {
		name, status string
		want         []string
	}{
		{"no such queue", "", []string{"the label kueue.x-k8s.io/queue-name names LocalQueue gpus, which does not exist"}},
		{"active", `{"pendingWorkloads":0,"conditions":[{"type":"Active","status":"True"}]}`, nil},
		{"not active", `{"conditions":[{"type":"Active","status":"False","reason":"ClusterQueueIsInactive","message":"stopped"}]}`, []string{"blocks: Kueue lets no further pod start, since LocalQueue gpus is not active .ClusterQueueIsInactive: stopped"}},
		{"full", `{"pendingWorkloads":3,"conditions":[{"type":"Active","status":"True"}]}`, []string{"3 workloads wait in LocalQueue gpus"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			l.apply(t, deployments, strings.Replace(deployment, `"name":"web"}`, `"name":"web","labels":{"kueue.x-k8s.io/queue-name":"gpus"}}`, 1))
			if test.status != "" {
				l.apply(t, localQueues, `{"apiVersion":"kueue.x-k8s.io/v1beta1","kind":"LocalQueue","metadata":{"name":"gpus"},"spec":{"clusterQueue":"all"}}`)
				l.status(t, localQueues, "gpus", test.status)
			}
			capacitytest.Findings(t, l.target(t, "kube://shop/deployment/web"), test.want...)
		})
	}
}

// While a new version is rolled out the replicas of the old one serve as well, so all
// that are ready count.
func TestState_Rollout(t *testing.T) {
	l := newLab(t)
	l.apply(t, deployments, deployment)
	l.status(t, deployments, "web", `{"replicas":3,"updatedReplicas":1,"readyReplicas":2,"availableReplicas":2}`)
	check(t, l.target(t, "kube://shop/deployment/web"), capacity.State{Units: 2, Serving: 2})
}
