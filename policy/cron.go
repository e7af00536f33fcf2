package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A cronField is one of the five fields of a cron expression.
type cronField struct {
	name        string
	least, most int
	words       []string // names of the values, from least on
}

// cronFields are the fields as Temporal's schedules read them, which also
// stand for Sunday by 7.
var cronFields = []cronField{
	{"minute", 0, 59, nil},
	{"hour", 0, 23, nil},
	{"day of the month", 1, 31, nil},
	{"month", 1, 12, []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{"day of the week", 0, 7, []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

// monthDays is the most days that each month can have.
var monthDays = []int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// never is what stands for no times at all.
const never = "none"

// sometimes reads a cron expression, or none as the empty one.
func sometimes(n *yaml.Node) (string, error) {
	if n.Kind == yaml.ScalarNode && n.Value == never {
		return "", nil
	}
	return cron(n)
}

// formatTimes writes what sometimes reads.
func formatTimes(expression string) string {
	if expression == "" {
		return never
	}
	return strconv.Quote(expression)
}

// CheckCron refuses what is no cron expression of five fields that comes up at all.
func CheckCron(expression string) error {
	_, err := cron(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: expression})
	return err
}

// cron reads a cron expression of five fields that comes up at all.
func cron(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err != nil {
		return "", err
	}
	values, err := CronFields(s)
	if err != nil {
		return "", err
	}
	first := slices.Min(values[2])
	if !slices.ContainsFunc(values[3], func(month int) bool { return first <= monthDays[month-1] }) {
		return "", fmt.Errorf("%q names a day that no such month has; choose an earlier day", shorten(s))
	}
	return s, nil
}

// CronFields lists the values of each field of a cron expression: minutes, hours, days
// of the month, months, and days of the week with Sunday as 0.
func CronFields(s string) (values [5][]int, err error) {
	fields := strings.Fields(s)
	if len(fields) != len(cronFields) {
		return values, fmt.Errorf("%q has %d fields; write five: minute, hour, day, month, weekday, such as \"0 3 * * *\"", shorten(s), len(fields))
	}
	for i, field := range cronFields {
		if values[i], err = field.parse(fields[i]); err != nil {
			return values, err
		}
	}
	for i, day := range values[4] {
		values[4][i] = day % 7
	}
	return values, nil
}

// parse lists the values of one field: "*", "7", "mon-fri", "*/15", "0,30" and
// what these make together.
func (f cronField) parse(text string) ([]int, error) {
	bad := fmt.Errorf("%q is no %s; use %d-%d, *, lists, ranges and /steps", shorten(text), f.name, f.least, f.most)
	var values []int
	for part := range strings.SplitSeq(text, ",") {
		span, stride, stepped := strings.Cut(part, "/")
		from, to, ranged := strings.Cut(span, "-")
		first, ok := f.number(from)
		last := first
		switch {
		case span == "*":
			first, last, ok = f.least, f.most, true
		case ranged:
			var fine bool
			last, fine = f.number(to)
			ok = ok && fine && first <= last
		case stepped:
			last = f.most
		}
		jump, err := 1, error(nil)
		if stepped {
			jump, err = strconv.Atoi(stride)
		}
		if !ok || err != nil || jump < 1 {
			return nil, bad
		}
		for v := first; v <= last; v += min(jump, f.most+1) {
			values = append(values, v)
		}
	}
	return values, nil
}

func (f cronField) number(text string) (int, bool) {
	if i := slices.Index(f.words, strings.ToLower(text)); i >= 0 {
		return f.least + i, true
	}
	v, err := strconv.Atoi(text)
	return v, err == nil && f.least <= v && v <= f.most
}
