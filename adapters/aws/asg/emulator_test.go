package asg_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"headroom/adapters/aws"
	"headroom/adapters/aws/asg"
	"headroom/adapters/aws/awstest"
	"headroom/capacity"
)

// world is an emulated region with one group, and what stands in front of it.
type world struct {
	*testing.T
	service *awstest.AutoScaling
	faults  *awstest.Faults
	fleet   *asg.Fleet
	now     time.Time
}

// What the IAM policies that we ship allow is all that any test may call.
const (
	readPolicy  = "../../../deploy/aws/read.json"
	writePolicy = "../../../deploy/aws/write.json"
)

// start is when every world begins.
var start = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

// newWorld makes a world with a group called chat that can run 0 to 20 units.
func newWorld(t *testing.T, shape func(*awstest.Group)) *world {
	t.Helper()
	w := &world{T: t, now: start}
	w.service = &awstest.AutoScaling{Now: func() time.Time { return w.now }, Seed: 1, Late: 2 * time.Minute}
	g := awstest.Group{Name: "chat", Min: 2, Desired: 2, Max: 20, Launch: 4 * time.Minute, Warmup: 60}
	if shape != nil {
		shape(&g)
	}
	if err := w.service.Create(g); err != nil {
		t.Fatal(err)
	}
	w.faults = &awstest.Faults{Server: w.service}
	server := httptest.NewServer(w.faults)
	t.Cleanup(func() {
		server.Close()
		awstest.Allowed(t, w.faults.Actions(), readPolicy, writePolicy)
	})
	w.fleet = &asg.Fleet{Settings: aws.Settings{Endpoint: server.URL, AccessKey: "key", SecretKey: "secret"}, Pause: time.Nanosecond}
	return w
}

func (w *world) target(parameters string) capacity.Target {
	w.Helper()
	target, err := w.fleet.Target(w.Context(), capacity.TargetName("aws-asg://us-east-1/chat"+parameters))
	if err != nil {
		w.Fatal(err)
	}
	return target
}

func (w *world) timetabled(parameters string) capacity.Timetabled {
	w.Helper()
	return w.target("?mode=schedule" + parameters).(capacity.Timetabled)
}

// change changes what the group is like.
func (w *world) change(f func(*awstest.Group)) {
	w.Helper()
	if err := w.service.Change("chat", f); err != nil {
		w.Fatal(err)
	}
}

// pass lets time pass.
func (w *world) pass(d time.Duration) { w.now = w.now.Add(d) }
