package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"headroom/capacity"
)

// Control is what the targets below this folder call AWS with.
type Control struct {
	Config aws.Config
	Where  string // for messages
}

// OpenControl finds region and credentials for calls that change capacity; it
// does not call AWS yet. One call is tried once, unless the settings say more:
// whoever repeats it reads first what came of it. Its errors are those of
// [Open].
func OpenControl(ctx context.Context, s Settings) (Control, error) {
	found, err := configure(ctx, s, cmp.Or(s.Attempts, 1))
	if err != nil {
		return Control{}, err
	}
	if found.HTTPClient == nil { // which the SDK's clients would take for this one
		found.HTTPClient = awshttp.NewBuildableClient()
	}
	found.HTTPClient = detached{found.HTTPClient}
	if s.Endpoint != "" {
		found.BaseEndpoint = aws.String(s.Endpoint)
	}
	return Control{Config: found, Where: cmp.Or(s.Endpoint, "AWS in "+found.Region)}, nil
}

// orders is what the codes of the services that change capacity mean. A code
// that is not here may pass: trying again is the remedy.
var orders = map[string]meaning{
	"Throttling":                     {capacity.ErrTargetBusy, "the account asks too often; it is asked again later"},
	"ThrottlingException":            {capacity.ErrTargetBusy, "the account asks too often; it is asked again later"},
	"RequestLimitExceeded":           {capacity.ErrTargetBusy, "the account asks too often; it is asked again later"},
	"TooManyRequestsException":       {capacity.ErrTargetBusy, "the account asks too often; it is asked again later"},
	"ScalingActivityInProgress":      {capacity.ErrTargetBusy, "it is being scaled just now; it is asked again later"},
	"ScalingActivityInProgressFault": {capacity.ErrTargetBusy, "it is being scaled just now; it is asked again later"},
	"ResourceContention":             {capacity.ErrTargetBusy, "somebody else is changing it; it is asked again later"},
	"ResourceContentionFault":        {capacity.ErrTargetBusy, "somebody else is changing it; it is asked again later"},
	"ConcurrentUpdateException":      {capacity.ErrTargetBusy, "somebody else is changing it; it is asked again later"},
	"ResourceInUseException":         {capacity.ErrTargetBusy, "it is being changed just now; it is asked again later"},
	"ResourceInUse":                  {capacity.ErrTargetBusy, "it is being changed just now; it is asked again later"},

	"LimitExceeded":          {capacity.ErrQuota, "a limit of the account is reached; have it raised, or allow fewer changes in the policy"},
	"LimitExceededFault":     {capacity.ErrQuota, "a limit of the account is reached; have it raised, or allow fewer changes in the policy"},
	"LimitExceededException": {capacity.ErrQuota, "a limit of the account is reached; have it raised, or allow fewer changes in the policy"},
	"ResourceLimitExceeded":  {capacity.ErrQuota, "a limit of the account is reached; have it raised, or lower max in the policy"},

	"AlreadyExists": {capacity.ErrConflict, "somebody else has taken the name or the minute; it is read again"},

	"InsufficientInstanceCapacity": {capacity.ErrNoCapacity, "AWS has none of these instances there now; allow another type or zone, or name a second pool"},

	"ObjectNotFoundException":   {capacity.ErrNoSuchTarget, "nothing of that name is registered for scaling; correct target in the policy, or register it"},
	"ServiceNotFoundException":  {capacity.ErrNoSuchTarget, "there is no such service; correct target in the policy"},
	"ServiceNotActiveException": {capacity.ErrNoSuchTarget, "the service is no longer active; correct target in the policy"},
	"ClusterNotFoundException":  {capacity.ErrNoSuchTarget, "there is no such cluster; correct target in the policy"},
	"ResourceNotFound":          {capacity.ErrNoSuchTarget, "there is nothing of that name; correct target in the policy"},

	"ValidationError":           {capacity.ErrOutOfBounds, "it cannot be so; look at its limits, and at min and max in the policy"},
	"ValidationException":       {capacity.ErrOutOfBounds, "it cannot be so; look at its limits, and at min and max in the policy"},
	"InvalidParameterException": {capacity.ErrOutOfBounds, "it cannot be so; look at its limits, and at min and max in the policy"},
	"ClientException":           {capacity.ErrOutOfBounds, "it cannot be so; look at its limits, and at min and max in the policy"},

	"FailedResourceAccessException": {capacity.ErrAccess, "the service-linked role of Application Auto Scaling may not reach it; repair the role"},
	"AuthorizationError":            {capacity.ErrAccess, "the credentials may not do this; give them the policy in deploy/"},
	"AccessDenied":                  {capacity.ErrAccess, "the credentials may not do this; give them the policy in deploy/"},
	"AccessDeniedException":         {capacity.ErrAccess, "the credentials may not do this; give them the policy in deploy/"},
	"UnauthorizedOperation":         {capacity.ErrAccess, "the credentials may not do this; give them the policy in deploy/"},
	"ExpiredToken":                  {capacity.ErrAccess, "the session has expired; sign in again"},
	"ExpiredTokenException":         {capacity.ErrAccess, "the session has expired; sign in again"},
	"UnrecognizedClientException":   {capacity.ErrAccess, "the access key is not known there; check AWS_ACCESS_KEY_ID or AWS_PROFILE"},
	"InvalidClientTokenId":          {capacity.ErrAccess, "the access key is not known there; check AWS_ACCESS_KEY_ID or AWS_PROFILE"},
	"SignatureDoesNotMatch":         {capacity.ErrAccess, "the secret key is not the access key's, or this machine's clock is wrong; check both"},
}

// Explain puts an error of a call that reads or changes a target into the
// words of capacity: what was done to which target, what AWS said, and what to
// do.
func (c Control) Explain(verb string, target capacity.TargetName, err error) error {
	doing := fmt.Sprintf("%s %s at %s", verb, target, c.Where)
	var api smithy.APIError
	if errors.As(err, &api) {
		m, known := orders[api.ErrorCode()]
		if !known {
			return fmt.Errorf("%s: %w", doing, err)
		}
		return fmt.Errorf("%s: %s (%s: %s): %w", doing, m.remedy, api.ErrorCode(), api.ErrorMessage(), m.is)
	}
	var send *smithyhttp.RequestSendError
	if errors.As(err, &send) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: no answer; check the endpoint and the network: %w", doing, send.Err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
