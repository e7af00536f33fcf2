package controller

import (
	"fmt"
	"hash/fnv"
	"time"
)

// Shards is into how many parts the services are divided. One process decides for all
// services of a shard, while it holds the lease of it.
const Shards = 4

// ShardOf is the shard of a service.
func ShardOf(service string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(service)) // never fails
	return int(h.Sum32() % Shards)
}

// A Lease says who decides for the services of a shard. It is stored, and replaced only
// by conditional writes: whoever raises the epoch ends the lease of the holder before,
// which cannot renew it any more.
type Lease struct {
	Epoch   int64
	Holder  string    // the process, and its start
	Renewed time.Time // on the holder's clock
	// Released: the holder has given it up, and none of its calls is under way.
	Released bool `json:",omitempty"`
}

// How a lease is held. A holder renews it every Renews, and calls a target only within
// Sure of a renewal, and only if the call ends within Ends of it. Another holder calls
// nothing until Ends has passed since it took the lease, unless that was released just
// before. After Absent without a renewal
// the conductor decides.
const (
	Renews = 10 * time.Second
	Sure   = 20 * time.Second
	Ends   = 30 * time.Second
	Absent = 5 * time.Minute
)

// Fresh reports whether the decisions are the holder's at a time, or those of the next
// one: a lease that was released just now is about to be taken.
func (l Lease) Fresh(now time.Time) bool { return l.Epoch > 0 && now.Sub(l.Renewed) < Absent }

// LeaseKey is where the lease of a shard is stored.
func LeaseKey(shard int) string { return fmt.Sprintf("controller-leases/%d-of-%d.json", shard, Shards) }

// StatusKey is where it says what was last decided for a service.
func StatusKey(service string) string { return "controller/" + service + "/status.json" }

// Silent is how old a status may be before the conductor decides, although the lease of
// the shard is renewed: the controller of the service learns, or cannot decide.
const Silent = 12 * time.Minute

// Fresh reports whether something was decided for the service not long ago.
func (s Status) Fresh(now time.Time) bool { return !s.At.IsZero() && now.Sub(s.At) < Silent }

// A Status is what was last decided for a service. It is stored every few minutes.
type Status struct {
	Service  string
	At       time.Time
	Envelope int64 // the number of the last
	Mode     Mode
	Units    int    // decided
	Found    int    // that the target was asked for
	Source   Source // what decided
	Why      string
	Capped   string    `json:",omitempty"`
	Seen     time.Time // the end of the newest measurement
	Trouble  string    `json:",omitempty"` // why nothing can be decided or asked for
	Changed  time.Time `json:",omitzero"`  // when the target was last asked
}
