package awstest_test

import (
	"encoding/xml"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"headroom/adapters/aws/awstest"
)

var start = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

// region is an emulator on a clock of the test's, with a group called g.
type region struct {
	*testing.T
	*awstest.AutoScaling
	now time.Time
}

func newRegion(t *testing.T, g awstest.Group) *region {
	t.Helper()
	r := &region{T: t, now: start}
	r.AutoScaling = &awstest.AutoScaling{Now: func() time.Time { return r.now }, Late: 2 * time.Minute}
	g.Name = "g"
	if err := r.Create(g); err != nil {
		t.Fatal(err)
	}
	return r
}

// call calls an operation on the group with parameters such as "MinSize", "3",
// and returns the answer.
func (r *region) call(operation string, parameters ...string) string {
	r.Helper()
	form := url.Values{"Action": {operation}, "AutoScalingGroupName": {"g"}}
	for i := 0; i+1 < len(parameters); i += 2 {
		form.Set(parameters[i], parameters[i+1])
	}
	request := httptest.NewRequestWithContext(r.Context(), "POST", "/", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, request)
	if err := xml.Unmarshal(answer.Body.Bytes(), new(struct{ XMLName xml.Name })); err != nil {
		r.Errorf("%s: the answer is not XML: %v", operation, err)
	}
	return answer.Body.String()
}

func at(d time.Duration) string { return start.Add(d).Format(time.RFC3339) }

// The rules that are the emulator's reason to be.
func TestAutoScaling_Rules(t *testing.T) {
	batch := func(n int) (all []string) {
		for i := range n {
			key := fmt.Sprintf("ScheduledUpdateGroupActions.member.%d.", i+1)
			all = append(all, key+"ScheduledActionName", fmt.Sprint("b", i), key+"StartTime", at(time.Duration(i)*time.Minute), key+"MinSize", "1")
		}
		return all
	}
	put := "PutScheduledUpdateGroupAction"
	for name, c := range map[string]struct {
		operation  string
		parameters []string
		want       string // in the answer
	}{
		"minimum above maximum": {"UpdateAutoScalingGroup", []string{"MinSize", "9"}, "ValidationError"},
		"desired above maximum": {"UpdateAutoScalingGroup", []string{"DesiredCapacity", "9"}, "ValidationError"},
		"desired below minimum": {"SetDesiredCapacity", []string{"DesiredCapacity", "0"}, "ValidationError"},
		"unknown group":         {"UpdateAutoScalingGroup", []string{"AutoScalingGroupName", "h", "MinSize", "1"}, "ValidationError"},
		"second creation":       {"CreateAutoScalingGroup", []string{"MinSize", "1", "MaxSize", "2"}, "AlreadyExists"},
		"start in the past":     {put, []string{"ScheduledActionName", "a", "StartTime", at(0), "MinSize", "1"}, "in the past"},
		"start that is taken":   {put, []string{"ScheduledActionName", "a", "StartTime", at(time.Hour), "MinSize", "1"}, "AlreadyExists"},
		"no number":             {put, []string{"ScheduledActionName", "a", "StartTime", at(2 * time.Hour)}, "ValidationError"},
		"batch too large":       {"BatchPutScheduledUpdateGroupAction", batch(51), "a batch has 1 to 50 entries"},
		"batch in part":         {"BatchPutScheduledUpdateGroupAction", batch(50), "<ScheduledActionName>b0</ScheduledActionName><ErrorCode>ValidationError"},
		"removal of nothing":    {"BatchDeleteScheduledAction", []string{"ScheduledActionNames.member.1", "x"}, "<ErrorCode>ValidationError"},
		"unknown operation":     {"PutWarmPool", nil, "InvalidAction"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegion(t, awstest.Group{Min: 1, Desired: 2, Max: 4})
			if err := r.Schedule("g", "taken", start.Add(time.Hour), 1); err != nil {
				t.Fatal(err)
			}
			if got := r.call(c.operation, c.parameters...); !strings.Contains(got, c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if want := (awstest.Size{Min: 1, Desired: 2, Max: 4}); r.Size("g") != want || len(r.Effects()) != 0 {
				t.Errorf("got %+v and the effects %v, want %+v and none", r.Size("g"), r.Effects(), want)
			}
		})
	}
}

