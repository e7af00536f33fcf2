package kube_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"headroom/adapters/kube"
	"headroom/capacity"
)

var (
	deployments   = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	statefulSets  = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "statefulsets"}
	hpas          = schema.GroupVersionResource{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"}
	scaledObjects = schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledobjects"}
	pods          = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	nodes         = schema.GroupVersionResource{Version: "v1", Resource: "nodes"}
	configMaps    = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	nodePools     = schema.GroupVersionResource{Group: "karpenter.sh", Version: "v1", Resource: "nodepools"}
	localQueues   = schema.GroupVersionResource{Group: "kueue.x-k8s.io", Version: "v1beta1", Resource: "localqueues"}
	quotas        = schema.GroupVersionResource{Version: "v1", Resource: "resourcequotas"}
)

const (
	deployment   = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"web"}]}}}}`
	statefulSet  = `{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"web"},"spec":{"replicas":2,"serviceName":"web","selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"web"}]}}}}`
	hpa          = `{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"web"},"spec":{"maxReplicas":20,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}}`
	hpaOfTeam    = `{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"web"},"spec":{"minReplicas":2,"maxReplicas":20,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}}`
	hpaOfKEDA    = `{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"web","ownerReferences":[{"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","name":"orders","uid":"7"}]},"spec":{"maxReplicas":20,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}}`
	scaledObject = `{"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","metadata":{"name":"web"},"spec":{"maxReplicaCount":20,"scaleTargetRef":{"name":"web"}}}`
)

// A lab is a namespace "shop" that a team fills, and the account "headroom"
// whose Role counts.
type lab struct {
	*server // nil in the lane of the real API server
	config  func(account string) *rest.Config
	admin   dynamic.Interface
}

// newLab is a lab on the stub or, in its lane, on a real API server.
func newLab(t *testing.T) lab {
	t.Helper()
	if url := os.Getenv(realServer); url != "" {
		return realLab(t, url)
	}
	return newStub(t)
}

// newStub is a lab whose server the test can meddle with.
func newStub(t *testing.T) lab {
	t.Helper()
	s := serve(t)
	admin, err := dynamic.NewForConfig(s.as("admin"))
	if err != nil {
		t.Fatal(err)
	}
	return lab{s, s.as, admin}
}

// apply declares an object as the team.
func (l lab) apply(t *testing.T, r schema.GroupVersionResource, text string) {
	t.Helper()
	l.applyAs(t, "team", r, text)
}

func (l lab) applyAs(t *testing.T, manager string, r schema.GroupVersionResource, text string) {
	t.Helper()
	applyTo(t, l.admin.Resource(r).Namespace("shop"), manager, text)
}

func applyTo(t *testing.T, r dynamic.ResourceInterface, manager, text string) {
	t.Helper()
	var o unstructured.Unstructured
	if err := json.Unmarshal([]byte(text), &o.Object); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Apply(t.Context(), o.GetName(), &o, metav1.ApplyOptions{FieldManager: manager}); err != nil {
		t.Fatal(err)
	}
}

func (l lab) get(t *testing.T, r schema.GroupVersionResource, name string) *unstructured.Unstructured {
	t.Helper()
	o, err := l.admin.Resource(r).Namespace("shop").Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// status writes the status of an object, which is a controller's to do.
func (l lab) status(t *testing.T, r schema.GroupVersionResource, name, text string) {
	t.Helper()
	o := l.get(t, r, name)
	var status map[string]any
	if err := json.Unmarshal([]byte(text), &status); err != nil {
		t.Fatal(err)
	}
	o.Object["status"] = status
	if _, err := l.admin.Resource(r).Namespace("shop").UpdateStatus(t.Context(), o, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// annotate does what kubectl annotate does; an empty value removes the annotation.
func (l lab) annotate(t *testing.T, r schema.GroupVersionResource, name, key, value string) {
	t.Helper()
	o := l.get(t, r, name)
	annotations := o.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[key] = value
	if value == "" {
		delete(annotations, key)
	}
	o.SetAnnotations(annotations)
	if _, err := l.admin.Resource(r).Namespace("shop").Update(t.Context(), o, metav1.UpdateOptions{FieldManager: "kubectl-annotate"}); err != nil {
		t.Fatal(err)
	}
}

func (l lab) target(t *testing.T, name capacity.TargetName) capacity.Inspected {
	t.Helper()
	target, err := kube.Clusters{Config: l.config("headroom")}.Target(name)
	if err != nil {
		t.Fatal(err)
	}
	return target.(capacity.Inspected)
}

// node adds a node to the cluster, with labels, taints and what it has in JSON.
func (l lab) node(t *testing.T, name, labels, taints, allocatable string) {
	t.Helper()
	r := l.admin.Resource(nodes)
	applyTo(t, r, "kubelet", `{"apiVersion":"v1","kind":"Node","metadata":{"name":"`+name+`","labels":{`+labels+`}},"spec":{"taints":[`+taints+`]}}`)
	o, err := r.Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var status map[string]any
	if err := json.Unmarshal([]byte(`{"allocatable":{`+allocatable+`},"conditions":[{"type":"Ready","status":"True"}]}`), &status); err != nil {
		t.Fatal(err)
	}
	o.Object["status"] = status
	if _, err := r.UpdateStatus(t.Context(), o, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// readRole is the Role that is shipped, with one more name of what is scaled: that of a
// deployment that is not there.
func readRole(t *testing.T) (role rbacv1.Role) {
	t.Helper()
	shipped(t, "role.yaml", "Role", &role, func() string { return role.Kind })
	for i := range role.Rules {
		if names := &role.Rules[i].ResourceNames; slices.Contains(*names, "web") {
			*names = append(*names, "gone")
		}
	}
	return role
}

// readClusterRole is the ClusterRole that is shipped.
func readClusterRole(t *testing.T) (role rbacv1.ClusterRole) {
	t.Helper()
	shipped(t, "nodes.yaml", "ClusterRole", &role, func() string { return role.Kind })
	return role
}

// shipped reads the object of a kind from a file of deploy/kubernetes.
func shipped(t *testing.T, name, want string, into any, kind func() string) {
	t.Helper()
	file, err := os.ReadFile("../../deploy/kubernetes/" + name)
	if err != nil {
		t.Fatal(err)
	}
	documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(file), len(file))
	for kind() != want {
		if err := documents.Decode(into); err != nil {
			t.Fatalf("no %s in %s: %v", want, name, err)
		}
	}
}
