package policy

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// events reads the list of events, whose times without a zone are in that of
// the demand.
func (f *file) events(top *section, d capacity.Demand) []capacity.Event {
	if _, said := top.has("events"); !said {
		return nil
	}
	var all []capacity.Event
	lines := map[string]int{}
	for i, n := range value(top, "events", top.values["events"], sequence) {
		path := fmt.Sprintf("events[%d]", i)
		if n.Kind == yaml.AliasNode {
			f.wrong(n.Line, path, "an alias (*%s); write the event out", shorten(n.Value))
			continue
		}
		s := f.section(path, n)
		e := f.event(s, d)
		line, _ := s.has("name")
		if first, again := lines[e.Name]; again && e.Name != "" {
			f.wrong(line, s.full("name"), "%s is the event %s already; give each a name of its own", e.Name, f.on(first))
		} else {
			lines[e.Name] = line
		}
		all = append(all, e)
		if e.Like != "" {
			f.copied(s, e, all[:len(all)-1])
		}
	}
	return all
}

// copied checks that the event whose uplift e copies stands above it in the
// file and is over when e begins.
func (f *file) copied(s *section, e capacity.Event, above []capacity.Event) {
	line, _ := s.has("like")
	for _, other := range above {
		if other.Name != e.Like {
			continue
		}
		if other.To.After(e.From) && !e.From.IsZero() {
			f.wrong(line, s.full("like"), "%s is not over when %s begins; name an event that is", e.Like, e.Name)
		}
		return
	}
	f.wrong(line, s.full("like"), "no event above is called %s; name one, or declare an uplift such as 3x", e.Like)
}

func (f *file) event(s *section, d capacity.Demand) capacity.Event {
	var e capacity.Event
	e.Name = required(s, "name", name, "name the event, such as launch")
	e.From = required(s, "from", instant(d), "say when the event begins, such as 2026-12-01T09:00")
	e.To = required(s, "to", instant(d), "say when the event ends, such as 2026-12-01T15:00")
	e.Ramp = optional(s, "ramp", duration(0), "0s", "all of the uplift comes at once, which asks for its units in time")
	if _, said := s.has("kind"); said {
		e.Kind = value(s, "kind", s.values["kind"], name)
	}
	line, like := s.has("like")
	if like {
		e.Like = value(s, "like", s.values["like"], name)
	}
	if _, said := s.has("uplift"); said {
		e.Uplift = value(s, "uplift", s.values["uplift"], uplift)
		if like {
			f.wrong(line, s.full("like"), "stands beside uplift, and each says what the event brings; remove one of the two")
			e.Like = ""
		}
	}
	if line, _ := s.has("to"); !e.From.IsZero() && !e.To.IsZero() && !e.To.After(e.From) {
		f.wrong(line, s.full("to"), "the event ends before it begins; make it later than from")
	}
	return e
}

// sequence reads a list, which may be empty.
func sequence(n *yaml.Node) ([]*yaml.Node, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s, but a list is wanted; write one entry, starting with a dash", describe(n))
	}
	return n.Content, nil
}

// uplift reads what an event brings: "3x" multiplies, "+500" adds.
func uplift(n *yaml.Node) (capacity.Uplift, error) {
	var none capacity.Uplift
	wrong := errors.New("write 3x to multiply the load, or +500 to add to it")
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		return none, fmt.Errorf("%s, but an uplift is wanted; %w", describe(n), wrong)
	}
	digits, times := strings.CutSuffix(n.Value, "x")
	signed := strings.HasPrefix(digits, "+") || strings.HasPrefix(digits, "-")
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil || !numberForm.MatchString(digits) || v == 0 || math.IsInf(v, 0) || times == signed {
		return none, fmt.Errorf("%s is no uplift; %w", shorten(n.Value), wrong)
	}
	if times {
		return capacity.Uplift{Factor: v}, nil
	}
	return capacity.Uplift{Add: v}, nil
}

// formatUplift writes u so that uplift reads it.
func formatUplift(u capacity.Uplift) string {
	switch {
	case u.Factor > 0:
		return formatNumber(u.Factor) + "x"
	case u.Add > 0:
		return "+" + formatNumber(u.Add)
	}
	return formatNumber(u.Add)
}
