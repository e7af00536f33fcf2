package execution

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/executor"
)

// AnyOrders is the Orders of an action that follows from none.
const AnyOrders = -1

// OrdersInput names a service, and the orders to store.
type OrdersInput struct {
	Service string
	Orders  executor.StandingOrders `json:",omitzero"`
}

// ReadOrders reads the standing orders of a service; none is no error. Orders that are
// damaged are kept aside, and the result says so: nobody knows then what was paused.
func (a *Execution) ReadOrders(ctx context.Context, in OrdersInput) (out executor.OrdersRead, err error) {
	defer failure.Cross(&err)
	orders, _, damage, err := a.orders(ctx, in.Service)
	if damage != "" {
		out.Damaged = damage + ": find out what was paused or overridden, then resume"
	}
	out.Orders = orders
	return out, err
}

// StoreOrders stores the standing orders of a service. If others of the same Seq or a
// later one are stored, nothing is written, and the result says so.
func (a *Execution) StoreOrders(ctx context.Context, in OrdersInput) (out executor.OrdersStored, err error) {
	defer failure.Cross(&err)
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
	return executor.OrdersStored{Seq: in.Orders.Seq}, a.Records.Store.Swap(ctx, key, data, version)
}

// orders reads the standing orders of a service, and the version that replacing them
// asks for. Damage says why they cannot be read.
func (a *Execution) orders(ctx context.Context, service string) (orders executor.StandingOrders, version, damage string, err error) {
	key := capacity.OrdersKey(service)
	data, version, err := a.Records.Store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return orders, "", "", nil
	}
	if err != nil {
		return orders, "", "", err
	}
	if broken := records.Decode(key, data, &orders); broken != nil {
		return executor.StandingOrders{}, version, "the stored orders are damaged: " + broken.Error(), a.Records.SetAside(ctx, service, key, data, broken)
	}
	return orders, version, "", nil
}

// permitted refuses an action while changes are stopped in the store, or if it follows
// from orders that are outdated.
func (a *Execution) permitted(ctx context.Context, in ActInput) error {
	if err := a.Records.UnlessStopped(ctx, in.Service); err != nil {
		return err
	}
	if in.Orders == AnyOrders {
		return nil
	}
	stored, _, _, err := a.orders(ctx, in.Service)
	if err == nil && stored.Seq > in.Orders {
		return fmt.Errorf("orders %d of %q are stored, %d are known: %w", stored.Seq, in.Service, in.Orders, failure.ErrOutdated)
	}
	return nil
}

// CheckStop looks whether changes of a service are stopped in the store.
func (a *Execution) CheckStop(ctx context.Context, in OrdersInput) (out executor.StopChecked, err error) {
	defer failure.Cross(&err)
	out.Why, err = a.Records.Stopped(ctx, in.Service)
	return out, err
}
