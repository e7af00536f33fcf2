package scheduling

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"headroom/capacity"
)

// markKey is the search attribute that holds the mark of a schedule of ours.
var markKey = temporal.NewSearchAttributeKeyKeyword("HeadroomSchedule")

// serviceKey is the search attribute that holds its service.
var serviceKey = temporal.NewSearchAttributeKeyKeyword("HeadroomService")

// A Found is a schedule of ours as Temporal has it.
type Found struct {
	ID      string
	Service string
	Paused  bool
	Note    string    // who paused it, and why
	Next    time.Time // when it comes up; zero: never
	Last    time.Time // when it came up; zero: never yet
	mark    string
}

// EveryService reports whether a schedule is for all services together.
func (f Found) EveryService() bool { return f.Service == capacity.AllServices }

// onPage is how many schedules are asked for at once: the most that a server
// gives.
const onPage = 1000

// Find lists the schedules of ours, by their IDs. What another program keeps
// under an ID like ours is left out.
func Find(ctx context.Context, temporal client.Client) ([]Found, error) {
	pages, err := temporal.ScheduleClient().List(ctx, client.ScheduleListOptions{PageSize: onPage, Query: "HeadroomSchedule IS NOT NULL"})
	if err != nil {
		return nil, fmt.Errorf("list the schedules: %w", err)
	}
	var all []Found
	for pages.HasNext() {
		entry, err := pages.Next()
		if err != nil {
			return nil, fmt.Errorf("list the schedules: %w: if the search attribute HeadroomSchedule is missing, create it as a Keyword", err)
		}
		service, ours := serviceOf(entry.ID)
		if !ours {
			continue
		}
		f := Found{ID: entry.ID, Service: service, Paused: entry.Paused, Note: entry.Note}
		if payload := entry.SearchAttributes.GetIndexedFields()[markKey.GetName()]; payload != nil {
			if err := converter.GetDefaultDataConverter().FromPayload(payload, &f.mark); err != nil {
				return nil, fmt.Errorf("read the mark of the schedule %s: %w", entry.ID, err)
			}
		}
		if len(entry.NextActionTimes) > 0 {
			f.Next = entry.NextActionTimes[0]
		}
		if n := len(entry.RecentActions); n > 0 {
			f.Last = entry.RecentActions[n-1].ActualTime
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b Found) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}
