// Package kube scales what runs on Kubernetes.
//
//	kube://NAMESPACE/hpa/NAME           raises minReplicas of a HorizontalPodAutoscaler
//	kube://NAMESPACE/scaledobject/NAME  raises minReplicaCount of a ScaledObject of KEDA
//	kube://NAMESPACE/deployment/NAME    sets the replicas, where no autoscaler does
//	kube://NAMESPACE/statefulset/NAME   the same
//
// For statefulset may stand any RESOURCE.VERSION.GROUP that has a scale
// subresource, such as rollouts.v1alpha1.argoproj.io. With ?context=CTX another
// context of the kubeconfig is used than the current one.
//
// Only the number itself is written. An autoscaler's number is written by
// server-side apply as the field manager "headroom" and never by force, so a
// number that somebody else declares is theirs. The annotation [StopAnnotation] stops
// every change. The account needs the Role in deploy/kubernetes, and the ClusterRole
// there to know of nodes.
package kube

import (
	"cmp"
	"fmt"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"headroom/capacity"
)

// Clusters is where targets are looked for.
type Clusters struct {
	// Config says how the API server is reached; nil is as kubectl finds it:
	// KUBECONFIG, ~/.kube/config, or the service account of the pod.
	Config *rest.Config
}

// Target is what the name says; nothing is called yet. Its errors are
// ErrNoSuchTarget for a name that cannot be one, and ErrAccess if there is no
// way to a cluster. Every target is [capacity.Inspected]; those of autoscalers
// are [capacity.Limited] too.
func (c Clusters) Target(name capacity.TargetName) (capacity.Target, error) {
	a, err := parse(name)
	if err != nil {
		return nil, err
	}
	config, err := c.configure(a.context)
	if err != nil {
		return nil, fmt.Errorf("target %q: find a cluster; set KUBECONFIG, or run in a pod with a service account: %w: %w", name, err, capacity.ErrAccess)
	}
	api, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("target %q: correct the kubeconfig: %w: %w", name, err, capacity.ErrAccess)
	}
	namespace := cluster{api: api, target: name, namespace: a.namespace}
	if k, ok := kinds[a.resource]; ok {
		return &Autoscaler{cluster: namespace, kind: k, name: a.name}, nil
	}
	return &Workload{cluster: namespace, resource: a.resource, name: a.name}, nil
}

func (c Clusters) configure(context string) (*rest.Config, error) {
	config := rest.CopyConfig(cmp.Or(c.Config, &rest.Config{}))
	if c.Config == nil {
		var err error
		config, err = clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
			clientcmd.NewDefaultClientConfigLoadingRules(), &clientcmd.ConfigOverrides{CurrentContext: context}).ClientConfig()
		if err != nil {
			return nil, err
		}
	}
	config.Timeout = cmp.Or(config.Timeout, 15*time.Second)
	config.QPS = -1 // the server limits, and says so
	return config, nil
}
