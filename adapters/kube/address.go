package kube

import (
	"fmt"
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"

	"headroom/capacity"
)

// The resources that have a short name in an address.
var (
	hpas          = schema.GroupVersionResource{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"}
	scaledObjects = schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledobjects"}
	deployments   = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	statefulSets  = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "statefulsets"}

	short = map[string]schema.GroupVersionResource{
		"hpa": hpas, "scaledobject": scaledObjects, "deployment": deployments, "statefulset": statefulSets,
	}
)

// An address is a target's name, taken apart.
type address struct {
	namespace, name, context string
	resource                 schema.GroupVersionResource
}

func parse(target capacity.TargetName) (address, error) {
	wrong := func(why string) (address, error) {
		return address{}, fmt.Errorf("target %q: %s; write kube://NAMESPACE/RESOURCE/NAME, RESOURCE being hpa, scaledobject, deployment, statefulset, "+
			"or one such as rollouts.v1alpha1.argoproj.io: %w", target, why, capacity.ErrNoSuchTarget)
	}
	u, err := url.Parse(string(target))
	if err != nil {
		return wrong("it is no address")
	}
	if u.Scheme != "kube" || u.User != nil || u.Fragment != "" || len(validation.IsDNS1123Label(u.Host)) > 0 {
		return wrong("it names no namespace")
	}
	resource, name, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if name == "" || len(content.IsPathSegmentName(name)) > 0 {
		return wrong("it names no object")
	}
	a := address{namespace: u.Host, name: name}
	if known, ok := short[resource]; ok {
		a.resource = known
	} else if r, _ := schema.ParseResourceArg(resource); r != nil && r.Group != "" && len(validation.IsDNS1123Subdomain(resource)) == 0 {
		a.resource = *r
	} else {
		return wrong("it names no resource")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return wrong("its parameters cannot be read")
	}
	for key := range query {
		if key != "context" {
			return wrong(fmt.Sprintf("parameter %q is unknown", key))
		}
	}
	a.context = query.Get("context")
	return a, nil
}
