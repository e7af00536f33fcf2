package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/capacity"
)

// tell says in the Temporal UI what is carried out, and what keeps it from being
// carried out.
func (c *conductor) tell(ctx workflow.Context) error {
	s, name := c.state, "executing"
	actions := 0
	for _, pool := range s.Policy.Pools {
		actions += len(c.actions[pool.Target])
	}
	story := fmt.Sprintf("Carrying out plan `%s`: %s, until %s.", c.loaded, capacity.Count(actions, "action"), s.Plan.End.Format(time.RFC3339))
	switch {
	case s.Aborted != nil:
		name, story = "aborting", fmt.Sprintf("**Aborted** by %s at %s: %s", s.Aborted.By, s.Aborted.At.Format(time.RFC3339), s.Aborted.Why)
	case s.Ended != "":
		name, story = "extended", s.extension()
	}
	if s.Aborted == nil && s.Pause != nil {
		name, story = "paused", fmt.Sprintf("**Paused** by %s at %s: %s\n\n%s", s.Pause.By, s.Pause.At.Format(time.RFC3339), s.Pause.Why, story)
	}
	for _, o := range s.Overrides {
		story = fmt.Sprintf("%s\n\n**Override** `%s`, %s to %s: %s, said %s: %s", story, o.ID, o.From.Format(time.RFC3339), o.Until.Format(time.RFC3339), capacity.Count(o.Units, "unit"), o.By, o.Why)
	}
	return stage(ctx, s.Service, name, story+s.troubles())
}

// troubles is what an operator should know, in Markdown.
func (s *ExecuteState) troubles() string {
	story := ""
	for _, pool := range s.Policy.Pools {
		if drifted := s.Held[pool.Target].Drifted; drifted != "" {
			story = fmt.Sprintf("%s\n\n**Drifted**, `%s`: %s. Nothing more is asked of it until a newer plan or an override.", story, pool.Target, drifted)
		}
	}
	for _, note := range s.Notes {
		story += "\n\n- " + note
	}
	return story
}

// ended is how a plan ended, and the story of it.
func (s *ExecuteState) ended() (verdict, story string) {
	verdict, title := "executed", "Executed"
	switch {
	case s.Aborted != nil:
		verdict, title = "aborted", "Aborted"
	case s.Counts[capacity.Failed]+s.Counts[capacity.Short]+s.Counts[capacity.Compensated] > 0:
		verdict = "executed with failures"
	}
	story = fmt.Sprintf("**%s** plan `%s`.\n", title, s.Plan.ID)
	for _, v := range capacity.Verdicts() {
		if n := s.Counts[v]; n > 0 {
			story = fmt.Sprintf("%s\n- %s %s", story, capacity.Count(n, "action"), v)
		}
	}
	if s.Aborted != nil {
		story = fmt.Sprintf("%s\n\n%s: %s", story, s.Aborted.By, s.Aborted.Why)
	}
	return verdict, story
}

// finish writes the last report.
func (c *conductor) finish(ctx workflow.Context) error {
	s := c.state
	verdict, story := s.ended()
	if err := workflow.UpsertTypedSearchAttributes(ctx, verdictKey.ValueSet(verdict)); err != nil {
		return err
	}
	if err := stage(ctx, s.Service, "done", story+s.troubles()); err != nil {
		return err
	}
	s.Ended = PlanVerdict(verdict)
	return publish(ctx, s.Service, s.Plan, c.standing(c.now(ctx)))
}
