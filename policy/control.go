package policy

import (
	"time"

	"headroom/capacity"
)

func (f *file) control(top *section, p capacity.Policy) capacity.Control {
	var c capacity.Control
	s := top.sub("control", "")
	c.Mode = optional(s, "mode", oneOf(capacity.Propose, capacity.Approve, capacity.Auto), "propose", "nothing acts until it is trusted")
	approval := s.sub("approval", "")
	above, why := "0 units", "every plan waits for a person in mode approve"
	if _, said := approval.has("cost"); said {
		above, why = noLimit, "the limit in money decides"
		c.Approval.Cost = value(approval, "cost", approval.values["cost"], number(positive, "write the money that a plan may spend without a person, more than 0"))
	}
	c.Approval.Above = optional(approval, "above", unitsOrNone, above, why)
	c.Approval.Expires = optional(approval, "expires", duration(time.Second), "4h", "an older plan answers a forecast that has moved on")
	c.Freeze = f.freeze(s, p.Demand)
	c.PromotionFreeze = f.windows(s, "promotionFreeze", optional(s, "promotionFreeze", windows, noFreeze, "a retraining may replace the champion at any time"), p.Demand)
	c.Roles = f.roles(s)
	c.PolicyFreeze = f.policyFreeze(s, p.Demand, c.Roles)
	c.Floor = f.floor(s, p.Pools)
	p.Control = c
	c.Live = f.live(s, p)
	return c
}
