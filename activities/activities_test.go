package activities_test

import (
	"reflect"
	"testing"

	"headroom/activities"
)

// TestActivities_Names: no activity of one package hides one of another, so that Temporal
// knows them all.
func TestActivities_Names(t *testing.T) {
	all := reflect.TypeFor[*activities.Activities]()
	for field := range all.Elem().Fields() {
		of := reflect.PointerTo(field.Type)
		for method := range of.Methods() {
			if name := method.Name; !known(all, name) {
				t.Errorf("%s of %s is not an activity: another package has one of the same name", name, of)
			}
		}
	}
}

func known(all reflect.Type, name string) bool {
	_, ok := all.MethodByName(name)
	return ok
}
