package codec

import (
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// Seal makes a connection seal what it sends and open what it gets, messages
// and stack traces of failures included. Without keys nothing is sealed, and what
// others sealed is an [ErrSealed] that says how to get at it.
func (k Keys) Seal(options *client.Options) { k.seal(options, false) }

// SealWorker is Seal for a worker: with keys, what others sent in clear is an
// [ErrClear], so that who has no key can start nothing and order nothing.
func (k Keys) SealWorker(options *client.Options) { k.seal(options, true) }

func (k Keys) seal(options *client.Options, strict bool) {
	inner := options.DataConverter
	if inner == nil {
		inner = converter.GetDefaultDataConverter()
	}
	options.DataConverter = converter.NewCodecDataConverter(inner, Codec{Keys: k, Strict: strict && !k.None()})
	options.FailureConverter = temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: options.DataConverter, EncodeCommonAttributes: !k.None(),
	})
}
