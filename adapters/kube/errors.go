package kube

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"headroom/capacity"
)

// A call is what was asked of the API server.
type call struct {
	verb        string
	resource    schema.GroupVersionResource
	name        string
	subresource []string
}

func (c call) String() string {
	words := c.verb + " " + strings.Join(append([]string{c.resource.GroupResource().String()}, c.subresource...), "/")
	if c.name != "" {
		words += " " + c.name
	}
	return words
}

// meanings are what the API server's reasons mean, the first that holds. After
// any other, trying again is the remedy.
var meanings = []struct {
	holds  func(error) bool
	is     error
	remedy string
}{
	{overQuota, capacity.ErrQuota, "have the ResourceQuota of the namespace raised, or ask for less"},
	{unanswered, capacity.ErrTargetBusy, "an admission webhook of the cluster does not answer; it is asked again later"},
	{denied, capacity.ErrOutOfBounds, "an admission rule of the cluster denies it; correct the object, or min and max in the policy, as it says"},
	{apierrors.IsNotFound, capacity.ErrNoSuchTarget, "there is no such object; correct target in the policy"},
	{apierrors.IsForbidden, capacity.ErrAccess, "the account may not do this; grant it the Role in deploy/kubernetes, with the object's name"},
	{apierrors.IsUnauthorized, capacity.ErrAccess, "the cluster does not know the account; sign in again, or renew its token"},
	{apierrors.IsConflict, capacity.ErrConflict, "somebody else wrote it at the same moment"},
	{apierrors.IsInvalid, capacity.ErrOutOfBounds, "it cannot be so; look at its limits, and at min and max in the policy"},
	{apierrors.IsTooManyRequests, capacity.ErrTargetBusy, "the API server has too much to do; it is asked again later"},
	{apierrors.IsServerTimeout, capacity.ErrTargetBusy, "the API server was too slow; it is asked again later"},
	{apierrors.IsTimeout, capacity.ErrTargetBusy, "the API server was too slow; it is asked again later"},
	{apierrors.IsServiceUnavailable, capacity.ErrTargetBusy, "the API server is not ready; it is asked again later"},
}

// explain puts an error of a call into the words of capacity.
func (c cluster) explain(did call, err error) error {
	if err == nil {
		return nil
	}
	doing := fmt.Sprintf("%s: %s in namespace %s", c.target, did, c.namespace)
	if c.namespace == "" {
		doing = fmt.Sprintf("%s: %s in the cluster", c.target, did)
	}
	if others := owners(err); len(others) > 0 {
		return fmt.Errorf("%s: the number belongs to the field manager %s; take it out of what they declare, and apply that with --server-side, "+
			"or leave the number to them: %w: %w", doing, strings.Join(others, " and "), err, capacity.ErrDrifted)
	}
	for _, m := range meanings {
		if m.holds(err) {
			return fmt.Errorf("%s: %s: %w: %w", doing, m.remedy, err, m.is)
		}
	}
	if status := apierrors.APIStatus(nil); errors.As(err, &status) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: no answer; check the kubeconfig and the network: %w", doing, err)
}

// owners are the field managers that an apply has met.
func owners(err error) []string {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	if !ok || status.ErrStatus.Details == nil {
		return nil
	}
	var names []string
	for _, cause := range status.ErrStatus.Details.Causes {
		if cause.Type == metav1.CauseTypeFieldManagerConflict {
			_, name, _ := strings.Cut(cause.Message, `conflict with "`)
			name, _, _ = strings.Cut(name, `"`)
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// overQuota: the API server refuses what is over a quota as if it were not
// allowed, and says the difference in words only.
func overQuota(err error) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "exceeded quota")
}

// denied: an admission webhook or policy refuses the change. The API server says so
// with the reason that the webhook chose, most often as if the account were not
// allowed to make it, and in words.
func denied(err error) bool {
	text := err.Error()
	return strings.Contains(text, "admission webhook") && strings.Contains(text, "denied the request") ||
		strings.Contains(text, "ValidatingAdmissionPolicy") && strings.Contains(text, "denied request")
}

// unanswered: the API server could not ask an admission webhook.
func unanswered(err error) bool { return strings.Contains(err.Error(), "failed calling webhook") }
