package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"

	"headroom/capacity"
	"headroom/policy"
)

// errOtherPolicy marks a call that cannot join a run, because that run has another
// policy.
var errOtherPolicy = errors.New("the run under way has another policy")

// An underway is the part of a workflow's input that a run must share with a call
// that joins it.
type underway struct {
	Policy *capacity.Policy // nil: the workflow takes none
}

// joins refuses to join a run of another policy: its result would be taken for
// that of the policy at hand.
func (s session) joins(ctx context.Context, id, run string, in any) error {
	var mine, theirs underway
	data, err := json.Marshal(in)
	if err == nil {
		err = json.Unmarshal(data, &mine)
	}
	if err != nil {
		return fmt.Errorf("read the input of %s: %w", id, err)
	}
	if mine.Policy == nil {
		return nil
	}
	events := s.temporal.GetWorkflowHistory(ctx, id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	first, err := events.Next()
	if err == nil {
		err = s.converter.FromPayloads(first.GetWorkflowExecutionStartedEventAttributes().GetInput(), &theirs)
	}
	if err != nil {
		return fmt.Errorf("%s runs already, and its policy cannot be read: %w", id, err)
	}
	if theirs.Policy == nil {
		return nil
	}
	if here, there := differing(policy.Format(*mine.Policy), policy.Format(*theirs.Policy)); len(here)+len(there) > 0 {
		return fmt.Errorf("%s runs already, with another policy (it has %s; this file has %s): wait until it has ended, or decide on its plan if it awaits approval (`headroom status %s`), and call again: %w",
			id, few(there), few(here), mine.Policy.Service, errOtherPolicy)
	}
	return nil
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
