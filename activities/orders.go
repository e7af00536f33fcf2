package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"headroom/capacity"
	"headroom/executor"
)

// ErrOutdated says that newer standing orders are stored than those that a request
// follows from.
var ErrOutdated = errors.New("newer orders are stored")

// AnyOrders is the Orders of an action that follows from none.
const AnyOrders = -1

// OrdersInput names a service, and the orders to store.
type OrdersInput struct {
	Service string
	Orders  executor.StandingOrders `json:",omitzero"`
}

// ReadOrders reads the standing orders of a service; none is no error. Orders that are
// damaged are kept aside, and the result says so: nobody knows then what was paused.
func (a *Activities) ReadOrders(ctx context.Context, in OrdersInput) (out executor.OrdersRead, err error) {
	defer cross(&err)
	orders, _, damage, err := a.orders(ctx, in.Service)
	if damage != "" {
		out.Damaged = damage + ": find out what was paused or overridden, then resume"
	}
	out.Orders = orders
	return out, err
}

// StoreOrders stores the standing orders of a service. If others of the same Seq or a
// later one are stored, nothing is written, and the result says so.
func (a *Activities) StoreOrders(ctx context.Context, in OrdersInput) (out executor.OrdersStored, err error) {
	defer cross(&err)
	key := capacity.OrdersKey(in.Service)
	stored, version, _, err := a.orders(ctx, in.Service)
	if err != nil {
		return out, err
	}
	data, err := json.Marshal(in.Orders)
	if err != nil {
		return out, fmt.Errorf("encode %q: %w", key, err)
	}
	if stored.Seq >= in.Orders.Seq {
		same, err := json.Marshal(stored)
		return executor.OrdersStored{Seq: stored.Seq, Outdated: string(same) != string(data)}, err
	}
	return executor.OrdersStored{Seq: in.Orders.Seq}, a.Store.Swap(ctx, key, data, version)
}

// orders reads the standing orders of a service, and the version that replacing them
// asks for. Damage says why they cannot be read.
func (a *Activities) orders(ctx context.Context, service string) (orders executor.StandingOrders, version, damage string, err error) {
	key := capacity.OrdersKey(service)
	data, version, err := a.Store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return orders, "", "", nil
	}
	if err != nil {
		return orders, "", "", err
	}
	if broken := decode(key, data, &orders); broken != nil {
		return executor.StandingOrders{}, version, "the stored orders are damaged: " + broken.Error(), a.setAside(ctx, service, key, data, broken)
	}
	return orders, version, "", nil
}

// permitted refuses an action while changes are stopped in the store, or if it follows
// from orders that are outdated.
func (a *Activities) permitted(ctx context.Context, in ActInput) error {
	if err := a.unlessStopped(ctx, in.Service); err != nil {
		return err
	}
	if in.Orders == AnyOrders {
		return nil
	}
	stored, _, _, err := a.orders(ctx, in.Service)
	if err == nil && stored.Seq > in.Orders {
		return fmt.Errorf("orders %d of %q are stored, %d are known: %w", stored.Seq, in.Service, in.Orders, ErrOutdated)
	}
	return nil
}

// unlessStopped returns [capacity.ErrStopped] while changes of a service are stopped in
// the store. Where the store does not answer, nothing is known of a stop, and a run goes
// by what it has read last.
func (a *Activities) unlessStopped(ctx context.Context, service string) error {
	if why, _ := a.stopped(ctx, service); why != "" {
		return fmt.Errorf("%s: %w", why, capacity.ErrStopped)
	}
	return nil
}

// stopped says why changes of a service are stopped in the store; empty if they are
// not. An object of any content does it, so that a stop needs nothing but the bucket.
func (a *Activities) stopped(ctx context.Context, service string) (string, error) {
	for _, key := range []string{capacity.StopAllKey, capacity.StopKey(service)} {
		why, _, err := a.Store.Get(ctx, key)
		if err == nil {
			return fmt.Sprintf("the object %q in the bucket stops all changes (%s): remove it to go on", key, firstLine(why)), nil
		}
		if !errors.Is(err, capacity.ErrNotFound) {
			return "", err
		}
	}
	return "", nil
}

// CheckStop looks whether changes of a service are stopped in the store.
func (a *Activities) CheckStop(ctx context.Context, in OrdersInput) (out executor.StopChecked, err error) {
	defer cross(&err)
	out.Why, err = a.stopped(ctx, in.Service)
	return out, err
}

// firstLine is the beginning of a text that somebody stored.
func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if len(line) > 120 {
		line = line[:120] + "…"
	}
	if line == "" {
		return "it says no reason"
	}
	return line
}
