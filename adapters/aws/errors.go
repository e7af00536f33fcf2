package aws

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"headroom/capacity"
)

// A meaning is what a code of S3 says to the caller.
type meaning struct {
	is     error
	remedy string
}

// meanings are the codes that somebody can do something about. Of the others,
// such as SlowDown and InternalError, trying again is the remedy.
var meanings = map[string]meaning{
	"NoSuchBucket": {capacity.ErrNotFound, "there is no such bucket; create it, or correct its name"},
	"NoSuchKey":    {capacity.ErrNotFound, "there is no such object"},
	"NotFound":     {capacity.ErrNotFound, "there is no such bucket or object"},

	"AccessDenied": {capacity.ErrAccess, "the credentials may not do this; allow s3:ListBucket on the bucket and s3:GetObject (and s3:PutObject, to store) on its objects"},
	"Forbidden":    {capacity.ErrAccess, "the credentials may not do this; allow s3:ListBucket on the bucket and s3:GetObject (and s3:PutObject, to store) on its objects"},

	"Refused": {capacity.ErrAccess, "the server refuses it; see what it says"},

	"InvalidAccessKeyId":    {capacity.ErrAccess, "the access key is not known there; check AWS_ACCESS_KEY_ID or AWS_PROFILE"},
	"XAdminUserNotFound":    {capacity.ErrAccess, "the access key is not known there; check AWS_ACCESS_KEY_ID or AWS_PROFILE"},
	"SignatureDoesNotMatch": {capacity.ErrAccess, "the secret key is not the access key's; check AWS_SECRET_ACCESS_KEY or AWS_PROFILE"},
	"ExpiredToken":          {capacity.ErrAccess, "the session has expired; sign in again"},
	"InvalidToken":          {capacity.ErrAccess, "the session token is not valid; sign in again"},
	"RequestTimeTooSkewed":  {capacity.ErrAccess, "this machine's clock is wrong; set it"},

	"PermanentRedirect":            {capacity.ErrNotFound, "the bucket is in another region; set AWS_REGION to the bucket's"},
	"MovedPermanently":             {capacity.ErrNotFound, "the bucket is in another region; set AWS_REGION to the bucket's"},
	"AuthorizationHeaderMalformed": {capacity.ErrNotFound, "the bucket is in another region; set AWS_REGION to the bucket's"},
	"IllegalLocationConstraintException": {
		capacity.ErrNotFound, "the bucket cannot be in that region; set AWS_REGION to the bucket's",
	},

	"BucketAlreadyExists":        {capacity.ErrConflict, "the bucket belongs to another account; choose another name"},
	"PreconditionFailed":         {capacity.ErrConflict, "somebody else wrote it meanwhile"},
	"ConditionalRequestConflict": {capacity.ErrConflict, "somebody else is writing it"},

	"InvalidBucketName": {capacity.ErrBadPolicy, "that is no name of a bucket; correct it"},
}

// explain puts an error of a call into the words of capacity: what was done to
// what, what the server said, and what to do.
func (c *Client) explain(verb, subject string, err error) error {
	doing := fmt.Sprintf("%s %s at %s", verb, subject, c.where)
	var api smithy.APIError
	if errors.As(err, &api) {
		m, known := meanings[code(api, err)]
		if better := special(api, err); better != nil {
			m, known = *better, true
		}
		if !known {
			return fmt.Errorf("%s: %w", doing, err)
		}
		said := api.ErrorCode()
		if text := api.ErrorMessage(); text != "" {
			said += ": " + text
		}
		return fmt.Errorf("%s: %s (%s): %w", doing, m.remedy, said, m.is)
	}
	var send *smithyhttp.RequestSendError
	if errors.As(err, &send) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: no answer; check that the server runs, the endpoint and the network: %w", doing, send.Err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// code is the error's code. An answer without a body, to a HEAD request, has
// only a status.
func code(api smithy.APIError, err error) string {
	if _, known := meanings[api.ErrorCode()]; known {
		return api.ErrorCode()
	}
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		switch response.HTTPStatusCode() {
		case 301, 307:
			return "PermanentRedirect"
		case 403:
			if api.ErrorMessage() != "" {
				return "Refused" // the message says why, and the permissions may be right
			}
			return "AccessDenied"
		case 404:
			return "NotFound"
		case 412:
			return "PreconditionFailed"
		}
	}
	return api.ErrorCode()
}
