package proof

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// tagLabel keeps a tag from being the signature of a request, and the other way round.
const tagLabel = "headroom tag v1"

// Tag is the HMAC-SHA256 of data for a purpose, which is a list of texts. Without a key it
// is nil.
func (k Keys) Tag(purpose []string, data []byte) ([]byte, error) {
	if k.None() {
		return nil, nil
	}
	return tag(k.all[0], purpose, data)
}

// Tagged reports whether one of the keys has made the tag for this purpose and data.
func (k Keys) Tagged(made []byte, purpose []string, data []byte) (bool, error) {
	for _, key := range k.all {
		is, err := tag(key, purpose, data)
		if err != nil {
			return false, err
		}
		if hmac.Equal(is, made) {
			return true, nil
		}
	}
	return false, nil
}

func tag(key []byte, purpose []string, data []byte) ([]byte, error) {
	covered, err := json.Marshal(append([]string{tagLabel}, purpose...))
	if err != nil {
		return nil, fmt.Errorf("encode what a tag is for: %w", err)
	}
	sum := sha256.Sum256(data)
	mac := hmac.New(sha256.New, key)
	mac.Write(covered) // ends with a bracket that is no part of a text: what follows is the hash alone
	mac.Write(sum[:])
	return mac.Sum(nil), nil
}
