package awstest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// AutoScaling is Amazon EC2 Auto Scaling, as far as a capacity schedule needs
// it: groups whose minimum, desired and maximum number keep to each other,
// launches that take time or fail, and scheduled actions that run late and are
// then gone. It is served as an http.Handler in the query protocol of version
// 2011-01-01, without a look at signatures. Nothing costs anything and nothing
// runs. Throttling and contention are for [Faults] in front of it.
//
// Set its fields before its first call. It is safe for use by several
// goroutines.
type AutoScaling struct {
	// Now is the time it lives in; nil is the wall clock. What is due by then
	// happens, in order, before a call is answered.
	Now func() time.Time
	// Seed draws how late each scheduled action runs, from 0 to Late. AWS
	// promises two minutes.
	Seed uint64
	Late time.Duration
	// Lag is for how many Describe calls after a write the answer is what was
	// before it.
	Lag int

	mu     sync.Mutex
	clock  time.Time // everything due by then has happened
	lot    *rand.Rand
	groups map[string]*group
	before map[string]*group // what is shown while lagging
	lagged int               // Describe calls that still show it
	serial int               // of instances and activities
	log    []Effect
}

// refusal is an error as AWS answers it.
type refusal struct {
	status        int
	code, message string
}

func (r refusal) Error() string { return r.code + ": " + r.message }

// refused is a refusal with status 400, as most are.
func refused(code, format string, args ...any) error {
	return refusal{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

// ServeHTTP answers one call.
func (a *AutoScaling) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		refuseQuery(w, http.StatusBadRequest, "MalformedQueryString", err.Error())
		return
	}
	f := form(r.PostForm)
	operation := f.text("Action")
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pass()
	result, err := a.answer(operation, f)
	var no refusal
	switch {
	case errors.As(err, &no):
		refuseQuery(w, no.status, no.code, no.message)
	case err != nil:
		refuseQuery(w, http.StatusBadRequest, "ValidationError", err.Error())
	default:
		reply(w, operation, result)
	}
}

// answer does what is asked for, and returns what goes into the result.
func (a *AutoScaling) answer(operation string, f form) (any, error) {
	switch operation {
	case "DescribeAutoScalingGroups":
		return a.describeGroups(f)
	case "DescribeScheduledActions":
		return a.describeSchedule(f)
	case "DescribeScalingActivities":
		return a.describeActivities(f)
	case "DescribePolicies":
		return a.describePolicies(f)
	case "DescribeInstanceRefreshes":
		return a.describeRefreshes(f)
	case "CreateLaunchConfiguration": // what is launched does not matter here
		return nil, nil
	}
	change := map[string]func(form) (any, error){
		"CreateAutoScalingGroup":             a.createGroup,
		"UpdateAutoScalingGroup":             a.updateGroup,
		"SetDesiredCapacity":                 a.setDesired,
		"PutScheduledUpdateGroupAction":      a.putAction,
		"DeleteScheduledAction":              a.deleteAction,
		"BatchPutScheduledUpdateGroupAction": a.putActions,
		"BatchDeleteScheduledAction":         a.deleteActions,
	}[operation]
	if change == nil {
		return nil, refused("InvalidAction", "the emulator does not know the operation %q", operation)
	}
	var result any
	err := a.written(func() (err error) {
		result, err = change(f)
		return err
	})
	return result, err
}

// written makes a change, and lets Describe lag behind it.
func (a *AutoScaling) written(change func() error) error {
	was := a.copied()
	if err := change(); err != nil || a.Lag == 0 {
		return err
	}
	if a.lagged == 0 {
		a.before = was
	}
	a.lagged = a.Lag
	return nil
}

// byHand lets somebody at the console change a group.
func (a *AutoScaling) byHand(name string, change func(*group) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pass()
	g, err := a.existing(name)
	if err != nil {
		return err
	}
	return a.written(func() error { return change(g) })
}

// shown is what a Describe call sees.
func (a *AutoScaling) shown() map[string]*group {
	if a.lagged > 0 {
		a.lagged--
		return a.before
	}
	return a.groups
}

func (a *AutoScaling) copied() map[string]*group {
	if a.Lag == 0 {
		return nil
	}
	all := map[string]*group{}
	for name, g := range a.groups {
		all[name] = g.copied()
	}
	return all
}

// existing is the group of that name, or what AWS answers if there is none.
func (a *AutoScaling) existing(name string) (*group, error) {
	if g := a.groups[name]; g != nil {
		return g, nil
	}
	return nil, refused("ValidationError", "AutoScalingGroup name not found - AutoScalingGroup %s not found", name)
}
