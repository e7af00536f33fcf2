package report

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"headroom/capacity"
)

// A standingView is where a plan stands, in words.
type standingView struct {
	Badge    string
	Tone     tint
	Sentence string // what was decided, by whom and why
	Commands []string
	Pools    []runningRow
	Orders   []string // that are in force, or will be
	AsOf     string
}

// A runningRow is what one pool runs, and its next change.
type runningRow struct{ Pool, Serving, Requested, Next, Trouble string }

// words are the standard words for verdicts.
var words = map[string]struct {
	badge string
	tone  tint
}{
	"proposed":               {"proposed", "idle"},
	"waiting":                {"awaiting approval", "fair"},
	"handed over":            {"approved, starting", "good"},
	"rejected":               {"rejected", "poor"},
	"expired":                {"approval expired", "poor"},
	"canceled":               {"canceled", "idle"},
	"superseded":             {"superseded", "idle"},
	"executing":              {"in progress", "good"},
	"executed":               {"completed", "good"},
	"executed with failures": {"completed with failures", "poor"},
	"aborted":                {"aborted", "poor"},
	"offline":                {"offline", "idle"},
}

// standing is where the report's plan stands.
func standing(r Report, zone *time.Location) standingView {
	s := r.Standing
	v := standingView{Badge: s.Verdict, Tone: "idle", Sentence: sentence(s, zone)}
	verdict, why, _ := strings.Cut(s.Verdict, ": ")
	if known, ok := words[verdict]; ok {
		v.Badge, v.Tone = known.badge, known.tone
	}
	if why != "" {
		v.Sentence = capital(why) + "."
	}
	switch {
	case s.Verdict == "waiting":
		v.Commands = []string{
			fmt.Sprintf("headroom approve %s %s", r.Plan.Service, r.Plan.ID),
			fmt.Sprintf(`headroom reject %s %s --why "…"`, r.Plan.Service, r.Plan.ID),
		}
	case s.Verdict == "executing" && s.Pause != nil:
		v.Badge, v.Tone = "paused", "fair"
	}
	if !s.At.IsZero() {
		v.AsOf = s.At.In(zone).Format(stamp)
	}
	for _, p := range s.Pools {
		v.Pools = append(v.Pools, running(p, zone))
	}
	v.Orders = orders(r, zone)
	return v
}

// sentence is what was decided, by whom and why.
func sentence(s capacity.Standing, zone *time.Location) string {
	by, why := "", ""
	if s.By != "" {
		by = " by " + s.By
	}
	if s.Why != "" {
		why = ": " + s.Why
	}
	switch s.Verdict {
	case "proposed":
		return "A proposal only" + why + "."
	case "waiting":
		until := ""
		if !s.Expires.IsZero() {
			until = " until " + s.Expires.In(zone).Format(stamp)
		}
		return "Awaiting approval" + until + why + "."
	case "executing", "executed", "executed with failures", "handed over":
		if s.By == "" {
			return "Approved automatically" + why + "."
		}
		return "Approved" + by + why + "."
	case "rejected":
		return "Rejected" + by + why + "."
	case "aborted":
		if s.Aborted != nil {
			return fmt.Sprintf("Aborted by %s on %s: %s.", s.Aborted.By, s.Aborted.At.In(zone).Format(stamp), s.Aborted.Why)
		}
		return "Aborted" + by + why + "."
	case "offline":
		return "Made from files: nothing is executed."
	}
	return strings.TrimSuffix(capital(s.Why), ".") + map[bool]string{true: "."}[s.Why != ""]
}

// capital writes the first letter large.
func capital(text string) string {
	if text == "" {
		return ""
	}
	_, n := utf8.DecodeRuneInString(text)
	return strings.ToUpper(text[:n]) + text[n:]
}

// running is what one pool runs, in words.
func running(p capacity.Running, zone *time.Location) runningRow {
	row := runningRow{Pool: p.Pool, Serving: "unknown", Requested: "unknown", Next: "none", Trouble: p.Trouble}
	if p.Known {
		row.Serving, row.Requested = fmt.Sprint(p.Serving), fmt.Sprint(p.Requested)
	}
	if p.Seen.IsZero() {
		row.Serving = "unknown"
	}
	if n := p.Next; n != nil {
		row.Next = fmt.Sprintf("%d → %d on %s", n.From, n.Units, n.At.In(zone).Format(stamp))
	}
	return row
}

// orders are pauses, overrides and freezes that are in force, or will be before the
// plan ends.
func orders(r Report, zone *time.Location) []string {
	s, at := r.Standing, func(t time.Time) string { return t.In(zone).Format(stamp) }
	var all []string
	if p := s.Pause; p != nil {
		until := ""
		if !p.Until.IsZero() {
			until = " until " + at(p.Until)
		}
		all = append(all, fmt.Sprintf("Paused by %s since %s%s: %s", p.By, at(p.At), until, p.Why))
	}
	for _, o := range s.Overrides {
		least, pool := "", ""
		if o.AtLeast {
			least = "at least "
		}
		if o.Pool != "" {
			pool = " in " + o.Pool
		}
		all = append(all, fmt.Sprintf("Override %s by %s: %s%s%s, from %s to %s: %s", o.ID, o.By, least, capacity.Count(o.Units, "unit"), pool, at(o.From), at(o.Until), o.Why))
	}
	for _, w := range r.Policy.Control.Freeze.Windows {
		if w.From.Before(r.Plan.End()) && w.To.After(s.At) && w.To.After(r.Plan.Made) {
			all = append(all, fmt.Sprintf("Freeze from %s to %s denies %s", at(w.From), at(w.To), r.Policy.Control.Freeze.Deny.Text()))
		}
	}
	return append(all, s.Notes...)
}
