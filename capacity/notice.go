package capacity

import (
	"slices"
	"time"
)

// A Notice is what somebody asked to be told.
type Notice struct {
	Service string
	Kind    NoticeKind
	Subject string // a kind and a subject are told once
	Text    string // a sentence
	At      time.Time
	Plan    string `json:",omitempty"`
	// Audit is the SHA-256 of the record of it: kept in a chat, it proves later
	// that the audit was not written anew.
	Audit string `json:",omitempty"`
}

// A NoticeKind says what a notice is about.
type NoticeKind string

// The kinds of notices.
const (
	NoticeProposed    NoticeKind = "proposed"    // a plan was made that nobody carries out
	NoticeApproval    NoticeKind = "approval"    // a plan waits for a person
	NoticeExpired     NoticeKind = "expired"     // nobody approved in time
	NoticeOrder       NoticeKind = "order"       // a person overrode, paused, resumed or aborted, or was refused
	NoticeLimit       NoticeKind = "limit"       // a limit keeps the plan below the demand
	NoticeFailed      NoticeKind = "failed"      // an action failed, or fewer units came up
	NoticeCompensated NoticeKind = "compensated" // an action failed and was taken back
	NoticeDrift       NoticeKind = "drift"       // of demand from the model, or of a target from the plan
	NoticeRefused     NoticeKind = "refused"     // no plan or model could be made or used, or promotion is frozen
	NoticeLate        NoticeKind = "late"        // the history ends long before now, or a plan ended before another came
)

// NoticeKinds lists them all.
func NoticeKinds() []NoticeKind {
	return []NoticeKind{
		NoticeProposed, NoticeApproval, NoticeExpired, NoticeOrder, NoticeLimit,
		NoticeFailed, NoticeCompensated, NoticeDrift, NoticeRefused, NoticeLate,
	}
}

// Urgent lists the kinds that a person should act on, or know of.
func Urgent() []NoticeKind {
	return slices.DeleteFunc(NoticeKinds(), func(k NoticeKind) bool { return k == NoticeProposed || k == NoticeOrder })
}

// Notify is who is told what.
type Notify []Channel

// A Channel takes notices of some kinds.
type Channel struct {
	// To is where: the URL of a webhook that takes what Slack's do, env:NAME for
	// the worker's variable that holds one, or sns://REGION/ACCOUNT/TOPIC.
	To string
	On []NoticeKind
}

// For are the channels that take notices of a kind.
func (n Notify) For(kind NoticeKind) (to []string) {
	for _, c := range n {
		if slices.Contains(c.On, kind) {
			to = append(to, c.To)
		}
	}
	return to
}
