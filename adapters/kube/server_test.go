package kube_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/rest"
)

// A server answers as an API server does to the few requests that are made: it
// keeps resource versions, owners of fields, bounds and permissions.
type server struct {
	url   string
	rules []rbacv1.PolicyRule

	mu      sync.Mutex
	version int
	objects map[string]map[string]any      // by resource.group/name
	owners  map[string]map[string][]string // of the fields of a spec, by object and manager
	used    map[string]bool                // what the role was used for
	// before, if not nil, sees every request of the account first. What it
	// returns is answered instead.
	before func(r *http.Request) *metav1.Status
}

type object = map[string]any

func serve(t *testing.T) *server {
	t.Helper()
	s := &server{rules: slices.Concat(readRole(t).Rules, readClusterRole(t).Rules), objects: map[string]map[string]any{}, owners: map[string]map[string][]string{}, used: map[string]bool{}}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	s.url = web.URL
	return s
}

// as is the way in of an account: the Role counts for all but the admin.
func (s *server) as(account string) *rest.Config {
	return &rest.Config{Host: s.url, BearerToken: account}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.Split(r.URL.Path, "/")
	group, rest := "", parts[3:]
	if parts[1] == "apis" {
		group, rest = parts[2], parts[4:]
	}
	if rest[0] == "namespaces" {
		rest = rest[2:]
	}
	rest = append(rest, "", "")
	resource, name, sub := rest[0], rest[1], rest[2]
	var answer any
	status := s.allow(r, group, resource, name, sub)
	if status == nil {
		answer, status = s.do(r, resource+"."+group+"/"+name, sub)
	}
	w.Header().Set("Content-Type", "application/json")
	if status != nil {
		status.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
		w.WriteHeader(int(status.Code))
		answer = status
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}

func failure(code int32, reason metav1.StatusReason, format string, args ...any) *metav1.Status {
	return &metav1.Status{Status: metav1.StatusFailure, Code: code, Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// allow is the authorizer.
func (s *server) allow(r *http.Request, group, resource, name, sub string) *metav1.Status {
	if r.Header.Get("Authorization") == "Bearer admin" {
		return nil
	}
	verb := map[string]string{http.MethodGet: "get", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodPost: "create"}[r.Method]
	if verb == "get" && name == "" {
		verb = "list"
	}
	if sub != "" {
		resource += "/" + sub
	}
	for _, rule := range s.rules {
		if slices.Contains(rule.APIGroups, group) && slices.Contains(rule.Resources, resource) && slices.Contains(rule.Verbs, verb) &&
			(len(rule.ResourceNames) == 0 || slices.Contains(rule.ResourceNames, name)) {
			s.used[verb+" "+group+"/"+resource] = true
			if s.before != nil {
				return s.before(r)
			}
			return nil
		}
	}
	return failure(http.StatusForbidden, metav1.StatusReasonForbidden, `%s.%s %q is forbidden: User "headroom" cannot %s resource %q`, resource, group, name, verb, resource)
}

func (s *server) do(r *http.Request, key, sub string) (any, *metav1.Status) {
	o, found := s.objects[key]
	var sent object
	if r.Method != http.MethodGet {
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			return nil, failure(http.StatusBadRequest, metav1.StatusReasonBadRequest, "%v", err)
		}
	}
	switch {
	case r.Method == http.MethodGet && strings.HasSuffix(key, "/"):
		return s.list(key, r.URL.Query().Get("labelSelector")), nil
	case r.Method == http.MethodPatch:
		return s.apply(key, r.URL.Query().Get("fieldManager"), sent)
	case !found:
		return nil, failure(http.StatusNotFound, metav1.StatusReasonNotFound, "%q not found", key)
	case r.Method == http.MethodPut:
		if v := at(sent, "metadata")["resourceVersion"]; v != nil && v != at(o, "metadata")["resourceVersion"] {
			return nil, failure(http.StatusConflict, metav1.StatusReasonConflict, "the object has been modified; please apply your changes to the latest version")
		}
		if n, ok := at(sent, "spec")["replicas"].(float64); sub == "scale" && ok && n < 0 {
			return nil, failure(http.StatusUnprocessableEntity, metav1.StatusReasonInvalid, "spec.replicas: must be greater than or equal to 0")
		}
		switch sub {
		case "scale":
			at(o, "spec")["replicas"] = at(sent, "spec")["replicas"]
		case "status":
			o["status"] = sent["status"]
		default: // somebody edits it
			at(o, "metadata")["annotations"] = at(sent, "metadata")["annotations"]
			if annotations := at(at(sent, "metadata"), "annotations"); len(annotations) > 0 {
				set := object{}
				for key := range annotations {
					set["f:"+key] = object{}
				}
				managed, _ := at(o, "metadata")["managedFields"].([]any)
				at(o, "metadata")["managedFields"] = append(managed, object{"manager": r.URL.Query().Get("fieldManager"), "operation": "Update", "time": "2026-11-24T08:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": object{"f:metadata": object{"f:annotations": set}}})
			}
		}
		s.touch(o)
	}
	if sub == "scale" {
		return scaleOf(o), nil
	}
	return o, nil
}

func (s *server) touch(o object) {
	s.version++
	at(o, "metadata")["resourceVersion"] = strconv.Itoa(s.version)
}

func (s *server) list(prefix, selector string) any {
	items := []object{}
	wanted, err := labels.Parse(selector)
	if err != nil {
		panic(err)
	}
	for _, key := range slices.Sorted(maps.Keys(s.objects)) {
		set := labels.Set{}
		for k, v := range at(at(s.objects[key], "metadata"), "labels") {
			set[k] = v.(string)
		}
		if strings.HasPrefix(key, prefix) && wanted.Matches(set) {
			items = append(items, s.objects[key])
		}
	}
	return object{"apiVersion": "v1", "kind": "List", "metadata": object{}, "items": items}
}

// apply is server-side apply without force, of the fields of a spec.
func (s *server) apply(key, manager string, sent object) (any, *metav1.Status) {
	o, found := s.objects[key]
	if uid, ok := at(sent, "metadata")["uid"]; ok && (!found || uid != at(o, "metadata")["uid"]) {
		return nil, failure(http.StatusConflict, metav1.StatusReasonConflict, "uid mismatch")
	}
	if v, ok := at(sent, "metadata")["resourceVersion"]; ok && v != at(o, "metadata")["resourceVersion"] {
		return nil, failure(http.StatusConflict, metav1.StatusReasonConflict, "the object has been modified; please apply your changes to the latest version")
	}
	if !found {
		o = sent
		at(o, "metadata")["uid"] = "uid of " + key
		s.objects[key], s.owners[key] = o, map[string][]string{}
	}
	conflict := failure(http.StatusConflict, metav1.StatusReasonConflict, "Apply failed")
	conflict.Details = &metav1.StatusDetails{}
	next := maps.Clone(at(o, "spec"))
	for other, fields := range s.owners[key] {
		for _, field := range fields {
			v, declared := at(sent, "spec")[field]
			if other == manager && !declared && !s.shared(key, field, manager) {
				delete(next, field)
			}
			if other != manager && declared && fmt.Sprint(v) != fmt.Sprint(next[field]) {
				conflict.Details.Causes = append(conflict.Details.Causes, metav1.StatusCause{
					Type: metav1.CauseTypeFieldManagerConflict, Message: fmt.Sprintf("conflict with %q using v2", other), Field: ".spec." + field,
				})
			}
		}
	}
	if len(conflict.Details.Causes) > 0 {
		return nil, conflict
	}
	maps.Copy(next, at(sent, "spec"))
	least, isLeast := next["minReplicas"].(float64)
	if most, ok := next["maxReplicas"].(float64); ok && isLeast && (least < 1 || least > most) {
		return nil, failure(http.StatusUnprocessableEntity, metav1.StatusReasonInvalid, "spec.maxReplicas: must be greater than or equal to `minReplicas`")
	}
	o["spec"] = next
	s.owners[key][manager] = slices.Sorted(maps.Keys(at(sent, "spec")))
	var managed []any
	for owner, fields := range s.owners[key] {
		set := object{}
		for _, field := range fields {
			set["f:"+field] = object{}
		}
		managed = append(managed, object{"manager": owner, "operation": "Apply", "fieldsType": "FieldsV1", "fieldsV1": object{"f:spec": set}})
	}
	at(o, "metadata")["managedFields"] = managed
	s.touch(o)
	return o, nil
}

// shared reports whether another manager declares the field too.
func (s *server) shared(key, field, manager string) bool {
	for other, fields := range s.owners[key] {
		if other != manager && slices.Contains(fields, field) {
			return true
		}
	}
	return false
}

// scaleOf is the scale subresource of o.
func scaleOf(o object) object {
	var pairs []string
	for k, v := range at(at(at(o, "spec"), "selector"), "matchLabels") {
		pairs = append(pairs, fmt.Sprintf("%s=%s", k, v))
	}
	meta := maps.Clone(at(o, "metadata"))
	for _, field := range []string{"managedFields", "annotations", "labels"} { // which a Scale does not have
		delete(meta, field)
	}
	return object{
		"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": meta,
		"spec":   object{"replicas": at(o, "spec")["replicas"]},
		"status": object{"replicas": at(o, "status")["replicas"], "selector": strings.Join(pairs, ",")},
	}
}

// at is the object inside o, empty if there is none.
func at(o object, key string) object {
	inner, _ := o[key].(object)
	return inner
}
