package capacity

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// longKinds are the resources of Kubernetes that have a short name in an address.
var longKinds = map[string]string{
	"horizontalpodautoscalers.v2.autoscaling": "hpa", "scaledobjects.v1alpha1.keda.sh": "scaledobject",
	"deployments.v1.apps": "deployment", "statefulsets.v1.apps": "statefulset",
}

// Identity is what a target's address names, written in one way: addresses with the
// same identity name the same target. Parameters that say how a target is asked, and
// not which one it is, are no part of it; the target worker that reaches it is.
func (t TargetName) Identity() string {
	if worker, local := t.Worker(); worker != "" {
		scheme, rest, _ := strings.Cut(local.Identity(), "://")
		return scheme + "://" + worker + "@" + rest
	}
	u, err := url.Parse(string(t))
	if err != nil || u.Scheme == "" {
		return string(t)
	}
	scheme, host, query := strings.ToLower(u.Scheme), u.Host, ""
	parts := strings.Split(strings.Trim(path.Clean("/"+u.Path), "/"), "/")
	switch scheme {
	case "kube":
		host = strings.ToLower(host)
		if short, known := longKinds[strings.ToLower(parts[0])]; known {
			parts[0] = short
		}
		if c := u.Query().Get("context"); c != "" {
			query = "?context=" + c
		}
	case "http", "https":
		host = strings.ToLower(host)
		if u.Port() == map[string]string{"http": "80", "https": "443"}[scheme] {
			host = strings.TrimSuffix(host, ":"+u.Port())
		}
		if u.RawQuery != "" {
			query = "?" + u.Query().Encode()
		}
	case "command": // its arguments count, in their order
		if u.RawQuery != "" {
			query = "?" + u.RawQuery
		}
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	return scheme + "://" + strings.Join(append([]string{host}, parts...), "/") + query
}
