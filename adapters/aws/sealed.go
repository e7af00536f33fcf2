package aws

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"headroom/capacity"
)

// archived reports whether objects of a storage class have to be restored before
// they can be read. The archive tiers of INTELLIGENT_TIERING are not in a
// listing: only the attempt to read tells.
func archived(class types.ObjectStorageClass) bool {
	return class == types.ObjectStorageClassGlacier || class == types.ObjectStorageClassDeepArchive
}

// keyPermission is a permission on a key of KMS, as messages name it.
var keyPermission = regexp.MustCompile(`(?:^|\s)(kms:[A-Z]\w+)`)

// special are meanings that take more than the code: nil if err has none.
func special(api smithy.APIError, err error) *meaning {
	var state *types.InvalidObjectState
	text := api.ErrorMessage()
	switch {
	case errors.As(err, &state):
		tier := strings.Trim(string(state.StorageClass)+", "+string(state.AccessTier), ", ")
		tier = cmp.Or(tier, "its storage class cannot be read")
		return &meaning{capacity.ErrBadData, fmt.Sprintf("the object is archived (%s): restore it, or shorten demand.window", tier)}
	case keyPermission.MatchString(text):
		return &meaning{capacity.ErrAccess, fmt.Sprintf("the credentials may not use the key that the object is encrypted with; allow %s on it, in their policy and in the key's", keyPermission.FindStringSubmatch(text)[1])}
	case strings.HasPrefix(api.ErrorCode(), "KMS."):
		return &meaning{capacity.ErrAccess, "the key that the object is encrypted with cannot be used; enable it, or cancel its deletion"}
	case strings.Contains(text, "Server Side Encryption"):
		return &meaning{capacity.ErrBadData, "the object is encrypted with a key of its owner's (SSE-C), which is not supported; copy it with SSE-S3 or SSE-KMS"}
	}
	return nil
}
