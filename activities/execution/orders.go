package execution

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
)

// AnyOrders is the Orders of an action that follows from none.
const AnyOrders = -1

// OrdersInput names a service, and the orders to store.
type OrdersInput struct {
	Service string
	Orders  executor.StandingOrders `json:",omitzero"`
	// New: nothing is known of the service's orders. If none are stored, those of its
	// newest order on record are read.
	New bool `json:",omitempty"`
}

// ReadOrders reads the standing orders of a service; none is no error. Orders that are
// damaged are kept aside, and the result says so: nobody knows then what was paused. If
// none are stored although the audit has some, those in the audit are returned, or the
// orders count as damaged if the audit cannot be read.
func (a *Execution) ReadOrders(ctx context.Context, in OrdersInput) (out executor.OrdersRead, err error) {
	defer failure.Cross(&err)
	orders, version, damage, err := a.orders(ctx, in.Service)
	if err == nil && version == "" && in.New {
		orders, out.Restored, err = a.recordedOrders(ctx, in.Service)
		if errors.Is(err, capacity.ErrBadData) {
			damage, err = "no orders are stored, and the audit cannot be read: "+err.Error(), nil
		}
	}
	if damage != "" {
		out.Damaged = damage + ": find out what was paused or overridden, then resume"
	}
	out.Orders = orders
	return out, err
}

// recordedOrders is the standing orders after the newest order on record, and says where
// they come from; zero if none is on record, or nothing of them is in force.
func (a *Execution) recordedOrders(ctx context.Context, service string) (orders executor.StandingOrders, from string, err error) {
	r, err := audit.LastOrder(ctx, a.Records.Store, service)
	if errors.Is(err, capacity.ErrNotFound) {
		return orders, "", nil
	}
	if err != nil {
		return orders, "", err
	}
	if err := records.Decode(r.ID, r.Facts, &orders); err != nil {
		return executor.StandingOrders{}, "", err
	}
	if orders.Pause == nil && len(orders.Overrides) == 0 {
		return executor.StandingOrders{}, "", nil
	}
	key := capacity.OrdersKey(service)
	from = fmt.Sprintf("%q is gone: the standing orders are those of record %d of the audit (%s)", key, r.Sequence, r.Text)
	return orders, from, a.Records.Append(ctx, audit.Record{
		Service: service, ID: fmt.Sprintf("damaged/%s/%d", key, r.Sequence), At: a.Records.Now(), Kind: audit.Damaged, Why: "nothing is stored", Text: from,
	}, nil)
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
	if broken := records.DecodeObject(key, data, &orders); broken != nil {
		return executor.StandingOrders{}, version, "the stored orders are damaged: " + broken.Error(), a.Records.SetAside(ctx, service, key, data, broken)
	}
	return orders, version, "", nil
}

// permitted refuses an action while changes are stopped in the store, or if it follows
// from orders that are outdated. Damaged orders count as newer: a run that knows of a
// pause stores it again, and one that knows of none is paused.
func (a *Execution) permitted(ctx context.Context, in ActInput) error {
	if err := a.Records.UnlessStopped(ctx, in.Service); err != nil {
		return err
	}
	if in.Orders == AnyOrders {
		return nil
	}
	stored, _, damage, err := a.orders(ctx, in.Service)
	if err == nil && damage != "" {
		return fmt.Errorf("%s: %w", damage, failure.ErrOutdated)
	}
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
