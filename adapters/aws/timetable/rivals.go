package timetable

import (
	"fmt"
	"strings"
	"time"

	"headroom/capacity"
)

// near is how close to another scheduled action one of ours should not be: AWS runs
// them up to two minutes late and takes longer over several at once, and of two either
// may count last.
const near = 5 * time.Minute

// Rivals warns of scheduled actions of others, which change the same as ours.
func Rivals(ours map[string]Entry, others []Entry, same string) []capacity.Finding {
	if len(others) == 0 {
		return nil
	}
	var names, tight []string
	for _, o := range others {
		names = append(names, o.Name)
		for _, e := range ours {
			if o.At.Sub(e.At).Abs() < near {
				tight = append(tight, o.Name)
				break
			}
		}
	}
	all := []capacity.Finding{capacity.Warns("others have scheduled actions that change %s as well (%s); delete them, or see that they agree with the plan", same, some(names))}
	if len(tight) > 0 {
		all = append(all, capacity.Warns("scheduled actions of others begin less than %s from ours (%s), and either may count last; move them", near, some(tight)))
	}
	return all
}

// some names the first few.
func some(names []string) string {
	if more := len(names) - 3; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), more)
	}
	return strings.Join(names, ", ")
}
