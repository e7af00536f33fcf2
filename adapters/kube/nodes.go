package kube

import (
	"context"
	"errors"
	"fmt"
	"math"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	podresources "k8s.io/component-helpers/resource"
	scheduling "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"

	"headroom/capacity"
)

var (
	nodes      = corev1.SchemeGroupVersion.WithResource("nodes")
	configMaps = corev1.SchemeGroupVersion.WithResource("configmaps")
	nodePools  = schema.GroupVersionResource{Group: "karpenter.sh", Version: "v1", Resource: "nodepools"}
)

// fits finds whether the nodes of the cluster could run the most pods that may be asked for, if
// nothing else ran there: an upper limit, which needs no look at the pods of others. The nodes
// counted are those that the scheduler would take: ready, not cordoned, with the
// labels that the pod asks for and without taints that it does not tolerate.
func (c cluster) fits(ctx context.Context, pod *corev1.Pod, most capacity.Units) ([]capacity.Finding, error) {
	if pod == nil {
		return nil, nil
	}
	all, err := c.everywhere().list(ctx, nodes, "")
	switch {
	case errors.Is(err, capacity.ErrAccess):
		return []capacity.Finding{capacity.Warns("nodes cannot be read, so whether they have room is not known: grant the ClusterRole in deploy/kubernetes/nodes.yaml")}, nil
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, nil // pods that find none are found as such
	}
	requests := podresources.PodRequests(pod, podresources.PodResourcesOptions{})
	affinity := nodeaffinity.GetRequiredNodeAffinity(pod)
	matching, room := 0, int64(0)
	for _, o := range all {
		var node corev1.Node
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &node); err != nil {
			return nil, fmt.Errorf("%s: read node %s: %w", c.target, o.GetName(), err)
		}
		if ok, err := affinity.Match(&node); err != nil || !ok || !takes(node, pod) {
			continue
		}
		matching++
		n := int64(math.MaxInt64)
		for name, need := range requests {
			if need.Sign() > 0 {
				n = min(n, times(node.Status.Allocatable[name], need))
			}
		}
		if pods, limited := node.Status.Allocatable[corev1.ResourcePods]; limited {
			n = min(n, pods.Value())
		}
		if n < math.MaxInt64 {
			room += n
		} else {
			room = math.MaxInt32
		}
	}
	if room >= int64(most) && room > 0 {
		return nil, nil
	}
	adds, err := c.addsNodes(ctx)
	if err != nil {
		return nil, err
	}
	f := capacity.Warns("at most %d pods fit onto the %d of %d nodes that match their selector, affinity, tolerations and requests, and up to %d may be asked for", room, matching, len(all), most)
	if room == 0 {
		f = capacity.Blocks("no node can run a pod: of %d nodes, %d match its selector, affinity and tolerations, and none of those is large enough for its requests", len(all), matching)
	}
	switch {
	case adds != "":
		f.Blocks = false
		f.Text += "; " + adds + " may add nodes: see that it may add that many"
	default:
		f.Text += "; add nodes, or name a second pool in the policy"
	}
	return []capacity.Finding{f}, nil
}

// takes reports whether the scheduler may put the pod on a node, but for affinity and
// size.
func takes(node corev1.Node, pod *corev1.Pod) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady && condition.Status != corev1.ConditionTrue {
			return false
		}
	}
	repels := func(t *corev1.Taint) bool { return t.Effect != corev1.TaintEffectPreferNoSchedule }
	_, repelled := scheduling.FindMatchingUntoleratedTaint(klog.Background(), node.Spec.Taints, pod.Spec.Tolerations, repels, false)
	return !repelled && !node.Spec.Unschedulable
}

// addsNodes is what may add nodes to the cluster, or nothing if nothing does.
func (c cluster) addsNodes(ctx context.Context) (string, error) {
	pools, err := c.everywhere().list(ctx, nodePools, "")
	switch {
	case errors.Is(err, capacity.ErrAccess):
		return "an autoscaler of nodes, if there is one,", nil
	case err != nil && !errors.Is(err, capacity.ErrNoSuchTarget):
		return "", err
	case len(pools) > 0:
		return "Karpenter", nil
	}
	system := c
	system.namespace = "kube-system"
	_, err = system.get(ctx, configMaps, "cluster-autoscaler-status")
	switch {
	case errors.Is(err, capacity.ErrAccess):
		return "an autoscaler of nodes, if there is one,", nil
	case errors.Is(err, capacity.ErrNoSuchTarget):
		return "", nil
	}
	return "the cluster autoscaler", err
}

// everywhere is the cluster without a namespace, for resources that have none.
func (c cluster) everywhere() cluster {
	c.namespace = ""
	return c
}

var (
	localQueues = schema.GroupVersionResource{Group: "kueue.x-k8s.io", Version: "v1beta1", Resource: "localqueues"}
	// queueLabel says through which queue of Kueue the pods of a workload go.
	queueLabel = "kueue.x-k8s.io/queue-name"
)

// queued finds whether the queue of Kueue that the pods of a workload go through lets
// any of them start.
func (c cluster) queued(ctx context.Context, o *unstructured.Unstructured) ([]capacity.Finding, error) {
	name := o.GetLabels()[queueLabel]
	if name == "" {
		return nil, nil
	}
	queue, err := c.get(ctx, localQueues, name)
	switch {
	case errors.Is(err, capacity.ErrNoSuchTarget):
		return []capacity.Finding{capacity.Warns("the label %s names LocalQueue %s, which does not exist: Kueue lets no pod start; create it, or correct the label", queueLabel, name)}, nil
	case errors.Is(err, capacity.ErrAccess):
		return []capacity.Finding{capacity.Warns("LocalQueue %s of Kueue cannot be read, so whether it lets pods start is not known: grant the Role in deploy/kubernetes", name)}, nil
	case err != nil:
		return nil, err
	}
	var found []capacity.Finding
	for _, condition := range conditions(queue) {
		if condition.kind == "Active" && condition.status == "False" {
			found = append(found, capacity.Blocks("Kueue lets no further pod start, since LocalQueue %s is not active (%s): activate its ClusterQueue", name, condition))
		}
	}
	if n := number(queue, 0, "status", "pendingWorkloads"); n > 0 {
		found = append(found, capacity.Warns("%d workloads wait in LocalQueue %s of Kueue: its quota is used up; raise it, or name a second pool", n, name))
	}
	return found, nil
}
