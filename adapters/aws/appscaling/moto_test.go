package appscaling_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"headroom/adapters/aws"
	"headroom/adapters/aws/appscaling"
	"headroom/adapters/aws/awstest"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// What the IAM policies that we ship allow is all that any test may call.
const (
	readPolicy  = "../../../deploy/aws/read.json"
	writePolicy = "../../../deploy/aws/write.json"
)

// A world is moto, and what stands in front of it. What is registered there serves
// what the test lets it.
type world struct {
	*testing.T
	control aws.Control
	client  *applicationautoscaling.Client // of the targets
	other   *applicationautoscaling.Client // of other people
	service *service                       // of the newest target
	n       int
}

// A service is what a test says it is.
type service struct {
	serving         capacity.Units
	stopped, broken error
	findings        []capacity.Finding
}

func (s *service) Serving(context.Context) (capacity.Units, error) { return s.serving, nil }
func (s *service) Stopped(context.Context, string) error           { return s.stopped }
func (s *service) Usable(context.Context, string, bool) error      { return s.broken }
func (s *service) Findings(context.Context, string) ([]capacity.Finding, error) {
	if s.stopped != nil {
		return []capacity.Finding{{Blocks: true, Text: s.stopped.Error()}}, nil //nolint:nilerr // it is a finding
	}
	return s.findings, s.broken
}

func newWorld(t *testing.T) *world {
	t.Helper()
	moto, err := url.Parse(awstest.Moto(t))
	if err != nil {
		t.Fatal(err)
	}
	faults := &awstest.Faults{Server: awstest.InFront(moto)}
	front := httptest.NewServer(faults)
	t.Cleanup(func() {
		front.Close()
		awstest.Allowed(t, faults.Actions(), readPolicy, writePolicy)
	})
	open := func(endpoint string) aws.Control {
		control, err := aws.OpenControl(t.Context(), aws.Settings{Endpoint: endpoint, Region: "us-east-1", AccessKey: "key", SecretKey: "secret"})
		if err != nil {
			t.Fatal(err)
		}
		return control
	}
	control := open(front.URL)
	return &world{T: t, control: control, client: applicationautoscaling.NewFromConfig(control.Config), other: applicationautoscaling.NewFromConfig(open(moto.String()).Config)}
}

// target registers something that may have 0 to 20 units and of which 2 serve, and
// returns a function that does what AWS does with a minimum: as many serve.
func (w *world) target() (target *appscaling.Target, follow func()) {
	w.Helper()
	w.n++
	w.service = &service{serving: 2}
	target = &appscaling.Target{
		Control: w.control, Client: w.client, Name: capacity.TargetName(fmt.Sprintf("aws-sagemaker://us-east-1/chat-%d/main", w.n)),
		Resource: appscaling.Resource{Namespace: types.ServiceNamespaceSagemaker, ID: fmt.Sprintf("endpoint/chat-%d/variant/main", w.n), Dimension: types.ScalableDimensionSageMakerVariantDesiredInstanceCount},
	}
	target.Service = w.service
	if _, err := w.other.RegisterScalableTarget(w.Context(), &applicationautoscaling.RegisterScalableTargetInput{
		ServiceNamespace: target.Resource.Namespace, ResourceId: &target.Resource.ID, ScalableDimension: target.Resource.Dimension,
		MinCapacity: new(int32(2)), MaxCapacity: new(int32(20)),
	}); err != nil {
		w.Fatal(err)
	}
	return target, func() {
		state, err := target.State(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		target.Service.(*service).serving = state.Units
	}
}

func TestTarget_Conformance(t *testing.T) {
	w := newWorld(t)
	capacitytest.Target(t, func(*testing.T) (capacity.Target, func()) { return w.target() })
}

func TestTarget_Stopped(t *testing.T) {
	w := newWorld(t)
	capacitytest.Stopped(t, func(t *testing.T) capacitytest.Stoppable {
		target, _ := w.target()
		s := w.service
		return capacitytest.Stoppable{
			Target: &appscaling.Timetabled{Target: target, Room: 20}, Now: time.Now().UTC().Truncate(time.Minute).Add(time.Hour),
			Stop: func(reason string) { s.stopped = fmt.Errorf("%s: %w", reason, capacity.ErrStopped) }, Resume: func() { s.stopped = nil },
		}
	})
}

func TestTimetabled_Conformance(t *testing.T) {
	w := newWorld(t)
	capacitytest.Timetabled(t, func(t *testing.T) (capacity.Timetabled, time.Time, capacitytest.Neighbour) {
		target, _ := w.target()
		r := target.Resource
		put := func(at time.Time) {
			if _, err := w.other.PutScheduledAction(t.Context(), &applicationautoscaling.PutScheduledActionInput{
				ServiceNamespace: r.Namespace, ResourceId: &r.ID, ScalableDimension: r.Dimension,
				ScheduledActionName: new("theirs-" + at.Format("150405")), Schedule: new(at.UTC().Format("at(2006-01-02T15:04:05)")),
				ScalableTargetAction: &types.ScalableTargetAction{MinCapacity: new(int32(7))},
			}); err != nil {
				t.Fatal(err)
			}
		}
		left := func() (n int) {
			out, err := w.other.DescribeScheduledActions(t.Context(), &applicationautoscaling.DescribeScheduledActionsInput{ServiceNamespace: r.Namespace, ResourceId: &r.ID})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range out.ScheduledActions {
				if strings.HasPrefix(*a.ScheduledActionName, "theirs-") {
					n++
				}
			}
			return n
		}
		now := time.Now().UTC().Truncate(time.Minute).Add(time.Hour)
		return &appscaling.Timetabled{Target: target, Room: 20}, now, capacitytest.Neighbour{Put: put, Left: left}
	})
}

func TestTarget_Limit(t *testing.T) {
	w := newWorld(t)
	target, _ := w.target()
	for _, c := range []struct {
		limiting capacity.Limiting
		want     error
		max      capacity.Units
	}{
		{capacity.Limiting{From: 20, Max: 40}, nil, 40},
		{capacity.Limiting{From: 20, Max: 40}, nil, 40},
		{capacity.Limiting{From: 20, Max: 50}, capacity.ErrDrifted, 40},
		{capacity.Limiting{From: 40, Max: 1}, capacity.ErrOutOfBounds, 40},
		{capacity.Limiting{From: 40, Max: 20}, nil, 20},
	} {
		if err := target.Limit(t.Context(), c.limiting); !errors.Is(err, c.want) {
			t.Errorf("%+v: got %v, want %v", c.limiting, err, c.want)
		}
		if got, err := target.Limits(t.Context()); err != nil || got.Max != c.max {
			t.Errorf("%+v: got %+v, %v, want a maximum of %d", c.limiting, got, err, c.max)
		}
	}
}
