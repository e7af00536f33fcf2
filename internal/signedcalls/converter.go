package signedcalls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"headroom/internal/proof"
)

// signatureKey names the signature in the metadata of a payload.
const signatureKey = "headroom-signature"

// errUnsigned says that a payload is not what a worker has signed for this purpose.
var errUnsigned = errors.New("no worker has signed it: somebody else has sent it, it was sent for something else, or the workers have different keys in HEADROOM_WORKER_KEY")

// A purpose is what a signature binds a payload to: the kind, and what it belongs to.
type purpose []string

// An outgoing value is encoded with a signature for its purpose.
type outgoing struct {
	value any
	purpose
}

// An incoming value is decoded only if it was signed for its purpose.
type incoming struct {
	pointer any
	purpose
}

// A dataConverter signs and verifies around the one of the connection, which encrypts: a
// signature covers the payload as Temporal keeps it.
type dataConverter struct {
	converter.DataConverter

	keys  proof.Keys
	check func(*commonpb.Payload) error // before a payload is decoded; nil: nothing is checked
}

// ToPayload encodes one value.
func (c dataConverter) ToPayload(value any) (*commonpb.Payload, error) {
	out, ok := value.(outgoing)
	if !ok {
		return c.DataConverter.ToPayload(value)
	}
	p, err := c.DataConverter.ToPayload(out.value)
	if err != nil {
		return nil, err
	}
	data, err := covered(p)
	if err != nil {
		return nil, err
	}
	if p.Metadata == nil {
		p.Metadata = map[string][]byte{}
	}
	p.Metadata[signatureKey], err = c.keys.Tag(out.purpose, data)
	return p, err
}

// ToPayloads encodes several values, each with its own signature.
func (c dataConverter) ToPayloads(values ...any) (*commonpb.Payloads, error) {
	if len(values) == 0 {
		return nil, nil
	}
	all := &commonpb.Payloads{}
	for i, v := range values {
		p, err := c.ToPayload(v)
		if err != nil {
			return nil, fmt.Errorf("value %d: %w", i+1, err)
		}
		all.Payloads = append(all.Payloads, p)
	}
	return all, nil
}

// FromPayload decodes one value.
func (c dataConverter) FromPayload(p *commonpb.Payload, pointer any) error {
	pointer, err := c.verify(p, pointer)
	if err != nil {
		return err
	}
	return c.DataConverter.FromPayload(p, pointer)
}

// FromPayloads decodes several values.
func (c dataConverter) FromPayloads(all *commonpb.Payloads, pointers ...any) error {
	unwrapped := make([]any, len(pointers))
	copy(unwrapped, pointers)
	for i, p := range all.GetPayloads()[:min(len(pointers), len(all.GetPayloads()))] {
		var err error
		if unwrapped[i], err = c.verify(p, pointers[i]); err != nil {
			return err
		}
	}
	return c.DataConverter.FromPayloads(all, unwrapped...)
}

// verify returns where a payload is to be decoded to, if it may be.
func (c dataConverter) verify(p *commonpb.Payload, pointer any) (any, error) {
	if in, ok := pointer.(incoming); ok {
		return in.pointer, c.signed(p, in.purpose)
	}
	if c.check != nil {
		return pointer, c.check(p)
	}
	return pointer, nil
}

// signed returns errUnsigned if no worker has signed a payload for a purpose.
func (c dataConverter) signed(p *commonpb.Payload, belongs purpose) error {
	data, err := covered(p)
	if err != nil {
		return err
	}
	switch ok, err := c.keys.Tagged(p.GetMetadata()[signatureKey], belongs, data); {
	case err != nil:
		return err
	case !ok:
		return errUnsigned
	}
	return nil
}

// covered is what the signature of a payload covers: all of it.
func covered(p *commonpb.Payload) ([]byte, error) {
	metadata := map[string][]byte{}
	for key, value := range p.GetMetadata() {
		if key != signatureKey {
			metadata[key] = value
		}
	}
	data, err := json.Marshal(struct { // a map is encoded with sorted keys
		Metadata map[string][]byte
		Data     []byte
	}{metadata, p.GetData()})
	if err != nil {
		return nil, fmt.Errorf("encode what a signature covers: %w", err)
	}
	return data, nil
}

// WithContext implements [converter.ContextAware] for the input of an activity.
func (c dataConverter) WithContext(ctx context.Context) converter.DataConverter {
	if own, ok := ctx.Value(inputKey{}).(*input); ok && activity.IsActivity(ctx) {
		c.check = func(p *commonpb.Payload) error { return c.trace(own, p, inputOf(activity.GetInfo(ctx))) }
	}
	return c
}

// WithWorkflowContext implements [converter.ContextAware] for the results of activities,
// and for the input of a workflow.
func (c dataConverter) WithWorkflowContext(ctx workflow.Context) converter.DataConverter {
	if call, ok := ctx.Value(callKey{}).(purpose); ok {
		c.check = func(p *commonpb.Payload) error { return c.signed(p, call) }
	} else if own, ok := ctx.Value(inputKey{}).(*input); ok {
		c.check = func(p *commonpb.Payload) error { return c.trace(own, p, origins(workflow.GetInfo(ctx))...) }
	}
	return c
}

// trace notes where an input comes from, if a worker has signed it.
func (c dataConverter) trace(own *input, p *commonpb.Payload, purposes ...purpose) error {
	if own.begun || p.GetMetadata()[signatureKey] == nil {
		return nil
	}
	for _, from := range purposes {
		switch err := c.signed(p, from); {
		case err == nil:
			own.origin = from[0]
		case !errors.Is(err, errUnsigned):
			return err
		}
	}
	return nil
}
