package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/policy"
)

// ErrOtherPolicy marks a call that cannot join a run, because that run has another
// policy.
var ErrOtherPolicy = errors.New("the run under way has another policy")

// An underway is the part of a workflow's input that a run must share with a call
// that joins it.
type underway struct {
	Service    string
	PolicyHash string           // empty: the workflow takes none, or whichever is in force
	Policy     *capacity.Policy // that is to be put in force; nil: none is
}

// joins refuses to join a run of another policy: its result would be taken for
// that of the policy at hand.
func (s Session) joins(ctx context.Context, id, run string, in any) error {
	var mine underway
	data, err := json.Marshal(in)
	if err == nil {
		err = json.Unmarshal(data, &mine)
	}
	if err != nil {
		return fmt.Errorf("read the input of %s: %w", id, err)
	}
	if mine.Policy == nil && mine.PolicyHash == "" {
		return nil
	}
	if mine.Policy != nil {
		mine.Service = mine.Policy.Service
	}
	theirs, began, err := s.underway(ctx, id, run)
	if err != nil {
		return err
	}
	if mine.Policy == nil && theirs.PolicyHash == "" {
		now, _, err := policies.Current(ctx, s.Store, mine.Service)
		if err == nil && now.At.After(began) {
			err = fmt.Errorf("%s runs already, and began before the policy %.12s was in force: %s: %w", id, now.Hash, waitForIt(mine.Service), ErrOtherPolicy)
		}
		return err
	}
	return s.differ(ctx, id, mine, theirs)
}

// Vacant returns ErrOtherPolicy if a run is under way with another policy than the one that
// is to be put in force for the next.
func (s Session) Vacant(ctx context.Context, id string, p capacity.Policy) error {
	d, err := s.Temporal.DescribeWorkflow(ctx, id, "")
	if _, none := errors.AsType[*serviceerror.NotFound](err); none || err == nil && d.WorkflowCloseTime != nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ask Temporal about %s: %w", id, err)
	}
	theirs, _, err := s.underway(ctx, id, d.WorkflowExecution.RunID)
	if err != nil {
		return err
	}
	if theirs.PolicyHash == "" { // it works by the one that was in force when it began
		return fmt.Errorf("%s runs already, with another policy than this file: %s: %w", id, waitForIt(p.Service), ErrOtherPolicy)
	}
	return s.differ(ctx, id, underway{Service: p.Service, Policy: &p}, theirs)
}

// underway is what a run has begun with, and when.
func (s Session) underway(ctx context.Context, id, run string) (u underway, began time.Time, err error) {
	first, err := s.Temporal.GetWorkflowHistory(ctx, id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT).Next()
	if err == nil {
		err = s.converter.FromPayloads(first.GetWorkflowExecutionStartedEventAttributes().GetInput(), &u)
	}
	if err != nil {
		return u, began, fmt.Errorf("%s runs already, and its policy cannot be read: %w", id, err)
	}
	return u, first.GetEventTime().AsTime(), nil
}

// differ returns ErrOtherPolicy if a run has another policy than a call.
func (s Session) differ(ctx context.Context, id string, mine, theirs underway) error {
	here, there, err := s.compared(ctx, mine, theirs)
	if err == nil && len(here)+len(there) > 0 {
		err = fmt.Errorf("%s runs already, with another policy (it has %s; this file has %s): %s: %w", id, few(there), few(here), waitForIt(mine.Service), ErrOtherPolicy)
	}
	return err
}

// waitForIt says what to do about a run that cannot be joined.
func waitForIt(service string) string {
	return fmt.Sprintf("wait until it has ended, or decide on its plan if it awaits approval (`headroom status %s`), and call again", service)
}

// compared are the lines that only one of two policies has.
func (s Session) compared(ctx context.Context, mine, theirs underway) (onlyMine, onlyTheirs []string, err error) {
	var texts [2]string
	for i, u := range []underway{mine, theirs} {
		if u.Policy == nil {
			if mine.PolicyHash == theirs.PolicyHash {
				return nil, nil, nil
			}
			p, err := policies.Read(ctx, s.Store, mine.Service, u.PolicyHash)
			if err != nil {
				return nil, nil, err
			}
			u.Policy = &p
		}
		texts[i] = policy.Format(*u.Policy)
	}
	onlyMine, onlyTheirs = differing(texts[0], texts[1])
	return onlyMine, onlyTheirs, nil
}

// differing are the lines that only one of two texts has.
func differing(a, b string) (onlyA, onlyB []string) {
	lines := func(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }
	without := func(list, other []string) (only []string) {
		for _, l := range list {
			if !slices.Contains(other, l) {
				only = append(only, strings.TrimPrefix(strings.TrimSpace(l), "- "))
			}
		}
		return only
	}
	first, second := lines(a), lines(b)
	onlyA, onlyB = without(first, second), without(second, first)
	if a != b && len(onlyA)+len(onlyB) == 0 { // the same lines in another order or number
		return []string{"the same lines in another order"}, nil
	}
	return onlyA, onlyB
}

// few writes the first of some lines.
func few(lines []string) string {
	const shown = 3
	if len(lines) == 0 {
		return "nothing in their place"
	}
	text := strings.Join(lines[:min(shown, len(lines))], "; ")
	if more := len(lines) - shown; more > 0 {
		text += " and " + capacity.Count(more, "further line")
	}
	return text
}
