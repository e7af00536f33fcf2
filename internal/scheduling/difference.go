package scheduling

import (
	"fmt"
	"slices"
	"strings"

	"headroom/capacity"
)

// A Verb is what is done to a schedule.
type Verb string

// The verbs.
const (
	Create Verb = "create"
	Update Verb = "update" // anything but whether it is paused
	Pause  Verb = "pause"
	Resume Verb = "resume"
	Delete Verb = "delete"
)

// A Change is what makes one schedule equal to its policy.
type Change struct {
	Verb    Verb
	ID      string
	Service string
	Why     string
	entry   Entry
	mark    string
}

// A Difference is all that keeps the schedules from being what they should be.
type Difference struct {
	Changes []Change
	Gone    []string // services that had schedules, and have no policy now
	Held    []Found  // paused by a person, which is respected
	Same    int      // schedules that are as they should be
}

// Compare finds the difference between what is wanted and what was found, the
// latter by their IDs.
func Compare(wanted Want, found []Found) (Difference, error) {
	var d Difference
	kept := map[string]bool{}
	for _, e := range wanted.Entries {
		kept[e.ID] = true
		mark, err := e.mark()
		if err != nil {
			return d, err
		}
		c := Change{ID: e.ID, Service: e.Service, entry: e, mark: mark}
		i, there := slices.BinarySearchFunc(found, e.ID, func(f Found, id string) int { return strings.Compare(f.ID, id) })
		if !there {
			c.Verb, c.Why = Create, fmt.Sprintf("%s, %s", e.Cron, e.Zone)
			d.Changes = append(d.Changes, c)
			continue
		}
		if c.Verb, c.Why = verb(found[i], mark); c.Verb == "" && wanted.Renew {
			c.Verb, c.Why = Update, "it is asked for anew"
		}
		switch {
		case c.Verb != "":
			d.Changes = append(d.Changes, c)
		case found[i].held():
			d.Held = append(d.Held, found[i])
		default:
			d.Same++
		}
	}
	for _, f := range found {
		if !kept[f.ID] {
			d.Changes = append(d.Changes, Change{Verb: Delete, ID: f.ID, Service: f.Service, Why: "no policy asks for it"})
		}
		if f.Service != capacity.AllServices && !wanted.services[f.Service] && !slices.Contains(d.Gone, f.Service) {
			d.Gone = append(d.Gone, f.Service)
		}
	}
	return d, nil
}

// held reports whether a person has paused a schedule that its policy does not
// pause.
func (f Found) held() bool { return f.Paused && !strings.HasSuffix(f.mark, onHold) }

// verb is what is to be done to a schedule so that it has that mark; empty:
// nothing.
func verb(f Found, mark string) (Verb, string) {
	was, is := strings.TrimSuffix(f.mark, onHold), strings.TrimSuffix(mark, onHold)
	paused := strings.HasSuffix(mark, onHold)
	switch {
	case was != is:
		return Update, "the policy says otherwise when or how it runs"
	case paused && !f.Paused:
		return Pause, "the policy pauses it"
	case !paused && strings.HasSuffix(f.mark, onHold):
		return Resume, "the policy does not pause it any more"
	case f.mark != mark:
		return Pause, "the policy pauses it, as somebody has already"
	}
	return "", ""
}
