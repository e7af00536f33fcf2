package activities

import "headroom/capacity"

// OrderInput is an order to a service's conductor: an override to take, or the
// one with an ID to clear.
type OrderInput struct {
	Service  string
	Workflow string // the ID of the one that gives it, and must be running
	Override capacity.Override
	Clear    bool
	By, Why  string // who clears it, and why
}
