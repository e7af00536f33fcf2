package policy

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

var kinds = map[yaml.Kind]string{
	yaml.MappingNode:  "a mapping",
	yaml.SequenceNode: "a list",
	yaml.AliasNode:    "an alias",
}

// describe names what stands where something else should.
func describe(n *yaml.Node) string {
	if kind, ok := kinds[n.Kind]; ok {
		return kind
	}
	switch n.ShortTag() {
	case "!!null":
		return "empty"
	case "!!str":
		return fmt.Sprintf("the text %q", shorten(n.Value))
	case "!!bool":
		return fmt.Sprintf("the truth value %s", shorten(n.Value))
	case "!!int", "!!float":
		return fmt.Sprintf("the number %s", shorten(n.Value))
	}
	return fmt.Sprintf("%s (%s)", shorten(n.Value), shorten(n.ShortTag()))
}

// text reads a string that is not empty.
func text(n *yaml.Node) (string, error) {
	switch {
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && strings.TrimSpace(n.Value) == "":
		return "", errors.New("empty; give it a value")
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str":
		return n.Value, nil
	case n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null":
		return "", fmt.Errorf("%s, but a text is wanted; put it in quotes", describe(n))
	}
	return "", fmt.Errorf("%s, but a text is wanted; write one", describe(n))
}

// name reads a name that becomes a part of keys and workflow IDs.
func name(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err == nil && !capacity.IsName(s) {
		return "", fmt.Errorf("%q is not a name; use up to 63 of a-z, 0-9 and -, not starting with -", shorten(s))
	}
	return s, err
}

// oneOf reads one of a few words.
func oneOf[T ~string](words ...T) parser[T] {
	return func(n *yaml.Node) (T, error) {
		var list []string
		for _, w := range words {
			if n.Kind == yaml.ScalarNode && n.Value == string(w) {
				return w, nil
			}
			list = append(list, string(w))
		}
		remedy := "choose " + strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
		if near := nearest(n.Value, list); near != "" {
			remedy = "did you mean " + near + "?"
		}
		return "", fmt.Errorf("%s; %s", describe(n), remedy)
	}
}

var numberForm = regexp.MustCompile(`^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$`)

// number reads a decimal number that passes the check.
func number(check func(float64) bool, remedy string) parser[float64] {
	return func(n *yaml.Node) (float64, error) {
		if tag := n.ShortTag(); n.Kind != yaml.ScalarNode || (tag != "!!int" && tag != "!!float") {
			return 0, fmt.Errorf("%s, but a number is wanted; %s", describe(n), remedy)
		}
		v, err := strconv.ParseFloat(n.Value, 64)
		if err != nil || !numberForm.MatchString(n.Value) || !check(v) {
			return 0, fmt.Errorf("%s cannot be; %s", shorten(n.Value), remedy)
		}
		return v, nil
	}
}

func positive(v float64) bool { return v > 0 }

// maxUnits bounds every number of units: more is a slip of the keyboard, and
// would make a planner allocate without end.
const maxUnits = 1_000_000

// count reads a number of units from least on.
func count(least capacity.Units) parser[capacity.Units] {
	return func(n *yaml.Node) (capacity.Units, error) {
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" {
			return 0, fmt.Errorf("%s, but a number of units is wanted; write a whole number from %d to %d", describe(n), least, maxUnits)
		}
		return parseUnits(n.Value, least)
	}
}

func parseUnits(s string, least capacity.Units) (capacity.Units, error) {
	v, err := strconv.Atoi(s)
	if units := capacity.Units(v); err == nil && least <= units && units <= maxUnits {
		return units, nil
	}
	return 0, fmt.Errorf("%s cannot be; write a whole number from %d to %d", shorten(s), least, maxUnits)
}

// duration reads a duration of at least least.
func duration(least time.Duration) parser[time.Duration] {
	return func(n *yaml.Node) (time.Duration, error) {
		if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
			return 0, fmt.Errorf("%s, but a duration is wanted; write one such as 5m, 48h or 28d", describe(n))
		}
		d, err := ParseDuration(n.Value)
		if err != nil {
			return 0, err
		}
		if d < least {
			return 0, fmt.Errorf("%s is too short; make it %s or more", shorten(n.Value), formatDuration(least))
		}
		return d, nil
	}
}
