package ecs_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"headroom/adapters/aws"
	"headroom/adapters/aws/awstest"
	"headroom/adapters/aws/ecs"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// What the IAM policies that we ship allow is all that any test may call.
const (
	readPolicy  = "../../../deploy/aws/read.json"
	writePolicy = "../../../deploy/aws/write.json"
)

// A world is moto with a cluster, what stands in front of it, and a second client
// that does what AWS and other people do.
type world struct {
	*testing.T
	faults  *awstest.Faults
	fleet   *ecs.Fleet
	ecs     *sdk.Client
	scaling *applicationautoscaling.Client
	n       int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	moto, err := url.Parse(awstest.Moto(t))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, faults: &awstest.Faults{Server: awstest.InFront(moto)}}
	front := httptest.NewServer(w.faults)
	t.Cleanup(func() {
		front.Close()
		awstest.Allowed(t, w.faults.Actions(), readPolicy, writePolicy)
	})
	settings := aws.Settings{Endpoint: front.URL, AccessKey: "key", SecretKey: "secret"}
	w.fleet = &ecs.Fleet{Settings: settings}
	settings.Endpoint, settings.Region = moto.String(), "us-east-1"
	control, err := aws.OpenControl(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	w.ecs, w.scaling = sdk.NewFromConfig(control.Config), applicationautoscaling.NewFromConfig(control.Config)
	if _, err := w.ecs.CreateCluster(t.Context(), &sdk.CreateClusterInput{ClusterName: new("prod")}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ecs.RegisterTaskDefinition(t.Context(), &sdk.RegisterTaskDefinitionInput{
		Family: new("chat"), ContainerDefinitions: []types.ContainerDefinition{{Name: new("chat"), Image: new("chat"), Memory: new(int32(100))}},
	}); err != nil {
		t.Fatal(err)
	}
	return w
}

// create makes a service of two tasks; registered, it may have 0 to 20.
func (w *world) create(registered bool) (name string) {
	w.Helper()
	w.n++
	name = fmt.Sprintf("chat-%d", w.n)
	if _, err := w.ecs.CreateService(w.Context(), &sdk.CreateServiceInput{Cluster: new("prod"), ServiceName: &name, TaskDefinition: new("chat"), DesiredCount: new(int32(2))}); err != nil {
		w.Fatal(err)
	}
	if registered {
		if _, err := w.scaling.RegisterScalableTarget(w.Context(), &applicationautoscaling.RegisterScalableTargetInput{
			ServiceNamespace: scaling.ServiceNamespaceEcs, ResourceId: new("service/prod/" + name), ScalableDimension: scaling.ScalableDimensionECSServiceDesiredCount,
			MinCapacity: new(int32(2)), MaxCapacity: new(int32(20)),
		}); err != nil {
			w.Fatal(err)
		}
	}
	return name
}

func (w *world) target(name, parameters string) capacity.Target {
	w.Helper()
	target, err := w.fleet.Target(w.Context(), capacity.TargetName("aws-ecs://us-east-1/prod/"+name+parameters))
	if err != nil {
		w.Fatal(err)
	}
	return target
}

// follow does what AWS does with a minimum: as many tasks run.
func (w *world) follow(name string, target capacity.Target) {
	w.Helper()
	state, err := target.State(w.Context())
	if err == nil {
		_, err = w.ecs.UpdateService(w.Context(), &sdk.UpdateServiceInput{Cluster: new("prod"), Service: &name, DesiredCount: new(int32(state.Units))})
	}
	if err != nil {
		w.Fatal(err)
	}
}

func TestTarget_Conformance(t *testing.T) {
	w := newWorld(t)
	for mode, registered := range map[string]bool{"floor": true, "exact": false} {
		t.Run(mode, func(t *testing.T) {
			capacitytest.Target(t, func(*testing.T) (capacity.Target, func()) {
				name := w.create(registered)
				target := w.target(name, "?mode="+mode)
				return target, func() { w.follow(name, target) }
			})
		})
	}
}

func TestTarget_Stopped(t *testing.T) {
	w := newWorld(t)
	for mode, registered := range map[string]bool{"floor": true, "schedule": true, "exact": false} {
		t.Run(mode, func(t *testing.T) {
			capacitytest.Stopped(t, func(t *testing.T) capacitytest.Stoppable {
				name := w.create(registered)
				out, err := w.ecs.DescribeServices(t.Context(), &sdk.DescribeServicesInput{Cluster: new("prod"), Services: []string{name}})
				if err != nil {
					t.Fatal(err)
				}
				arn := out.Services[0].ServiceArn
				return capacitytest.Stoppable{Target: w.target(name, "?mode="+mode), Now: time.Now().UTC().Truncate(time.Minute).Add(time.Hour), Stop: func(reason string) {
					if _, err := w.ecs.TagResource(t.Context(), &sdk.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{{Key: new("headroom:stop"), Value: &reason}}}); err != nil {
						t.Fatal(err)
					}
				}, Resume: func() {
					if _, err := w.ecs.UntagResource(t.Context(), &sdk.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"headroom:stop"}}); err != nil {
						t.Fatal(err)
					}
				}}
			})
		})
	}
}

func TestTarget_Refusals(t *testing.T) {
	w := newWorld(t)
	registered, plain := w.create(true), w.create(false)
	for name, c := range map[string]struct {
		target capacity.Target
		units  capacity.Units
		is     error
		says   string
	}{
		"above the maximum": {w.target(registered, ""), 21, capacity.ErrOutOfBounds, "MaxCapacity of the scalable target is 20"},
		"not registered":    {w.target(plain, ""), 3, capacity.ErrNoSuchTarget, "let mode=exact set its number"},
		"no such service":   {w.target("nobody", "?mode=exact"), 3, capacity.ErrNoSuchTarget, "correct target in the policy"},
		"negative":          {w.target(plain, "?mode=exact"), -1, capacity.ErrOutOfBounds, "correct the plan"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.target.Scale(t.Context(), capacity.Action{ID: "a", Units: c.units})
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "aws-ecs://us-east-1/prod/") {
				t.Errorf("got %v, want %v that names the target and says %q", err, c.is, c.says)
			}
		})
	}
}
