package workflows_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A year of so many services is what is extrapolated to.
const (
	storageYear  = 365
	storageFleet = 1000
)

// A storageSum is what all services hold and request at the end of each day.
type storageSum struct {
	services float64
	days     []map[string]usage
}

func sumOf(months []*month) storageSum {
	s := storageSum{services: float64(len(months)), days: make([]map[string]usage, *storageDays)}
	for day := range s.days {
		s.days[day] = map[string]usage{}
		for _, m := range months {
			for prefix, u := range m.days[day] {
				if slices.Contains(shared, prefix) {
					continue
				}
				for _, name := range []string{prefix, "all"} {
					all := s.days[day][name]
					all.add(u)
					s.days[day][name] = all
				}
			}
		}
	}
	return s
}

func (u *usage) add(of usage) {
	u.objects, u.bytes = u.objects+of.objects, u.bytes+of.bytes
	u.peakObjects, u.peakBytes = u.peakObjects+of.peakObjects, u.peakBytes+of.peakBytes
	u.puts, u.gets, u.lists, u.deletes = u.puts+of.puts, u.gets+of.gets, u.lists+of.lists, u.deletes+of.deletes
}

// lastDays is how many days make the last week.
func (s storageSum) lastDays() int { return min(7, len(s.days)-1) }

// week is what there is below a prefix at the end, and what there was a week before.
func (s storageSum) week(prefix string) (now, before usage) {
	return s.days[len(s.days)-1][prefix], s.days[len(s.days)-1-s.lastDays()][prefix]
}

// daily is by how much something grew per day and service in the last week.
func (s storageSum) daily(now, before int64) float64 {
	return float64(now-before) / float64(s.lastDays()) / s.services
}

// grows are the prefixes that nothing is removed from within a year, and shared those that
// belong to no service, of which a fleet does not have more.
var grows, shared = []string{"audit/*/segments", "policies", "regret"}, []string{"fleets", "prunes"}

// ahead is what a fleet holds after a year: the peak, or what grew in the last week and goes
// on to.
func (s storageSum) ahead(prefix string) (objects, bytes float64) {
	now, before := s.week(prefix)
	left := float64(storageYear - len(s.days))
	hold := func(now, before, peak int64) float64 {
		if !slices.Contains(grows, prefix) {
			return float64(peak) / s.services * storageFleet
		}
		return (float64(now)/s.services + s.daily(now, before)*left) * storageFleet
	}
	return hold(now.objects, before.objects, now.peakObjects), hold(now.bytes, before.bytes, now.peakBytes)
}

// table tells all of it in the form of docs/storage.md.
func (s storageSum) table() string {
	var b strings.Builder
	fmt.Fprintln(&b, "| below | objects | kB | objects/day | kB/day | peak objects | peak kB | PUT/day | GET/day | LIST/day | DELETE/day | million objects, a year | GB, a year |")
	fmt.Fprintln(&b, "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	daily := s.daily
	for _, prefix := range slices.Sorted(maps.Keys(s.days[len(s.days)-1])) {
		now, before := s.week(prefix)
		per := func(n int64) float64 { return float64(n) / s.services }
		objects, size := s.ahead(prefix)
		if prefix == "all" {
			objects, size = s.aheadOfAll()
		}
		fmt.Fprintf(&b, "| `%s/` | %.1f | %.1f | %.2f | %.2f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.3f | %.2f |\n", prefix,
			per(now.objects), per(now.bytes)/1e3, daily(now.objects, before.objects), daily(now.bytes, before.bytes)/1e3, per(now.peakObjects), per(now.peakBytes)/1e3,
			daily(now.puts, before.puts), daily(now.gets, before.gets), daily(now.lists, before.lists), daily(now.deletes, before.deletes), objects/1e6, size/1e9)
	}
	return b.String()
}

// aheadOfAll is what a fleet holds of everything after a year.
func (s storageSum) aheadOfAll() (objects, bytes float64) {
	for prefix := range s.days[len(s.days)-1] {
		if prefix != "all" {
			n, size := s.ahead(prefix)
			objects, bytes = objects+n, bytes+size
		}
	}
	return objects, bytes
}

// settled is after how many days the last week shows what is pruned as it stays: plans and
// days are kept for 32.
const settled = 40

// check fails where something grows that is pruned, or a fleet holds too much after a year.
func (s storageSum) check(t *testing.T) {
	t.Helper()
	const most, mostBytes = 5e6, 50e9
	if len(s.days) < settled {
		t.Logf("less than %d days: nothing is known of a year", settled)
		return
	}
	for prefix := range s.days[len(s.days)-1] {
		now, before := s.week(prefix)
		// The oldest are removed once a day, so that a day more or less may be there; of
		// the records of an audit 256 more or less.
		if slack := before.objects / 20; !slices.Contains(grows, prefix) && prefix != "all" && prefix != "audit" && now.objects > before.objects+slack {
			t.Errorf("%s/ grew in the last week from %d to %d objects, want no more than a twentieth, as it is pruned", prefix, before.objects, now.objects)
		}
	}
	objects, size := s.aheadOfAll()
	if objects > most || size > mostBytes {
		t.Errorf("%d services hold %.2f million objects and %.1f GB after a year, want at most %.0f million and %.0f GB", storageFleet, objects/1e6, size/1e9, most/1e6, mostBytes/1e9)
	}
}
