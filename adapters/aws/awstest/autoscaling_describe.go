package awstest

import (
	"maps"
	"slices"
	"time"
)

func (a *AutoScaling) describeGroups(f form) (any, error) {
	type one struct {
		InstanceID     string `xml:"InstanceId"`
		LifecycleState string
		HealthStatus   string
	}
	type process struct{ ProcessName, SuspensionReason string }
	type tag struct{ Key, Value string }
	type shown struct {
		AutoScalingGroupName              string
		MinSize, DesiredCapacity, MaxSize int
		DefaultInstanceWarmup             *int      `xml:",omitempty"`
		Instances                         []one     `xml:"Instances>member"`
		SuspendedProcesses                []process `xml:"SuspendedProcesses>member"`
		Tags                              []tag     `xml:"Tags>member"`
		Status                            string    `xml:",omitempty"`
		MixedInstancesPolicy              *struct{} `xml:",omitempty"`
		WarmPoolConfiguration             *struct{} `xml:",omitempty"`
	}
	var all []shown
	groups, names := a.shown(), f.texts("AutoScalingGroupNames")
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		if len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		g := groups[name]
		s := shown{AutoScalingGroupName: name, MinSize: g.Min, DesiredCapacity: g.Desired, MaxSize: g.Max}
		for _, i := range g.instances {
			s.Instances = append(s.Instances, one{i.id, i.state(a.clock), "Healthy"})
		}
		for _, p := range g.Suspended {
			s.SuspendedProcesses = append(s.SuspendedProcesses, process{p, "User suspended"})
		}
		for _, key := range slices.Sorted(maps.Keys(g.Tags)) {
			s.Tags = append(s.Tags, tag{key, g.Tags[key]})
		}
		if g.Deleting {
			s.Status = "Delete in progress"
		}
		if g.Warmup > 0 {
			s.DefaultInstanceWarmup = &g.Warmup
		}
		if g.Mixed {
			s.MixedInstancesPolicy = &struct{}{}
		}
		if g.WarmPool {
			s.WarmPoolConfiguration = &struct{}{}
		}
		all = append(all, s)
	}
	var result struct {
		Groups    []shown `xml:"AutoScalingGroups>member"`
		NextToken string  `xml:",omitempty"`
	}
	var err error
	result.Groups, result.NextToken, err = page(f, all)
	return result, err
}

func (a *AutoScaling) describeActivities(f form) (any, error) {
	g, err := a.existing(f.text("AutoScalingGroupName"))
	if err != nil {
		return nil, err
	}
	type shown struct {
		ActivityID                       string `xml:"ActivityId"`
		AutoScalingGroupName, StatusCode string
		Description, Cause               string
		StatusMessage                    string `xml:",omitempty"`
		StartTime                        time.Time
		EndTime                          *time.Time `xml:",omitempty"`
	}
	var all []shown
	for _, r := range slices.Backward(g.activities) {
		s := shown{r.id, g.Name, r.status, r.description, "At " + r.started.Format(time.RFC3339), r.message, r.started, nil}
		if r.status != inProgress {
			s.EndTime = &r.ended
		}
		all = append(all, s)
	}
	var result struct {
		Activities []shown `xml:"Activities>member"`
		NextToken  string  `xml:",omitempty"`
	}
	result.Activities, result.NextToken, err = page(f, all)
	return result, err
}

func (a *AutoScaling) describePolicies(f form) (any, error) {
	g, err := a.existing(f.text("AutoScalingGroupName"))
	if err != nil {
		return nil, err
	}
	type predictive struct{ Mode, MaxCapacityBreachBehavior string }
	type shown struct {
		PolicyName, PolicyType         string
		Enabled                        bool
		PredictiveScalingConfiguration *predictive `xml:",omitempty"`
	}
	var all []shown
	for _, p := range g.Policies {
		s := shown{PolicyName: p.Name, PolicyType: p.Type, Enabled: true}
		if p.Mode != "" || p.Breach != "" {
			s.PredictiveScalingConfiguration = &predictive{p.Mode, p.Breach}
		}
		all = append(all, s)
	}
	var result struct {
		Policies  []shown `xml:"ScalingPolicies>member"`
		NextToken string  `xml:",omitempty"`
	}
	result.Policies, result.NextToken, err = page(f, all)
	return result, err
}

func (a *AutoScaling) describeRefreshes(f form) (any, error) {
	g, err := a.existing(f.text("AutoScalingGroupName"))
	if err != nil {
		return nil, err
	}
	type shown struct{ AutoScalingGroupName, Status string }
	var all []shown
	for _, status := range g.Refreshes {
		all = append(all, shown{g.Name, status})
	}
	var result struct {
		Refreshes []shown `xml:"InstanceRefreshes>member"`
		NextToken string  `xml:",omitempty"`
	}
	result.Refreshes, result.NextToken, err = page(f, all)
	return result, err
}
