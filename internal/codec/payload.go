package codec

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// How a sealed payload says what it is.
const (
	encoding = "binary/encrypted" // in converter.MetadataEncoding, by Temporal's convention
	keyName  = "headroom-key"     // which key opens it
)

// ErrSealed says that a payload cannot be opened.
var ErrSealed = errors.New("sealed payload")

// ErrClear says that a payload is not sealed, and has to be.
var ErrClear = errors.New("payload in clear")

// Codec seals payloads with AES-256-GCM and a nonce drawn for each. The name of
// the key is authenticated with the content.
type Codec struct {
	Keys Keys
	// Strict refuses to open what is not sealed.
	Strict bool
}

var _ converter.PayloadCodec = Codec{}

// Encode seals payloads with the first key. What is sealed already stays as it
// is, and so does everything if there is no key.
func (c Codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		if sealed(p) || c.Keys.None() {
			out[i] = p
			continue
		}
		clear, err := proto.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("seal a payload: %w", err)
		}
		name := c.Keys.first
		out[i] = &commonpb.Payload{
			Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding), keyName: []byte(name)},
			// The nonce is drawn by the sealer and stands first.
			Data: c.Keys.all[name].Seal(nil, nil, clear, []byte(name)),
		}
	}
	return out, nil
}

// Decode opens payloads. What was never sealed stays as it is, or is an [ErrClear] where
// the codec is strict. Any other error is an [ErrSealed]; it names the key that is missing.
func (c Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		if !sealed(p) && c.Strict {
			return nil, fmt.Errorf("the workers take only what is encrypted with one of their keys (%s): set HEADROOM_CODEC_KEY_FILE or HEADROOM_CODEC_KEYS where it was sent: %w", c.Keys.names(), ErrClear)
		}
		if !sealed(p) {
			out[i] = p
			continue
		}
		name := string(p.GetMetadata()[keyName])
		opener, known := c.Keys.all[name]
		if !known {
			return nil, fmt.Errorf("open a payload: key %q is not among this process's keys (%s): add it to HEADROOM_CODEC_KEY_FILE: %w", name, c.Keys.names(), ErrSealed)
		}
		clear, err := opener.Open(nil, nil, p.GetData(), []byte(name))
		if err != nil {
			return nil, fmt.Errorf("open a payload: it was changed, or another key is called %q: %w", name, ErrSealed)
		}
		out[i] = &commonpb.Payload{}
		if err := proto.Unmarshal(clear, out[i]); err != nil {
			return nil, fmt.Errorf("open a payload: %w: %w", err, ErrSealed)
		}
	}
	return out, nil
}

func sealed(p *commonpb.Payload) bool {
	return string(p.GetMetadata()[converter.MetadataEncoding]) == encoding
}

// names are those of the keys, for people.
func (k Keys) names() string {
	if k.None() {
		return "there are none"
	}
	return strings.Join(slices.Sorted(maps.Keys(k.all)), ", ")
}
