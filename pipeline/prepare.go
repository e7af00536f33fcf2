package pipeline

import (
	"slices"

	"headroom/calendar"
	"headroom/capacity"
)

// Prepare makes a series of the policy's demand ready for models: on the wall clock,
// without outages, holidays and events. The error is that of [calendar.SettingsFor].
func Prepare(s capacity.Series, p capacity.Policy) (calendar.Prepared, error) {
	settings, err := calendar.SettingsFor(p)
	if err != nil {
		return calendar.Prepared{}, err
	}
	return calendar.Prepare(s, settings), nil
}

// Account completes the account of a load that was made ready for models: what
// was masked, and what its policy gives reason to question.
func Account(account capacity.LoadSummary, p capacity.Policy, ready calendar.Prepared) capacity.LoadSummary {
	for _, span := range ready.Spans {
		account.Masked += int(span.To.Sub(span.From) / account.Step)
	}
	account.Notes = slices.Concat(account.Notes, ready.Doubts)
	if why := Implausible(p, ready.Masked, account.Fractions); why != "" {
		account.Note("%s", why)
	}
	return account
}
