package baseline

import (
	"context"
	"math"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// HPA is the horizontal pod autoscaler of Kubernetes, as documented at
// https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ and
// written in pkg/controller/podautoscaler (replica_calculator.go and
// horizontal.go) of https://github.com/kubernetes/kubernetes. It decides every
// 15 s. Tuning it means to sweep its setting.
//
// Units that serve are its ready pods; their metric is the utilisation in the
// last measured tick. Units that were asked for and do not serve yet are its
// unready pods, units that serve only since that tick the pods whose metric is
// missing. Without a measurement it changes nothing. At zero units it is
// disabled, so it asks for one.
type HPA struct {
	Target    float64 // utilisation; its setting. Zero: 0.8
	Tolerance float64 // relative distance to the target that changes nothing. Zero: 0.1
	// External: the metric is the total load, as of type External with a target
	// of type AverageValue. It knows no ready and unready pods. Otherwise it is
	// the mean over pods, as of type Resource.
	External bool
	Behavior Behavior
}

// Name is "Kubernetes HPA".
func (HPA) Name() string { return "Kubernetes HPA" }

// Every is 15 s, the default of --horizontal-pod-autoscaler-sync-period.
func (HPA) Every() time.Duration { return 15 * time.Second }

// Setting is the target.
func (p HPA) Setting() float64 { return or(p.Target, 0.8) }

// Settings are utilisations.
func (HPA) Settings() []float64 { return targets() }

// With is the same with another target.
func (p HPA) With(setting float64) simulate.Policy {
	p.Target = setting
	return p
}

// Begin starts a run.
func (p HPA) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	memory := p.Behavior.begin(t)
	return func(v *simulate.View) capacity.Units {
		memory.see(v)
		want, ok := p.want(t, v)
		if !ok {
			return v.Asked
		}
		return memory.settle(v, want)
	}
}

// want is the number of replicas that the metric calls for; not ok if there is
// no metric, and then the autoscaler does nothing.
func (p HPA) want(t simulate.Terms, v *simulate.View) (capacity.Units, bool) {
	if v.Asked == 0 {
		return 1, true
	}
	load, units := v.Last()
	if load != load {
		return 0, false
	}
	if p.External {
		return p.external(t, v, load), true
	}
	if units == 0 || v.Ready == 0 {
		return 0, false
	}
	return p.resource(t, v, load, float64(units)), true
}

// external is for the total load of all pods (GetExternalPerPodMetricReplicas).
func (p HPA) external(t simulate.Terms, v *simulate.View, load float64) capacity.Units {
	perPod := t.Pool.UnitRate * p.Setting()
	if p.tolerates(load / (perPod * float64(v.Asked))) {
		return v.Asked
	}
	return capacity.UnitsFor(load, perPod)
}

// resource is for the mean over pods (calcPlainMetricReplicas).
func (p HPA) resource(t simulate.Terms, v *simulate.View, load, units float64) capacity.Units {
	ready := float64(v.Ready)
	measured := min(ready, units)
	missing, unready := ready-measured, float64(v.Pending)
	usage := load / (units * t.Pool.UnitRate * p.Setting())
	unready0 := unready > 0 && usage > 1
	if missing == 0 && !unready0 {
		if p.tolerates(usage) {
			return v.Asked
		}
		return ceil(usage * ready)
	}
	// A pod without a metric is taken to agree with not changing anything:
	// at the target on the way down, idle on the way up.
	sum, counted := usage*measured, measured+missing
	if usage < 1 {
		sum += missing
	}
	if unready0 {
		counted += unready
	}
	again := sum / counted
	if p.tolerates(again) || (usage < 1 && again > 1) || (usage > 1 && again < 1) {
		return v.Asked
	}
	want := ceil(again * counted)
	if (again < 1 && want > v.Asked) || (again > 1 && want < v.Asked) {
		return v.Asked
	}
	return want
}

func (p HPA) tolerates(usage float64) bool {
	return math.Abs(1-usage) <= or(p.Tolerance, 0.1)+1e-9
}

// ceil is the least whole number of units that is not below n, give or take one
// part in a billion.
func ceil(n float64) capacity.Units { return capacity.UnitsFor(n, 1) }
