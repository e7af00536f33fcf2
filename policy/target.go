package policy

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// A scheme is one way to name a target.
type scheme struct {
	name, form string // form is how it is written
	parts      int    // of the path; -1: at least one, whatever it is
}

// schemes are those of the adapters that scale something.
var schemes = []scheme{
	{"sim", "sim://NAME or sim://NAME?leadTime=4m&limit=40", 0},
	{"aws-asg", "aws-asg://REGION/GROUP", 1},
	{"aws-ecs", "aws-ecs://REGION/CLUSTER/SERVICE", 2},
	{"aws-sagemaker", "aws-sagemaker://REGION/ENDPOINT/VARIANT", 2},
	{"aws-sagemaker-component", "aws-sagemaker-component://REGION/COMPONENT", 1},
	{"kube", "kube://NAMESPACE/RESOURCE/NAME, such as kube://prod/hpa/chat", 2},
	{"https", "https://HOST/PATH", -1},
	{"http", "http://HOST/PATH", -1},
	{"command", "command:///ABSOLUTE/PATH/OF/PROGRAM", -1},
}

// target reads what is scaled. Only its form is judged here: whether there is
// such a target, and what its query means, is the adapter's affair.
func target(n *yaml.Node) (capacity.TargetName, error) {
	name, err := text(n)
	if err != nil {
		return "", err
	}
	worker, local := capacity.TargetName(name).Worker()
	if worker != "" && !capacity.IsWorkerName(worker) {
		return "", fmt.Errorf("what stands before the @ is no name of a target worker; write one in lower-case letters, digits and hyphens, such as kube://eu1@shop/hpa/web; credentials come from the environment")
	}
	u, err := parseAddress(string(local), "aws-asg://us-east-1/chat or sim://chat")
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(schemes, func(s scheme) bool { return s.name == u.Scheme })
	if i < 0 {
		var names []string
		for _, s := range schemes {
			names = append(names, s.name)
		}
		return "", fmt.Errorf("there is no target of kind %s://; the kinds are %s", shorten(u.Scheme), strings.Join(names, ", "))
	}
	kind := schemes[i]
	if _, err := url.ParseQuery(u.RawQuery); err != nil || !kind.fits(u) {
		return "", fmt.Errorf("%q is no target of kind %s; write %s", shorten(n.Value), kind.name, kind.form)
	}
	return capacity.TargetName(name), nil
}

// fits reports whether an address has the parts of its kind.
func (s scheme) fits(u *url.URL) bool {
	if (u.Host == "") != (s.name == "command") || s.name == "sim" && !capacity.IsName(u.Host) {
		return false
	}
	var parts []string
	if u.Path != "" {
		parts = strings.Split(strings.TrimPrefix(u.Path, "/"), "/")
	}
	if s.parts < 0 {
		return len(parts) > 0 && parts[0] != ""
	}
	return len(parts) == s.parts && !slices.Contains(parts, "")
}

// nameOf is what a target is called: the last part of its address, in the
// letters that names are written in.
func nameOf(t capacity.TargetName) string {
	u, err := url.Parse(string(t))
	if err != nil {
		return ""
	}
	last := strings.ToLower(path.Base(u.Host + u.Path))
	return strings.Trim(notInNames.ReplaceAllString(last, "-"), "-")
}

// notInNames is what names are written without.
var notInNames = regexp.MustCompile(`[^a-z0-9-]+`)

// slotsOf is how many places the timetable of a target has that carries plans
// out by itself; empty if it does not.
func slotsOf(t capacity.TargetName) string {
	u, err := url.Parse(string(t))
	if err != nil || u.Query().Get("mode") != "schedule" {
		return ""
	}
	return cmp.Or(u.Query().Get("slots"), "100")
}
