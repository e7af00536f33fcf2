package aws_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"headroom/adapters/aws"
	"headroom/capacity"
)

// What each code of a service that changes capacity means to a conductor, by the
// services' API references. A code that is not known may pass.
var codes = []struct {
	is    error
	codes string
}{
	{capacity.ErrTargetBusy, "Throttling ThrottlingException RequestLimitExceeded TooManyRequestsException ScalingActivityInProgress ScalingActivityInProgressFault " +
		"ResourceContention ResourceContentionFault ConcurrentUpdateException ResourceInUseException ResourceInUse"},
	{capacity.ErrQuota, "LimitExceeded LimitExceededFault LimitExceededException ResourceLimitExceeded"},
	{capacity.ErrConflict, "AlreadyExists"},
	{capacity.ErrNoCapacity, "InsufficientInstanceCapacity"},
	{capacity.ErrNoSuchTarget, "ObjectNotFoundException ServiceNotFoundException ServiceNotActiveException ClusterNotFoundException ResourceNotFound"},
	{capacity.ErrOutOfBounds, "ValidationError ValidationException InvalidParameterException ClientException"},
	{capacity.ErrAccess, "FailedResourceAccessException AccessDenied AccessDeniedException UnauthorizedOperation ExpiredToken ExpiredTokenException " +
		"UnrecognizedClientException InvalidClientTokenId SignatureDoesNotMatch"},
	{nil, "InternalFailure InternalServiceException ServiceUnavailable"},
}

// Each code becomes the sentinel of its class and no other, in a sentence that
// names the operation, the target, what AWS said and the remedy.
func TestControl_Explain(t *testing.T) {
	control := aws.Control{Where: "AWS in eu-west-1"}
	for _, class := range codes {
		for code := range strings.FieldsSeq(class.codes) {
			err := control.Explain("ask for 7 units of", "aws-asg://eu-west-1/chat", &smithy.GenericAPIError{Code: code, Message: "as AWS says"})
			for _, other := range codes {
				if other.is != nil && errors.Is(err, other.is) != (other.is == class.is) { //nolint:errorlint // the table holds the sentinels themselves
					t.Errorf("%s is %v: got %t in %q", code, other.is, errors.Is(err, other.is), err)
				}
			}
			for _, part := range []string{"ask for 7 units of aws-asg://eu-west-1/chat at AWS in eu-west-1: ", code, "as AWS says"} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%s: %q does not say %q", code, err, part)
				}
			}
			if remedy, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "ask for 7 units of aws-asg://eu-west-1/chat at AWS in eu-west-1: "), " ("); class.is != nil && !strings.Contains(remedy, ";") {
				t.Errorf("%s: %q says no remedy", code, err)
			}
		}
	}
}
