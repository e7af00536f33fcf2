package bounds

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"headroom/capacity"
)

// An address is what a policy names, taken apart.
type address struct {
	scheme, worker, host, path, query string
}

// split takes an address apart. It reports false for one that could be read in two ways.
func split(text string) (a address, ok bool) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		if name, variable := strings.CutPrefix(text, "env:"); variable {
			return address{scheme: "env", host: name}, true
		}
		return address{}, false
	}
	rest, _, _ = strings.Cut(rest, "#")
	if scheme != "s3" { // a key may have a question mark
		rest, a.query, _ = strings.Cut(rest, "?")
	}
	a.scheme = scheme
	end := strings.IndexByte(rest, '/')
	if end < 0 {
		end = len(rest)
	}
	a.host, a.path = strings.ToLower(rest[:end]), rest[end:]
	if scheme == "s3" { // keys are as they are written, but some servers keep them as files
		return a, !slices.Contains(strings.Split(a.path, "/"), "..")
	}
	if worker, host, remote := strings.Cut(a.host, "@"); remote {
		a.worker, a.host = worker, host
		if !capacity.IsWorkerName(strings.ReplaceAll(worker, "*", "x")) {
			a.worker = "" // it may be a secret
			return a, false
		}
	}
	decoded, err := url.PathUnescape(a.path)
	if err != nil || strings.Contains(a.host, "@") || slices.Contains(strings.Split(decoded, "/"), "..") {
		return a, false
	}
	a.path = decoded
	return a, true
}

// shown is the address for a message: the path and the query of a webhook can be secret.
func (a address) shown() string {
	switch a.scheme {
	case "":
		return "an address without a scheme"
	case "env":
		return "env:" + a.host
	case "http", "https":
		return a.scheme + "://" + a.at() + a.host + "/…"
	}
	return a.scheme + "://" + a.at() + a.host + a.path
}

// at is the target worker as an address names it.
func (a address) at() string {
	if a.worker == "" {
		return ""
	}
	return a.worker + "@"
}

// entry is the entry of a list that would allow the address.
func (a address) entry() string {
	switch a.scheme {
	case "":
		return "it"
	case "env":
		return "env:" + a.host
	case "command", "file":
		return a.scheme + "://" + a.at() + a.path
	}
	return a.scheme + "://" + a.at() + a.host + "/"
}

// hosted are the schemes whose host is one of the network.
var hosted = []string{"http", "https", "prometheus", "prometheus+https"}

// internal reports whether the address says by itself that its host is one that no
// policy may reach.
func (a address) internal() bool {
	if !slices.Contains(hosted, a.scheme) {
		return false
	}
	name := hostname(a.host)
	if name == "localhost" || strings.HasSuffix(strings.TrimSuffix(name, "."), ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && Internal(ip)
}

// hostname is a host without its port, and without the brackets of IPv6.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// A pattern is an entry of a list: scheme://, scheme://host, scheme://host/path/ or
// scheme://host/path?query. A star stands for any part of a host or of a name in the
// path. Targets of a target worker are allowed by entries with its name only, such as
// scheme://worker@ or scheme://worker@host. A host without a port allows every port, a path everything below it, and an
// entry without a query every query.
type pattern struct {
	text       string
	scheme     string
	worker     *regexp.Regexp // nil: none
	host, path *regexp.Regexp // nil: any
	exact      bool           // the host has no star
	port       bool           // the host has a port
	query      string
}

// parseList parses the entries of a variable.
func parseList(variable, text, schemes string) (List, error) {
	l := List{variable: variable}
	for entry := range strings.SplitSeq(text, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		p, err := parsePattern(entry, strings.Fields(schemes))
		if err == nil && p.worker != nil && variable != targetsVariable {
			err = errors.New("write it without a user: only targets have a worker")
		}
		if err != nil {
			return l, fmt.Errorf("%s: %q: %w: %w", variable, entry, err, capacity.ErrBadPolicy)
		}
		l.patterns = append(l.patterns, p)
	}
	return l, nil
}

func parsePattern(text string, schemes []string) (pattern, error) {
	a, ok := split(text)
	if !slices.Contains(schemes, a.scheme) {
		return pattern{}, fmt.Errorf("write entries such as %s://, with one of the schemes %s", schemes[0], strings.Join(schemes, ", "))
	}
	if !ok {
		return pattern{}, fmt.Errorf("write it without a password and without \"..\"")
	}
	p := pattern{text: text, scheme: a.scheme, query: a.query}
	if a.worker != "" {
		p.worker = regexp.MustCompile("^" + starred(a.worker, "[^@:]*") + "$")
	}
	if a.host != "" {
		p.host = regexp.MustCompile("^" + starred(a.host, "[^@:]*") + "$")
		p.exact = !strings.Contains(a.host, "*")
		_, _, err := net.SplitHostPort(a.host)
		p.port = err == nil
	}
	if clean := strings.TrimSuffix(path.Clean("/"+a.path), "/"); clean != "" {
		p.path = regexp.MustCompile("^" + starred(clean, "[^/]*") + "(/.*)?$")
	}
	return p, nil
}

// starred is the regular expression of a text in which a star stands for any.
func starred(text, any string) string {
	return strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, any)
}

// named reports whether the entry names one host.
func (p pattern) named() bool { return p.host != nil && p.exact }

func (p pattern) matches(a address) bool {
	host := a.host
	if !p.port && slices.Contains(hosted, a.scheme) {
		if name, _, err := net.SplitHostPort(host); err == nil {
			if strings.Contains(name, ":") {
				name = "[" + name + "]"
			}
			host = name
		}
	}
	at := a.path
	if a.scheme != "s3" {
		at = path.Clean("/" + at)
	}
	switch {
	case a.scheme != p.scheme, (p.worker == nil) != (a.worker == ""), p.worker != nil && !p.worker.MatchString(a.worker), p.host != nil && !p.host.MatchString(host), p.path != nil && !p.path.MatchString(at), p.query != "" && p.query != a.query:
		return false
	case a.scheme == "kube" && p.host != nil && p.query == "" && a.query != "":
		return false // ?context= leads to another cluster
	}
	return true
}
