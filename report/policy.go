package report

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// policy is the policy in short: of its limits those that are set, and of its
// freezes those that touch the plan.
func policy(r Report, zone *time.Location) []card {
	p := r.Policy
	unit := ""
	if p.Demand.Aggregate == capacity.Sum {
		unit = "/s"
	}
	var list []card
	for _, one := range p.Pools {
		list = append(list, pool(one, unit, p.Objective)...)
	}
	if p.Objective.ServiceLevel > 0 {
		list = append(list, card{Name: "Service level", Text: capacity.Trim(100*p.Objective.ServiceLevel, 4) + "%"})
	} else {
		list = append(list, card{Name: "Missing unit-hour", Text: "costs " + price(p.Objective, p.Objective.Missing)})
	}
	if p.Objective.Change > 0 {
		list = append(list, card{Name: "Start or stop", Text: "costs " + price(p.Objective, p.Objective.Change), More: "for each unit"})
	}
	if b := p.Objective.Budget; b.Limited() {
		list = append(list, card{Name: "Budget", Text: fmt.Sprintf("%s per %s", price(p.Objective, b.Amount), b.Per)})
	}
	if p.Control.Mode != "" {
		list = append(list, card{Name: "Mode", Text: string(p.Control.Mode)})
	}
	for _, w := range p.Control.Freeze.Windows {
		if w.From.Before(r.Plan.End()) && w.To.After(r.Plan.Made) {
			list = append(list, card{Name: "Freeze", Text: "denies " + p.Control.Freeze.Deny.Text(), More: "from " + w.From.In(zone).Format(stamp) + " to " + w.To.In(zone).Format(stamp)})
		}
	}
	return list
}

// pool is what is said of one pool.
func pool(p capacity.Pool, unit string, o capacity.Objective) []card {
	list := []card{
		{Name: "Pool", Text: p.Name, More: string(p.Target)},
		{Name: "Bounds", Text: fmt.Sprintf("%d to %d units", p.Min, p.Max)},
		{Name: "One unit", Text: fmt.Sprintf("serves %s%s", capacity.Digits(p.UnitRate), unit), More: fmt.Sprintf("costs %s an hour", price(o, p.Price))},
		{Name: "Lead time", Text: capacity.Brief(p.LeadTime)},
	}
	if p.Market != "" && p.Market != capacity.OnDemand {
		list = append(list, card{Name: "Market", Text: string(p.Market)})
	}
	if p.Interruption > 0 {
		list = append(list, card{Name: "Taken back", Text: capacity.Trim(100*p.Interruption, 4) + "%", More: "chance within an hour"})
	}
	if p.Paid > 0 {
		list = append(list, card{Name: "Paid for", Text: capacity.Count(p.Paid, "unit"), More: "whether they run or not"})
	}
	list = append(append(list, ramp("Ramp up", p.Ramp.Up)...), ramp("Ramp down", p.Ramp.Down)...)
	if p.Hold > 0 {
		list = append(list, card{Name: "Hold", Text: capacity.Brief(p.Hold), More: "after each change"})
	}
	if p.Changes > 0 {
		list = append(list, card{Name: "Most changes", Text: fmt.Sprint(p.Changes), More: "in one plan"})
	}
	return list
}

// ramp is the limit of a change, if there is one.
func ramp(name string, r capacity.Rate) []card {
	if !r.Limited() {
		return nil
	}
	return []card{{Name: name, Text: fmt.Sprintf("%d per %s", r.Units, capacity.Brief(r.Per))}}
}

// price is an amount as the policy gives it.
func price(o capacity.Objective, v float64) string {
	if o.Currency == "" {
		return capacity.Trim(v, 4)
	}
	return capacity.Trim(v, 4) + " " + o.Currency
}