func TestAutoScaling_LimitOfSchedule(t *testing.T) {
	r := newRegion(t, awstest.Group{Max: 4})
	for i := range 125 {
		if err := r.Schedule("g", fmt.Sprint(i), start.Add(time.Duration(i+1)*time.Minute), 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Schedule("g", "one more", start.Add(time.Hour*9), 1); err == nil || !strings.Contains(err.Error(), "LimitExceeded") {
		t.Errorf("got %v, want LimitExceeded", err)
	}
	if err := r.Schedule("g", "7", start.Add(time.Hour*9), 1); err != nil {
		t.Errorf("replacing one: %v", err)
	}
}

// Scheduled actions of a group run late, in order, and are gone; what does not
// fit fails then.
func TestAutoScaling_Runs(t *testing.T) {
	r := newRegion(t, awstest.Group{Desired: 1, Max: 4, Launch: time.Minute})
	for i, least := range []int{2, 9, 3, 4} {
		if err := r.Schedule("g", fmt.Sprint("s", i), start.Add(time.Duration(i+1)*time.Minute), least); err != nil {
			t.Fatal(err)
		}
	}
	r.now = start.Add(10 * time.Minute)
	var ran []string
	for _, e := range r.Effects() {
		ran = append(ran, e.By)
		if due := start.Add(time.Duration(e.By[1]-'0'+1) * time.Minute); e.At.Before(due) || e.At.After(due.Add(3*time.Minute)) {
			t.Errorf("%s ran at %v", e.By, e.At)
		}
	}
	if got := strings.Join(ran, " "); got != "s0 s2 s3" || len(r.Scheduled("g")) != 0 {
		t.Errorf("%s ran, and %v are left; want s0 s2 s3, and none", got, r.Scheduled("g"))
	}
	if got := r.call("DescribeScalingActivities"); !strings.Contains(got, "<StatusCode>Failed</StatusCode><Description>Executing scheduled action s1") {
		t.Errorf("got %s, want the failure of s1", got)
	}
	if err := r.Change("g", func(g *awstest.Group) { g.Suspended = []string{"ScheduledActions"} }); err != nil {
		t.Fatal(err)
	}
	if err := r.Schedule("g", "s9", start.Add(time.Hour), 1); err != nil {
		t.Fatal(err)
	}
	r.now = start.Add(2 * time.Hour)
	if got := r.Size("g").Min; got != 4 {
		t.Errorf("the minimum is %d although scheduled actions are suspended, want 4", got)
	}
}

// An instance is pending until it has started; suspended processes and an empty
// stock keep it away.
func TestAutoScaling_Launches(t *testing.T) {
	r := newRegion(t, awstest.Group{Max: 9, Launch: 3 * time.Minute, Stock: 4})
	serving := func() string {
		answer := r.call("DescribeAutoScalingGroups")
		return fmt.Sprintf("%d pending, %d in service", strings.Count(answer, ">Pending<"), strings.Count(answer, ">InService<"))
	}
	for _, step := range []struct {
		desired   string
		suspended string
		later     time.Duration
		want      string
	}{
		{"3", "", 0, "3 pending, 0 in service"},
		{"3", "", 3 * time.Minute, "0 pending, 3 in service"},
		{"6", "", time.Hour, "0 pending, 4 in service"},
		{"1", "Terminate", time.Hour, "0 pending, 4 in service"},
		{"1", "Launch", 0, "0 pending, 1 in service"},
		{"2", "Launch", time.Hour, "0 pending, 1 in service"},
	} {
		if err := r.Change("g", func(g *awstest.Group) { g.Suspended = []string{step.suspended} }); err != nil {
			t.Fatal(err)
		}
		r.call("SetDesiredCapacity", "DesiredCapacity", step.desired)
		r.now = r.now.Add(step.later)
		if got := serving(); got != step.want {
			t.Errorf("desired %s, suspended %q, %v later: got %s, want %s", step.desired, step.suspended, step.later, got, step.want)
		}
	}
}

func TestAutoScaling_Lag(t *testing.T) {
	r := newRegion(t, awstest.Group{Min: 1, Desired: 1, Max: 4})
	r.Lag = 2
	r.call("UpdateAutoScalingGroup", "MinSize", "3")
	for i, want := range []string{"<MinSize>1<", "<MinSize>1<", "<MinSize>3<"} {
		if got := r.call("DescribeAutoScalingGroups"); !strings.Contains(got, want) {
			t.Errorf("look %d: got %s, want %s", i, got, want)
		}
	}
}
