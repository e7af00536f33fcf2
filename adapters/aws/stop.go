package aws

import (
	"fmt"

	"headroom/capacity"
)

// StopTag is the key of the tag that stops every change of the resource that has it,
// whatever its value; the value is the reason that people get to read. A tag does not
// say who has set it: CloudTrail does.
const StopTag = "headroom:stop"

// Stopped is ErrStopped if one of the tags of a resource, such as "the group", is
// StopTag. The function tag reads one tag of a service's own type.
func Stopped[T any](resource string, tags []T, tag func(T) (key, value *string)) error {
	for _, one := range tags {
		key, value := tag(one)
		if key == nil || *key != StopTag {
			continue
		}
		reason := ""
		if value != nil {
			reason = *value
		}
		return fmt.Errorf("the tag %s=%q of %s forbids changes; remove the tag to allow them: %w", StopTag, reason, resource, capacity.ErrStopped)
	}
	return nil
}
