package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// layout lists the keys of every section, in the order of the file format.
// Those of a pool and of an event are written without its number.
var layout = []struct {
	path string
	keys []string
}{
	{"", []string{"apiVersion", "service", "extends", "merged", "owner", "costCenter", "demand", "forecast", "schedule", "capacity", "objective", "events", "control", "notify", "audit"}},
	{"merged", []string{"base", "hash", "locked"}},
	{"demand", []string{"source", "time", "value", "aggregate", "across", "unit", "step", "timezone", "timeFormat", "decimal", "window"}},
	{"forecast", []string{"horizon", "retrain", "calendar", "promoteBy"}},
	{"schedule", []string{"plan", "watch", "regret", "replan", "overlap", "catchUp", "jitter", "state"}},
	{"capacity", []string{"pools", "ramp", "hold"}},
	{"capacity.pools", []string{"name", "target", "unitRate", "learn", "min", "max", "price", "leadTime", "market", "paid", "interruption", "ramp", "hold", "changes", "quota"}},
	{"capacity.pools.price", []string{"name", "dates"}},
	{"capacity.pools.price.dates", []string{"from", "price"}},
	{"capacity.pools.learn", []string{"utilisation", "latency", "units", "at"}},
	{"capacity.pools.leadTime", []string{"measured", "atFirst"}},
	{"capacity.pools.ramp", []string{"up", "down"}},
	{"capacity.ramp", []string{"up", "down"}},
	{"objective", []string{"missing", "serviceLevel", "change", "budget", "currency"}},
	{"events", []string{"name", "kind", "from", "to", "ramp", "uplift", "like"}},
	{"control", []string{"mode", "approval", "freeze", "promotionFreeze", "policyFreeze", "floor", "live", "roles"}},
	{"control.approval", []string{"above", "cost", "expires"}},
	{"control.freeze", []string{"deny", "windows"}},
	{"control.policyFreeze", []string{"windows", "except"}},
	{"control.roles", []string{"name", "who", "may", "units", "cost"}},
	{"control.floor", []string{"dynamic", "threshold"}},
	{"control.floor.dynamic", []string{"target"}},
	{"notify", []string{"to", "on"}},
	{"audit", []string{"keep"}},
}

var entryNumber = regexp.MustCompile(`\[\d+\]`)

// plain is a path without the numbers of pools and events. What a catalogue lists of a
// unit type and region has the keys of dated prices.
func plain(path string) string {
	if strings.HasPrefix(path, "prices.") {
		return "capacity.pools.price.dates"
	}
	return entryNumber.ReplaceAllString(path, "")
}

func keysOf(path string) []string {
	for _, section := range layout {
		if section.path == plain(path) {
			return section.keys
		}
	}
	return nil
}

func belongs(path, key string) bool { return slices.Contains(keysOf(path), key) }

func known(path string) string { return strings.Join(keysOf(path), ", ") }

// suggest says what the writer of an unknown key most likely meant.
func suggest(path, key string) string {
	if near := nearest(key, keysOf(path)); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	for _, section := range layout {
		if slices.Contains(section.keys, key) {
			if section.path == "" {
				return "it belongs at the top of the file"
			}
			return fmt.Sprintf("it belongs under %s", section.path)
		}
	}
	return fmt.Sprintf("remove it, or choose one of %s", known(path))
}

// nearest is the word closest to the one written, or "" if none is close. A
// difference of case and of separators does not count.
func nearest(written string, words []string) string {
	fold := strings.NewReplacer("_", "", "-", "", " ", "")
	written = fold.Replace(strings.ToLower(written))
	best, least := "", 3
	for _, word := range words {
		d := distance(written, strings.ToLower(word))
		if d < least && 2*d < len(word) {
			best, least = word, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to get from a to b: the optimal string alignment distance. Words
// of very different length are only told apart.
func distance(a, b string) int {
	if len(a) > len(b)+3 {
		return len(a)
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
