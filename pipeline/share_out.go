package pipeline

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/planner/share"
)

// An Allocation says how quotas and budgets were shared out.
type Allocation struct {
	Quotas  []Sharing  `json:",omitempty"`
	Budgets []Spending `json:",omitempty"`
}

// Sentences say it, one for each.
func (r Allocation) Sentences() []string {
	var all []string
	for _, s := range r.Quotas {
		all = append(all, s.String())
	}
	for _, s := range r.Budgets {
		all = append(all, s.String())
	}
	return all
}

// A Sharing says how one quota was shared out.
type Sharing struct {
	Quota  Quota
	Wanted capacity.Units // by all services at their peaks
	Least  capacity.Units // of all pools together, by their policies
	Pools  int
	Note   string `json:",omitempty"` // if it does not suffice for all minima
}

// String says it in a sentence.
func (s Sharing) String() string {
	text := fmt.Sprintf("quota %s: %s for %s, which want %d at their peaks", s.Quota.Name, capacity.Count(s.Quota.Units, "unit"), capacity.Count(s.Pools, "pool"), s.Wanted)
	if s.Note != "" {
		text += ": " + s.Note
	}
	return text
}

// A Spending says how one budget was shared out. Money is of one period, the
// dearest that the services' plans cover.
type Spending struct {
	Budget   SharedBudget
	Wanted   float64 // by all services, if there were no budget
	Least    float64 // by their minima
	Services int
	Note     string `json:",omitempty"` // if it does not suffice for all minima
}

// String says it in a sentence.
func (s Spending) String() string {
	text := fmt.Sprintf("budget %s: %s per %s for %s, which would spend %s", s.Budget.Name, capacity.Figure(s.Budget.Amount), s.Budget.Per, capacity.Count(s.Services, "service"), capacity.Figure(s.Wanted))
	if s.Note != "" {
		text += ": " + s.Note
	}
	return text
}

// ShareOut divides quotas and budgets among services, where units and money are worth
// most, by what each service would cost with more or less of them ([share.Allot]).
// Units that no service needs are split evenly, and money in proportion, so that plans
// made out of turn have room. It returns the share of each service that has one, by
// name.
func ShareOut(drafts []Draft, quotas []Quota, budgets []SharedBudget, now time.Time) (out Allocation, shares map[string]*Share, err error) {
	drafts = slices.SortedFunc(slices.Values(drafts), func(x, y Draft) int { return strings.Compare(x.Service, y.Service) })
	shares = map[string]*Share{}
	of := func(service string) *Share {
		if shares[service] == nil {
			shares[service] = &Share{Made: now}
		}
		return shares[service]
	}
	for _, quota := range quotas {
		sharing, err := allot(drafts, quota, func(service string, part PoolShare) { of(service).Pools = append(of(service).Pools, part) })
		if err != nil {
			return out, nil, err
		}
		out.Quotas = append(out.Quotas, sharing)
	}
	for _, budget := range budgets {
		spending, err := allotBudget(drafts, budget, func(service string, b capacity.Budget) {
			b.Shared = budget.Name
			of(service).Budget = b
		})
		if err != nil {
			return out, nil, err
		}
		out.Budgets = append(out.Budgets, spending)
	}
	return out, shares, nil
}

// allot shares one quota out among the pools that count against it.
func allot(drafts []Draft, quota Quota, give func(service string, part PoolShare)) (Sharing, error) {
	out := Sharing{Quota: quota}
	var wants []share.Want
	var curves []costCurve
	var services []string
	for _, d := range drafts {
		for _, c := range d.Curves {
			if c.Quota != quota.Name {
				continue
			}
			peak := c.Units[len(c.Units)-1]
			wants = append(wants, share.Want{Service: d.Service + "/" + c.Pool, Min: int(c.Units[0]), Max: int(peak), Cost: c.costs()})
			curves, services = append(curves, c), append(services, d.Service)
			out.Wanted, out.Least, out.Pools = out.Wanted+peak, out.Least+c.Units[0], out.Pools+1
		}
	}
	shares, err := share.Allot(wants, int(quota.Units))
	if errors.Is(err, capacity.ErrRefused) {
		out.Note = err.Error()
	} else if err != nil {
		return out, err
	}
	left := int(quota.Units)
	for _, units := range shares {
		left -= units
	}
	for i, units := range shares {
		even := left / (len(shares) - i)
		spare := min(even, max(0, int(curves[i].Most)-units))
		left -= spare
		give(services[i], PoolShare{Pool: curves[i].Pool, Quota: quota, Units: capacity.Units(units + spare)})
	}
	return out, nil
}

// parts is into how many equal parts a budget is split to be shared out.
const parts = 1 << 18

// allotBudget shares one budget out among the services that name it. What nobody
// wants is split in proportion, so that plans made out of turn have room; where it
// does not suffice for all minima, those are granted nevertheless, since nobody
// may run less.
func allotBudget(drafts []Draft, budget SharedBudget, give func(service string, b capacity.Budget)) (Spending, error) {
	out := Spending{Budget: budget}
	part := budget.Amount / parts
	var wants []share.Want
	var curves []budgetCurve
	var services []string
	for _, d := range drafts {
		c := d.Budget
		if c == nil || c.Name != budget.Name {
			continue
		}
		least, most := c.Money[0], c.Money[len(c.Money)-1]
		out.Wanted, out.Least, out.Services = out.Wanted+most, out.Least+least, out.Services+1
		in := costCurve{Cost: c.Cost}
		for _, money := range c.Money {
			in.Units = append(in.Units, capacity.Units(math.Ceil(min(money/part, 2*parts))))
		}
		in = in.distinct()
		wants = append(wants, share.Want{Service: d.Service, Min: int(in.Units[0]), Max: int(in.Units[len(in.Units)-1]), Cost: in.costs()})
		curves, services = append(curves, *c), append(services, d.Service)
	}
	shares, err := share.Allot(wants, parts)
	short := errors.Is(err, capacity.ErrRefused)
	if err != nil && !short {
		return out, err
	}
	if short {
		out.Note = fmt.Sprintf("their minima alone take %s: raise it, or lower min", capacity.Figure(out.Least))
	}
	spent := 0
	for _, n := range shares {
		spent += n
	}
	room := 1.0
	if spent > 0 {
		room = parts / float64(spent)
	}
	for i, n := range shares {
		money := float64(n) * part * room
		if short || n == 0 {
			money = curves[i].Money[0]
		}
		give(services[i], capacity.Budget{Amount: money, Per: budget.Per})
	}
	return out, nil
}
