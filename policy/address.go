package policy

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	bucketForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	schemeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`)
)

// sources are the schemes of addresses that load is read from.
var sources = []string{"s3", "file", "prometheus", "prometheus+https"}

// source reads where the load history is.
func source(n *yaml.Node) (string, error) {
	// What is before an @ in the address of another system is no credential.
	if scheme, _, ok := strings.Cut(n.Value, "://"); ok && schemeForm.MatchString(scheme) && !slices.Contains(sources, strings.ToLower(scheme)) {
		return "", fmt.Errorf("%s:// is not available in this version; use s3://, file://, prometheus:// or prometheus+https://", shorten(scheme))
	}
	u, err := address(n, "s3://bucket/prefix/")
	if err != nil {
		return "", err
	}
	switch {
	case strings.HasPrefix(u.Scheme, "prometheus") && u.Host == "":
		return "", fmt.Errorf("%q names no host; write prometheus://host:9090/", shorten(n.Value))
	case u.RawQuery != "" || u.ForceQuery:
		return "", fmt.Errorf("%q has a query; remove it from the ? on", shorten(n.Value))
	case u.Scheme == "file" && (u.Host != "" || !strings.HasPrefix(u.Path, "/")):
		return "", fmt.Errorf("%q is no absolute path; write file:///folder/", shorten(n.Value))
	case u.Scheme == "s3" && !bucketForm.MatchString(u.Host):
		return "", fmt.Errorf("%q names no bucket; write s3://bucket/prefix/", shorten(n.Value))
	case u.Scheme == "s3" && !strings.HasSuffix(u.Path, "/"):
		return "", fmt.Errorf("%q may be the start of several names; end it with a slash", shorten(n.Value))
	}
	return n.Value, nil
}

// address reads a URI that carries no credentials.
func address(n *yaml.Node, example string) (*url.URL, error) {
	s, err := text(n)
	if err != nil {
		return nil, err
	}
	return parseAddress(s, example)
}

// parseAddress is address for a text.
func parseAddress(s, example string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme == "" || u.Opaque != "":
		return nil, fmt.Errorf("%q is no address; write one such as %s", shorten(s), example)
	case u.User != nil:
		return nil, fmt.Errorf("the address carries credentials; remove them, they come from the environment")
	case u.Fragment != "":
		return nil, fmt.Errorf("%q has a fragment; remove it from the # on", shorten(s))
	}
	return u, nil
}
