package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// noFreeze is how the file says that there is no freeze.
const noFreeze = "none"

const whyDeny = "more units may be needed at any time; fewer can wait"

// freeze reads a change freeze: its windows, or what it denies and its windows.
func (f *file) freeze(s *section, d capacity.Demand) capacity.Freeze {
	if _, said := s.has("freeze"); said && s.values["freeze"] != nil && s.values["freeze"].Kind == yaml.MappingNode {
		s := s.sub("freeze", "")
		deny := optional(s, "deny", oneOf(capacity.DenyLower, capacity.DenyAll), string(capacity.DenyLower), whyDeny)
		all := f.windows(s, "windows", required(s, "windows", windows, "list when changes are denied, such as [2026-12-24..2026-12-26]"), d)
		return capacity.Freeze{Deny: deny, Windows: all}
	}
	all := f.windows(s, "freeze", optional(s, "freeze", windows, noFreeze, "changes are allowed at any time"), d)
	if len(all) == 0 {
		return capacity.Freeze{}
	}
	f.defaults = append(f.defaults, Default{s.full("freeze.deny"), string(capacity.DenyLower), whyDeny})
	return capacity.Freeze{Deny: capacity.DenyLower, Windows: all}
}

// windows reads the entries of the list under key.
func (f *file) windows(s *section, key string, list []*yaml.Node, d capacity.Demand) []capacity.Window {
	var all []capacity.Window
	for i, n := range list {
		w, err := window(n, d)
		if err != nil {
			f.wrong(n.Line, fmt.Sprintf("%s[%d]", s.full(key), i), "%s", err)
			continue
		}
		all = append(all, w)
	}
	return all
}

func windows(n *yaml.Node) ([]*yaml.Node, error) {
	if n.Kind == yaml.ScalarNode && n.Value == noFreeze {
		return nil, nil
	}
	if n.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s, but a list is wanted; write one such as [2026-12-24..2026-12-26], or none", describe(n))
	}
	return n.Content, nil
}

// window reads two times with two points between them.
func window(n *yaml.Node, d capacity.Demand) (capacity.Window, error) {
	var w capacity.Window
	first, last, ranged := strings.Cut(n.Value, "..")
	if n.Kind != yaml.ScalarNode || !ranged {
		return w, fmt.Errorf("%s, but a first and a last time are wanted; write two dates or times such as 2026-12-24..2026-12-26", describe(n))
	}
	var err error
	if w.From, err = edge(first, d, 0); err != nil {
		return w, err
	}
	if w.To, err = edge(last, d, 1); err != nil {
		return w, err
	}
	if !w.To.After(w.From) {
		return w, fmt.Errorf("%s ends before it begins; write the earlier time first", shorten(n.Value))
	}
	return w, nil
}

// edge reads one end of a window: a time, or a day, of which it is the
// beginning so many days later.
func edge(text string, d capacity.Demand, later int) (time.Time, error) {
	text = strings.TrimSpace(text)
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return instant(d)(&yaml.Node{Kind: yaml.ScalarNode, Value: text})
	}
	if !d.ZoneGiven {
		return time.Time{}, fmt.Errorf("%s has no zone; write a time that ends with Z or an offset, or set demand.timezone", text)
	}
	zone, err := time.LoadLocation(d.Timezone)
	if err != nil {
		return time.Time{}, fmt.Errorf("find the wall clock of %s: %w", text, err)
	}
	return writable(midnight(date.AddDate(0, 0, later), zone))
}

// formatFreeze writes a freeze so that freeze reads it.
func formatFreeze(f capacity.Freeze) string {
	if len(f.Windows) == 0 {
		return noFreeze
	}
	deny := f.Deny
	if deny == "" {
		deny = capacity.DenyLower
	}
	return "{deny: " + string(deny) + ", windows: " + formatWindows(f.Windows) + "}"
}

func formatWindows(windows []capacity.Window) string {
	if len(windows) == 0 {
		return noFreeze
	}
	var all []string
	for _, w := range windows {
		all = append(all, strconv.Quote(w.From.UTC().Format(time.RFC3339Nano)+".."+w.To.UTC().Format(time.RFC3339Nano)))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// policyFreeze reads when the policy may not be replaced: the windows, or these and the
// permission of those who may nevertheless.
func (f *file) policyFreeze(s *section, d capacity.Demand, roles []capacity.Role) capacity.PolicyFreeze {
	const key = "policyFreeze"
	if n := valueOf(s, key); n == nil || n.Kind != yaml.MappingNode {
		return capacity.PolicyFreeze{Windows: f.windows(s, key, optional(s, key, windows, noFreeze, "the policy may be replaced at any time"), d)}
	}
	s = s.sub(key, "")
	var out capacity.PolicyFreeze
	out.Windows = f.windows(s, "windows", required(s, "windows", windows, "list when the policy may not be replaced, such as [2026-12-20..2027-01-02]"), d)
	line, said := s.has("except")
	if !said {
		return out
	}
	out.Except = value(s, "except", s.values["except"], permission)
	holds := func(r capacity.Role) bool { return slices.Contains(r.May, out.Except) }
	if out.Except != "" && !slices.ContainsFunc(roles, holds) {
		f.wrong(line, s.full("except"), "no role has the permission %s; give it to one under control.roles, or remove except", out.Except)
	}
	return out
}

// valueOf is what stands under a key of a section, nil if nothing does.
func valueOf(s *section, key string) *yaml.Node {
	if s == nil {
		return nil
	}
	return s.values[key]
}

// formatPolicyFreeze writes a freeze so that policyFreeze reads it.
func formatPolicyFreeze(f capacity.PolicyFreeze) string {
	if f.Except == "" {
		return formatWindows(f.Windows)
	}
	return "{windows: " + formatWindows(f.Windows) + ", except: " + string(f.Except) + "}"
}
