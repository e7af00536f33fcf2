package kube_test

import (
	"encoding/json"
	"os"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// realServer names the variable in which tools/kube hands over the address of a
// real API server. A variable of its own keeps the tests away from the cluster
// of a kubeconfig.
const realServer = "HEADROOM_TEST_KUBE"

// A real API server has neither KEDA nor the namespace.
const (
	shop = `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}`
	crd  = `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"scaledobjects.keda.sh"},"spec":{"group":"keda.sh","scope":"Namespaced",
"names":{"plural":"scaledobjects","singular":"scaledobject","kind":"ScaledObject"},"versions":[{"name":"v1alpha1","served":true,"storage":true,
"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}`
)

// TestLane says which server the tests of this package talk to.
func TestLane(t *testing.T) {
	if os.Getenv(realServer) == "" {
		t.Skip("not part of make test: run make test-kube")
	}
	api, err := discovery.NewDiscoveryClientForConfig(newLab(t).config("admin"))
	if err != nil {
		t.Fatal(err)
	}
	version, err := api.ServerVersion()
	if err != nil {
		t.Fatal(err)
	}
	t.Log("on Kubernetes", version.GitVersion)
}

// realLab is an emptied namespace of the server that tools/kube has started at
// url, with the Role that is shipped.
func realLab(t *testing.T, url string) lab {
	t.Helper()
	l := lab{config: func(account string) *rest.Config {
		return &rest.Config{Host: url, BearerToken: account, TLSClientConfig: rest.TLSClientConfig{Insecure: true}, QPS: -1}
	}}
	var err error
	if l.admin, err = dynamic.NewForConfig(l.config("admin")); err != nil {
		t.Fatal(err)
	}
	applyTo(t, l.admin.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}), "team", shop)
	crds := l.admin.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
	applyTo(t, crds, "team", crd)
	for { // the new resource is served in a moment
		_, err := l.admin.Resource(scaledObjects).Namespace("shop").List(t.Context(), metav1.ListOptions{})
		if err == nil {
			break
		}
		if !apierrors.IsNotFound(err) && !apierrors.IsServiceUnavailable(err) {
			t.Fatal(err)
		}
	}
	role := readRole(t)
	binding := rbacv1.RoleBinding{
		TypeMeta: metav1.TypeMeta{APIVersion: role.APIVersion, Kind: "RoleBinding"}, ObjectMeta: metav1.ObjectMeta{Name: "headroom"},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "headroom"}},
	}
	for resource, o := range map[string]any{"roles": role, "rolebindings": binding} {
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		l.apply(t, rbacv1.SchemeGroupVersion.WithResource(resource), string(text))
	}
	clusterRole := readClusterRole(t)
	clusterBinding := rbacv1.ClusterRoleBinding{
		TypeMeta: metav1.TypeMeta{APIVersion: role.APIVersion, Kind: "ClusterRoleBinding"}, ObjectMeta: metav1.ObjectMeta{Name: "headroom-nodes"},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: clusterRole.Name}, Subjects: binding.Subjects,
	}
	for resource, o := range map[string]any{"clusterroles": clusterRole, "clusterrolebindings": clusterBinding} {
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		applyTo(t, l.admin.Resource(rbacv1.SchemeGroupVersion.WithResource(resource)), "team", string(text))
	}
	at := int64(0)
	if err := l.admin.Resource(nodes).DeleteCollection(t.Context(), metav1.DeleteOptions{GracePeriodSeconds: &at}, metav1.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, r := range []schema.GroupVersionResource{hpas, scaledObjects, deployments, statefulSets, pods, quotas} {
		if err := l.admin.Resource(r).Namespace("shop").DeleteCollection(t.Context(), metav1.DeleteOptions{GracePeriodSeconds: &at}, metav1.ListOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	return l
}
