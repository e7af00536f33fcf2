package asg_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"headroom/adapters/aws"
	"headroom/adapters/aws/asg"
	"headroom/capacity"
)

// described answers as AWS does for a group of instances "weight state health".
func described(t *testing.T, least, desired int, instances []string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		query, _ := url.ParseQuery(string(body))
		if action := query.Get("Action"); action != "DescribeAutoScalingGroups" {
			fmt.Fprintf(w, `<%[1]sResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><%[1]sResult></%[1]sResult></%[1]sResponse>`, action)
			return
		}
		var members strings.Builder
		for i, instance := range instances {
			part := strings.Fields(instance)
			weight := ""
			if part[0] != "-" {
				weight = "<WeightedCapacity>" + part[0] + "</WeightedCapacity>"
			}
			fmt.Fprintf(&members, `<member><InstanceId>i-%d</InstanceId><LifecycleState>%s</LifecycleState><HealthStatus>%s</HealthStatus>%s</member>`, i, part[1], part[2], weight)
		}
		fmt.Fprintf(w, `<DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>`+
			`<AutoScalingGroupName>g</AutoScalingGroupName><MinSize>%d</MinSize><MaxSize>40</MaxSize><DesiredCapacity>%d</DesiredCapacity><DefaultInstanceWarmup>60</DefaultInstanceWarmup>`+
			`<Instances>%s</Instances></member></AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>`, least, desired, members.String())
	}))
	t.Cleanup(server.Close)
	return server
}

// Units of a group with weights are weights, and not instances.
func TestState_Weights(t *testing.T) {
	tests := map[string]struct {
		instances []string
		serving   capacity.Units
		settled   bool // in mode exact, at 8 units
		warns     string
	}{
		"two of four":             {[]string{"4 InService Healthy", "4 InService Healthy"}, 8, true, "up to 4 units"},
		"different weights":       {[]string{"1 InService Healthy", "2 InService Healthy", "5 InService Healthy"}, 8, true, "up to 5 units"},
		"no weights":              {[]string{"- InService Healthy", "- InService Healthy", "- InService Healthy"}, 3, false, ""},
		"weights of one":          {[]string{"1 InService Healthy", "1 InService Healthy"}, 2, false, ""},
		"one starts":              {[]string{"4 InService Healthy", "4 Pending Healthy"}, 4, false, "up to 4 units"},
		"one is ill":              {[]string{"4 InService Healthy", "4 InService Unhealthy"}, 4, false, "up to 4 units"},
		"more, by a part":         {[]string{"3 InService Healthy", "3 InService Healthy", "3 InService Healthy"}, 9, true, "up to 3 units"},
		"more, by an instance":    {[]string{"4 InService Healthy", "4 InService Healthy", "4 InService Healthy"}, 12, false, "up to 4 units"},
		"999, the most":           {[]string{"999 InService Healthy"}, 999, true, "up to 999 units"},
		"nothing that is weighed": {[]string{"x InService Healthy"}, 1, false, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := described(t, 8, 8, test.instances)
			fleet := &asg.Fleet{Settings: aws.Settings{Endpoint: server.URL, AccessKey: "key", SecretKey: "secret"}}
			for _, mode := range []string{"floor", "exact", "schedule"} {
				target, err := fleet.Target(t.Context(), capacity.TargetName("aws-asg://us-east-1/g?mode="+mode))
				if err != nil {
					t.Fatal(err)
				}
				state, err := target.State(t.Context())
				if err != nil || state.Units != 8 || state.Serving != test.serving {
					t.Errorf("%s: got %+v, %v, want 8 units of which %d serve", mode, state, err, test.serving)
				}
				if mode == "exact" && state.Settled() != test.settled {
					t.Errorf("got settled %v of %+v, want %v", state.Settled(), state, test.settled)
				}
				found, err := target.(capacity.Inspected).Inspect(t.Context())
				if err != nil || (len(found) > 0) != (test.warns != "") || test.warns != "" && !strings.Contains(found[0].Text, test.warns) {
					t.Errorf("%s: got %+v, %v, want %q", mode, found, err, test.warns)
				}
			}
		})
	}
}
