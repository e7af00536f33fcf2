package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// notify reads who is told what.
func (f *file) notify(top *section) capacity.Notify {
	if _, said := top.has("notify"); !said {
		return nil
	}
	var all capacity.Notify
	for i, n := range value(top, "notify", top.values["notify"], sequence) {
		path := fmt.Sprintf("notify[%d]", i)
		if n.Kind == yaml.AliasNode {
			f.wrong(n.Line, path, "an alias (*%s); write the channel out", shorten(n.Value))
			continue
		}
		s := f.section(path, n)
		var c capacity.Channel
		c.To = required(s, "to", channel, "say where notices go: env:NAME, https://HOST/PATH or sns://REGION/ACCOUNT/TOPIC")
		if _, said := s.has("on"); said {
			c.On = value(s, "on", s.values["on"], words(oneOf(capacity.NoticeKinds()...), "kinds of notices"))
		} else if s != nil {
			c.On = capacity.Urgent()
			f.defaults = append(f.defaults, Default{s.full("on"), "[" + listed(c.On) + "]", "what a person should act on"})
		}
		line, _ := s.has("to")
		if slices.ContainsFunc(all, func(other capacity.Channel) bool { return other.To == c.To && c.To != "" }) {
			f.wrong(line, s.full("to"), "%s is a channel already; list what it takes in one place", shorten(c.To))
		}
		all = append(all, c)
	}
	return all
}

var (
	variableForm = regexp.MustCompile(`^env:[A-Z_][A-Z0-9_]*$`)
	topicForm    = regexp.MustCompile(`^sns://[a-z0-9-]+/[0-9]{12}/[A-Za-z0-9_-]{1,256}$`)
)

// channel reads where notices go.
func channel(n *yaml.Node) (string, error) {
	const forms = "write env:NAME for the worker's variable that holds the URL of a webhook, https://HOST/PATH, or sns://REGION/ACCOUNT/TOPIC"
	s, err := text(n)
	if err != nil {
		return "", err
	}
	switch {
	case strings.HasPrefix(s, "env:") && variableForm.MatchString(s), strings.HasPrefix(s, "sns://") && topicForm.MatchString(s):
		return s, nil
	case strings.HasPrefix(s, "https://"), strings.HasPrefix(s, "http://"):
		u, err := address(n, "https://hooks.example.com/headroom")
		if err == nil && u.Host == "" {
			err = fmt.Errorf("%q names no host; %s", shorten(s), forms)
		}
		return s, err
	}
	return "", fmt.Errorf("%q is no channel; %s", shorten(s), forms)
}

// formatChannel writes a channel so that notify reads it.
func formatChannel(c capacity.Channel) string {
	return fmt.Sprintf("{to: %s, on: [%s]}", quote(c.To), listed(c.On))
}
