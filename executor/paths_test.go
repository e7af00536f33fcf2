package executor_test

import (
	"strings"
	"testing"
)

// TestModel_Paths goes the ways on which faults were found, so that they are found again
// without a search.
func TestModel_Paths(t *testing.T) {
	tests := map[string]struct{ model, path string }{
		"stopped, then a newer plan":                                {"one pool", "override at least 8, request of sim://a: stopped, newer plan"},
		"a stop outlives the verification of another action":        {"ramp and floor", "time passes, request of sim://a: accepted, time passes, request of sim://a: stopped, verification of sim://a: done"},
		"a stop outlives a rollback":                                {"one pool", "override at least 8, somebody else changes it, request of sim://a: accepted, verification of sim://a: not read, request of sim://a: stopped, rollback of sim://a: rolled back"},
		"a stop outlives a rollback and a newer plan":               {"one pool", "time passes, request of sim://a: accepted, verification of sim://a: done, time passes, request of sim://a: accepted, override at least 8, request of sim://a: stopped, newer plan, verification of sim://a: failed, rollback of sim://a: rolled back"},
		"busy with the number of a plan that was replaced":          {"one pool", "override at least 8, newer plan, request of sim://a: busy"},
		"a pool takes over while an exact number is ordered of it":  {"two pools", "newer plan, request of sim://a: no units, override exactly 3, request of sim://b: accepted"},
		"a pool takes over while an action of its own is postponed": {"two pools", "newer plan, request of sim://b: busy, request of sim://a: no units"},
		"a request in flight when a newer plan takes over":          {"one pool", "override exactly 3, override at least 8, request of sim://a: accepted, newer plan"},
		"a request in flight when its pool leaves":                  {"two pools", "override exactly 3, abort, the last pool leaves"},
		"a rollback in flight when its pool leaves":                 {"two pools", "time passes, time passes, request of sim://b: accepted, override exactly 3, request of sim://b: busy, verification of sim://b: failed, the last pool leaves"},
		"a conflict of a pool that left":                            {"two pools", "newer plan, somebody else changes it, the last pool leaves, request of sim://b: accepted"},
		"a policy changes before a plan is read":                    {"one pool", "bucket away, newer plan, freeze all"},
		"aborted before the plan was read":                          {"one pool", "bucket away, continue as new, abort"},
		"canceled before the orders were read":                      {"one pool", "bucket away, continue as new, override exactly 3, cancel"},
		"canceled before a plan was read":                           {"one pool", "override exactly 3, bucket away, newer plan, cancel"},
		"found at more in a freeze of lowering":                     {"one pool", "newer plan, time passes, freeze lower, terminate, a request is written, new run"},
		"terminated in an override after the plan's last action":    {"one pool", "newer plan, time passes, override exactly 3, reset, terminate, a request is written"},
		"the ID of an override that has ended is used again":        {"one pool", "override exactly 3, bucket away, time passes, reset, override exactly 3"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := models()[test.model]
			path := strings.Split(strings.ReplaceAll(test.path, "terminate, a", "terminate; a"), ", ")
			for i := range path {
				path[i] = strings.ReplaceAll(path[i], "; ", ", ")
			}
			if err := m.follow(path); err != nil {
				t.Errorf("after %s:\n%v\n%s", test.path, err, m.retell(path))
			}
		})
	}
}
