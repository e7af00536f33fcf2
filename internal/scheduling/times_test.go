package scheduling_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/timestamppb"

	"headroom/internal/scheduling"
)

// TestTimes_ClockChanges: on a real server, schedules go through the nights on which
// clocks are changed: what runs all the time has no gap and no repeat, and what runs
// once a night runs once.
func TestTimes_ClockChanges(t *testing.T) {
	c := dial(t)
	nights := []struct{ zone, from, until string }{ // local days, from and until midnight
		{"Europe/Berlin", "2027-03-27", "2027-03-30"},
		{"Europe/Berlin", "2027-10-30", "2027-11-02"},
		{"America/New_York", "2028-03-11", "2028-03-14"},
		{"America/New_York", "2028-11-04", "2028-11-07"},
		{"Australia/Lord_Howe", "2027-10-02", "2027-10-05"},
		{"Australia/Lord_Howe", "2027-04-03", "2027-04-06"},
		{"Asia/Kolkata", "2027-03-27", "2027-03-30"},
		{"Asia/Kathmandu", "2027-03-27", "2027-03-30"},
		{"America/St_Johns", "2027-03-13", "2027-03-16"},
		{"UTC", "2027-10-30", "2027-11-02"},
	}
	tests := []struct {
		cron  string
		every time.Duration // the longest and, where clocks are changed by whole hours, only time between two
		daily int           // runs a local day, if it is not a matter of real time
	}{
		{"0 * * * *", time.Hour, 0},
		{"17 * * * *", time.Hour, 0},
		{"*/10 * * * *", 10 * time.Minute, 0},
		{"*/15 * * * *", 15 * time.Minute, 0},
		{"*/5 * * * *", 5 * time.Minute, 0},
		{"5,35 * * * *", 30 * time.Minute, 0},
		{"0 0-23 * * *", time.Hour, 0},
		{"30 2 * * *", 0, 1},
		{"0 2 * * *", 0, 1},
		{"59 1 * * *", 0, 1},
		{"45 1 * * *", 0, 1},
		{"0 3 * * *", 0, 1},
		{"0 12 * * *", 0, 1},
		{"30 1 * * *", 0, 1},
		{"15 0 * * *", 0, 1},
		{"10,20 2 * * *", 0, 2},
		{"15,45 1 * * *", 0, 2},
	}
	for i, night := range nights {
		zone, err := time.LoadLocation(night.zone)
		if err != nil {
			t.Fatal(err)
		}
		day := func(text string) time.Time {
			at, err := time.ParseInLocation(time.DateOnly, text, zone)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		from, until := day(night.from), day(night.until)
		half := strings.HasSuffix(night.zone, "Lord_Howe")
		for k, test := range tests {
			t.Run(fmt.Sprintf("%s %s %s", night.zone, night.from, test.cron), func(t *testing.T) {
				got := matching(t, c, fmt.Sprintf("times-%d-%d", i, k), test.cron, night.zone, from, until)
				perDay := map[string]int{}
				for n, at := range got {
					perDay[at.In(zone).Format(time.DateOnly)]++
					if n == 0 || test.every == 0 {
						continue
					}
					if gap := at.Sub(got[n-1]); gap > test.every || !half && gap != test.every {
						t.Errorf("%v passed between %v and %v", gap, got[n-1].In(zone), at.In(zone))
					}
				}
				if test.every > 0 {
					if first, last := got[0].Sub(from), until.Sub(got[len(got)-1]); first >= test.every || last > test.every {
						t.Errorf("the first is %v after the start, the last %v before the end", first, last)
					}
					return
				}
				for at := from; at.Before(until); at = at.AddDate(0, 0, 1) {
					if n := perDay[at.Format(time.DateOnly)]; n != test.daily {
						t.Errorf("%d runs on %s, want %d: %v", n, at.Format(time.DateOnly), test.daily, got)
					}
				}
			})
		}
	}
	// Hours of the night, on weekdays only, in both passes of a repeated hour.
	zone, _ := time.LoadLocation("Europe/Berlin")
	got := matching(t, c, "times-weekend", "0 0-4 * 10 sun", "Europe/Berlin", time.Date(2027, 10, 30, 0, 0, 0, 0, zone), time.Date(2027, 11, 8, 0, 0, 0, 0, zone))
	var clocks []string
	for _, at := range got {
		clocks = append(clocks, at.In(zone).Format("02 15:04 MST"))
	}
	if want := []string{"31 00:00 CEST", "31 01:00 CEST", "31 02:00 CEST", "31 02:00 CET", "31 03:00 CET", "31 04:00 CET"}; !slices.Equal(clocks, want) {
		t.Errorf("got %v, want %v", clocks, want)
	}
}

// matching is when the server says that a schedule comes up.
func matching(t *testing.T, c client.Client, id, cron, zone string, from, until time.Time) []time.Time {
	t.Helper()
	ctx := t.Context()
	_, err := c.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: id, Spec: scheduling.Times(cron, zone), Paused: true, Action: &client.ScheduleWorkflowAction{ID: id, Workflow: "Due", TaskQueue: "none"},
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.WorkflowService().ListScheduleMatchingTimes(ctx, &workflowservice.ListScheduleMatchingTimesRequest{
		Namespace: "default", ScheduleId: id, StartTime: timestamppb.New(from.Add(-time.Second)), EndTime: timestamppb.New(until.Add(-time.Second)),
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []time.Time
	for _, at := range out.GetStartTime() {
		all = append(all, at.AsTime())
	}
	if len(all) == 0 {
		t.Fatal("it never comes up")
	}
	return all
}
