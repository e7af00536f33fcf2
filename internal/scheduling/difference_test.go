package scheduling_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/activities/fleet"
	"headroom/capacity"
	"headroom/internal/scheduling"
	"headroom/policy"
	"headroom/workflows"
)

// mustParse reads a policy of the service, with what is said anew.
func mustParse(tb testing.TB, service string, anew ...policy.Override) capacity.Policy {
	tb.Helper()
	text := "service: " + service + `
demand: {source: s3://load-history/, timezone: Europe/Berlin}
capacity: {pools: [{name: a, target: sim://` + service + `, unitRate: 120, max: 40, price: 1}]}
objective: {missing: 40}
`
	p, _, err := policy.Parse(service+".yaml", strings.NewReader(text), anew...)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// TestCompare goes through testdata/compare.txt: after "# NAME" come what the
// policies say, "had SERVICE KEY=VALUE…" when the schedules were made and "has" now,
// what persons did since ("held ID", "let ID"), and what must be found.
func TestCompare(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "compare.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for story := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n\n") {
		lines := strings.Split(story, "\n")
		t.Run(strings.TrimPrefix(lines[0], "# "), func(t *testing.T) {
			var had, has []capacity.Policy
			persons := map[string]bool{}
			var want []string
			for _, line := range lines[1:] {
				word, rest, _ := strings.Cut(line, " ")
				service, keys, _ := strings.Cut(rest, " ")
				switch word {
				case "had":
					had = append(had, mustParse(t, service, overrides(t, keys)...))
				case "has":
					has = append(has, mustParse(t, service, overrides(t, keys)...))
				case "held", "let":
					persons[rest] = word == "held"
				default:
					want = append(want, line)
				}
			}
			d, err := scheduling.Compare(scheduling.Wanted(has, capacity.Clock{}), after(t, had, persons))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, tell(d)); diff != "" {
				t.Errorf("difference (-want +got):\n%s", diff)
			}
		})
	}
}

func overrides(t *testing.T, keys string) (all []policy.Override) {
	t.Helper()
	for field := range strings.FieldsSeq(keys) {
		o, err := policy.ParseOverride(field)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

// after is what is found once policies were synced, and persons paused and
// resumed.
func after(t *testing.T, policies []capacity.Policy, persons map[string]bool) []scheduling.Found {
	t.Helper()
	d, err := scheduling.Compare(scheduling.Wanted(policies, capacity.Clock{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	var found []scheduling.Found
	for _, c := range d.Changes {
		f := scheduling.Made(c)
		if held, said := persons[f.ID]; said {
			f.Paused = held
		}
		found = append(found, f)
	}
	return found
}

func tell(d scheduling.Difference) []string {
	var told []string
	for _, c := range d.Changes {
		told = append(told, fmt.Sprintf("%s %s", c.Verb, c.ID))
	}
	for _, f := range d.Held {
		told = append(told, "left "+f.ID)
	}
	for _, service := range d.Gone {
		told = append(told, "gone "+service)
	}
	return append(told, fmt.Sprintf("same %d", d.Same))
}

// TestCompare_Key: what another key sealed is sealed anew, once.
func TestCompare_Key(t *testing.T) {
	wanted := func(key string) scheduling.Want {
		w := scheduling.Wanted([]capacity.Policy{mustParse(t, "chat")}, capacity.Clock{})
		for i := range w.Entries {
			w.Entries[i].Key = key
		}
		return w
	}
	var found []scheduling.Found
	for _, step := range []struct {
		key     string
		changes int
	}{{"", 4}, {"", 0}, {"march", 4}, {"march", 0}, {"june", 4}} {
		d, err := scheduling.Compare(wanted(step.key), found)
		if err != nil || len(d.Changes) != step.changes {
			t.Errorf("with the key %q: got %d changes, %v, want %d", step.key, len(d.Changes), err, step.changes)
		}
		if step.changes > 0 {
			found = nil
			for _, c := range d.Changes {
				found = append(found, scheduling.Made(c))
			}
		}
	}
}

// TestCompare_Fleet: the times of a fleet are created, kept, changed with the list of
// its services, and deleted; and they are no service that could be gone.
func TestCompare_Fleet(t *testing.T) {
	wanted := func(list string) scheduling.Want {
		w := scheduling.Wanted([]capacity.Policy{mustParse(t, "chat", overrides(t, "schedule.plan=none schedule.watch=none schedule.regret=none forecast.retrain=none")...)}, capacity.Clock{})
		if list != "" {
			w.Fleet(scheduling.FleetTime{Run: workflows.FleetState{Kind: fleet.Plan, List: capacity.Ref{Key: list}}, Cron: "0 4 * * *", Zone: "UTC"})
		}
		return w
	}
	var found []scheduling.Found
	for _, step := range []struct {
		list string
		want []string
	}{
		{"", []string{"same 0"}},
		{"a", []string{"create headroom/*/plan", "same 0"}},
		{"a", []string{"same 1"}},
		{"b", []string{"update headroom/*/plan", "same 0"}},
		{"", []string{"delete headroom/*/plan", "same 0"}},
	} {
		d, err := scheduling.Compare(wanted(step.list), found)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, tell(d)); diff != "" {
			t.Errorf("list %q (-want +got):\n%s", step.list, diff)
		}
		for _, c := range d.Changes {
			found = []scheduling.Found{scheduling.Made(c)}
		}
	}
}

// TestWanted_SeveralPools: nothing is compared of a service that has them.
func TestWanted_SeveralPools(t *testing.T) {
	p := mustParse(t, "chat")
	p.Pools = append(p.Pools, p.Pools[0])
	var got []string
	for _, e := range scheduling.Wanted([]capacity.Policy{p}, capacity.Clock{}).Entries {
		got = append(got, e.ID)
	}
	if diff := cmp.Diff([]string{"headroom/chat/plan", "headroom/chat/retrain", "headroom/chat/watch"}, got); diff != "" {
		t.Errorf("schedules (-want +got):\n%s", diff)
	}
}
