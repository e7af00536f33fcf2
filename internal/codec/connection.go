package codec

import (
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// Seal makes a connection seal what it sends and open what it gets, messages
// and stack traces of failures included. Without keys nothing is sealed, and what
// others sealed is an [ErrSealed] that says how to get at it.
func (k Keys) Seal(options *client.Options) {
	inner := options.DataConverter
	if inner == nil {
		inner = converter.GetDefaultDataConverter()
	}
	options.DataConverter = converter.NewCodecDataConverter(inner, Codec{Keys: k})
	options.FailureConverter = temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: options.DataConverter, EncodeCommonAttributes: !k.None(),
	})
}
