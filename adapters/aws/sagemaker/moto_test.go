package sagemaker_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	sdk "github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"headroom/adapters/aws"
	"headroom/adapters/aws/awstest"
	"headroom/adapters/aws/sagemaker"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// What the IAM policies that we ship allow is all that any test may call.
const (
	readPolicy  = "../../../deploy/aws/read.json"
	writePolicy = "../../../deploy/aws/write.json"
)

// A world is moto, what stands in front of it, and a second client that does what
// AWS does.
type world struct {
	*testing.T
	fleet     *sagemaker.Fleet
	sagemaker *sdk.Client
	scaling   *applicationautoscaling.Client
	n         int
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
	settings := aws.Settings{Endpoint: front.URL, AccessKey: "key", SecretKey: "secret"}
	w := &world{T: t, fleet: &sagemaker.Fleet{Settings: settings}}
	settings.Endpoint, settings.Region = moto.String(), "us-east-1"
	control, err := aws.OpenControl(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	w.sagemaker, w.scaling = sdk.NewFromConfig(control.Config), applicationautoscaling.NewFromConfig(control.Config)
	return w
}

// create makes an endpoint of two instances; registered, it may have 0 to 20.
func (w *world) create(registered bool) (name string) {
	w.Helper()
	w.n++
	name = fmt.Sprintf("chat-%d", w.n)
	must := func(err error) {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
	}
	_, err := w.sagemaker.CreateModel(w.Context(), &sdk.CreateModelInput{ModelName: &name, ExecutionRoleArn: new("arn:aws:iam::123456789012:role/model"), PrimaryContainer: &types.ContainerDefinition{Image: new("chat")}})
	must(err)
	_, err = w.sagemaker.CreateEndpointConfig(w.Context(), &sdk.CreateEndpointConfigInput{EndpointConfigName: &name, ProductionVariants: []types.ProductionVariant{
		{VariantName: new("main"), ModelName: &name, InitialInstanceCount: new(int32(2)), InstanceType: types.ProductionVariantInstanceTypeMlM5Xlarge, InitialVariantWeight: new(float32(1))},
	}})
	must(err)
	_, err = w.sagemaker.CreateEndpoint(w.Context(), &sdk.CreateEndpointInput{EndpointName: &name, EndpointConfigName: &name})
	must(err)
	if registered {
		_, err := w.scaling.RegisterScalableTarget(w.Context(), &applicationautoscaling.RegisterScalableTargetInput{
			ServiceNamespace: scaling.ServiceNamespaceSagemaker, ResourceId: new("endpoint/" + name + "/variant/main"),
			ScalableDimension: scaling.ScalableDimensionSageMakerVariantDesiredInstanceCount, MinCapacity: new(int32(2)), MaxCapacity: new(int32(20)),
		})
		must(err)
	}
	return name
}

func (w *world) target(name, parameters string) capacity.Target {
	w.Helper()
	target, err := w.fleet.Target(w.Context(), capacity.TargetName("aws-sagemaker://us-east-1/"+name+"/main"+parameters))
	if err != nil {
		w.Fatal(err)
	}
	return target
}

// follow does what AWS does with a minimum: as many instances run.
func (w *world) follow(name string, target capacity.Target) {
	w.Helper()
	state, err := target.State(w.Context())
	if err == nil && state.Units != state.Serving {
		_, err = w.sagemaker.UpdateEndpointWeightsAndCapacities(w.Context(), &sdk.UpdateEndpointWeightsAndCapacitiesInput{
			EndpointName: &name, DesiredWeightsAndCapacities: []types.DesiredWeightAndCapacity{{VariantName: new("main"), DesiredInstanceCount: new(int32(state.Units))}},
		})
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
				out, err := w.sagemaker.DescribeEndpoint(t.Context(), &sdk.DescribeEndpointInput{EndpointName: &name})
				if err != nil {
					t.Fatal(err)
				}
				return capacitytest.Stoppable{Target: w.target(name, "?mode="+mode), Now: time.Now().UTC().Truncate(time.Minute).Add(time.Hour), Stop: func(reason string) {
					if _, err := w.sagemaker.AddTags(t.Context(), &sdk.AddTagsInput{ResourceArn: out.EndpointArn, Tags: []types.Tag{{Key: new("headroom:stop"), Value: &reason}}}); err != nil {
						t.Fatal(err)
					}
				}, Resume: func() {
					if _, err := w.sagemaker.DeleteTags(t.Context(), &sdk.DeleteTagsInput{ResourceArn: out.EndpointArn, TagKeys: []string{"headroom:stop"}}); err != nil {
						t.Fatal(err)
					}
				}}
			})
		})
	}
}
