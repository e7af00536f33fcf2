package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"headroom/capacity"
)

// Format writes p as a policy file with every default written out. Parse reads
// it back as p, if p is one that Parse could have returned.
func Format(p capacity.Policy) string {
	var b strings.Builder
	line := func(indent int, key, value string) {
		fmt.Fprintf(&b, "%s%s: %s\n", strings.Repeat("  ", indent), key, value)
	}
	line(0, "apiVersion", APIVersion)
	line(0, "service", quote(p.Service))
	if p.Base.Name != "" {
		line(0, "merged", formatBase(p.Base))
	}
	if p.Owner != "" {
		line(0, "owner", quote(p.Owner))
	}
	if p.CostCenter != "" {
		line(0, "costCenter", quote(p.CostCenter))
	}
	b.WriteString("demand:\n")
	line(1, "source", quote(p.Demand.Source))
	if !p.Demand.Queried() {
		line(1, "time", quote(p.Demand.Time))
	}
	line(1, "value", quote(p.Demand.Value))
	line(1, "aggregate", quote(string(p.Demand.Aggregate)))
	for _, said := range []struct{ key, value string }{
		{"across", string(p.Demand.Across)}, {"unit", p.Demand.Unit}, {"timeFormat", p.Demand.TimeFormat}, {"decimal", p.Demand.Decimal},
	} {
		if said.value != "" {
			line(1, said.key, quote(said.value))
		}
	}
	line(1, "step", formatDuration(p.Demand.Step))
	if p.Demand.ZoneGiven {
		line(1, "timezone", quote(p.Demand.Timezone))
	} else {
		fmt.Fprintf(&b, "  # timezone: %s, not named here, so that times without a zone are an error\n", p.Demand.Timezone)
	}
	line(1, "window", formatDuration(p.Demand.Window))
	b.WriteString("forecast:\n")
	line(1, "horizon", formatDuration(p.Forecast.Horizon))
	line(1, "retrain", formatTimes(p.Forecast.Retrain))
	line(1, "calendar", formatCountries(p.Forecast.Calendar))
	line(1, "promoteBy", formatYardstick(p.Forecast.ByCost))
	b.WriteString("schedule:\n")
	line(1, "plan", formatTimes(p.Schedule.Plan))
	line(1, "watch", formatTimes(p.Schedule.Watch))
	line(1, "regret", formatTimes(p.Schedule.Regret))
	line(1, "replan", formatDuration(p.Schedule.Replan))
	line(1, "overlap", quote(string(p.Schedule.Overlap)))
	line(1, "catchUp", formatDuration(p.Schedule.CatchUp))
	line(1, "jitter", formatDuration(p.Schedule.Jitter))
	line(1, "state", string(formatState(p.Schedule.Paused)))
	b.WriteString("capacity:\n  pools:\n")
	for _, pool := range p.Pools {
		line(2, "- name", quote(pool.Name))
		line(3, "target", quote(string(pool.Target)))
		if pool.UnitRate > 0 || !pool.Learn.Wanted() {
			line(3, "unitRate", formatNumber(pool.UnitRate))
		}
		if pool.Learn.Wanted() {
			line(3, "learn", formatLearn(pool.Learn))
		}
		line(3, "min", strconv.Itoa(int(pool.Min)))
		line(3, "max", strconv.Itoa(int(pool.Max)))
		line(3, "price", formatPrice(pool))
		line(3, "leadTime", formatLeadTime(pool))
		line(3, "market", quote(string(pool.Market)))
		line(3, "paid", strconv.Itoa(int(pool.Paid)))
		if pool.Market == capacity.Spot {
			line(3, "interruption", formatChance(pool.Interruption))
		}
		line(3, "ramp", fmt.Sprintf("{up: %s, down: %s}", formatRate(pool.Ramp.Up), formatRate(pool.Ramp.Down)))
		line(3, "hold", formatDuration(pool.Hold))
		line(3, "changes", formatChanges(pool.Changes))
		if pool.Quota != "" {
			line(3, "quota", quote(pool.Quota))
		}
	}
	b.WriteString("objective:\n")
	if p.Objective.Missing > 0 {
		line(1, "missing", formatNumber(p.Objective.Missing))
	} else {
		line(1, "serviceLevel", formatNumber(p.Objective.ServiceLevel))
	}
	line(1, "change", formatNumber(p.Objective.Change))
	line(1, "budget", formatBudget(p.Objective.Budget))
	if p.Objective.Currency != "" {
		line(1, "currency", quote(p.Objective.Currency))
	}
	if len(p.Events) > 0 {
		b.WriteString("events:\n")
	}
	for _, e := range p.Events {
		line(1, "- name", quote(e.Name))
		if e.Kind != "" {
			line(2, "kind", quote(e.Kind))
		}
		line(2, "from", e.From.UTC().Format(time.RFC3339Nano))
		line(2, "to", e.To.UTC().Format(time.RFC3339Nano))
		line(2, "ramp", formatDuration(e.Ramp))
		if e.Uplift.Declared() {
			line(2, "uplift", formatUplift(e.Uplift))
		}
		if e.Like != "" {
			line(2, "like", quote(e.Like))
		}
	}
	b.WriteString("control:\n")
	line(1, "mode", quote(string(p.Control.Mode)))
	line(1, "approval", formatApproval(p.Control.Approval))
	line(1, "freeze", formatFreeze(p.Control.Freeze))
	line(1, "promotionFreeze", formatWindows(p.Control.PromotionFreeze))
	line(1, "policyFreeze", formatPolicyFreeze(p.Control.PolicyFreeze))
	line(1, "floor", formatFloor(p.Control.Floor))
	line(1, "live", formatLive(p.Control.Live))
	for i, r := range p.Control.Roles {
		if i == 0 {
			b.WriteString("  roles:\n")
		}
		b.WriteString("    - " + formatRole(r) + "\n")
	}
	for i, c := range p.Notify {
		if i == 0 {
			b.WriteString("notify:\n")
		}
		b.WriteString("  - " + formatChannel(c) + "\n")
	}
	b.WriteString("audit:\n")
	line(1, "keep", formatKeep(p.Audit.Keep))
	return b.String()
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

var (
	bareForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_/.:?=&%-]*$`)
	notBare  = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
)

// quote writes a text so that YAML reads it as that text.
func quote(s string) string {
	if bareForm.MatchString(s) && !strings.HasSuffix(s, ":") && !slices.Contains(notBare, strings.ToLower(s)) {
		return s
	}
	// The escapes of Go are a subset of those of YAML's double quotes.
	return strconv.Quote(s)
}
