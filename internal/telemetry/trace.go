package telemetry

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"
)

// serviceName is what spans are from, unless the environment says otherwise.
var serviceName = attribute.String("service.name", "headroom-worker")

// flushLimit is how long the last spans may take to be sent.
const flushLimit = 5 * time.Second

// Trace makes a connection send a span for each run and each activity, to where
// the OTEL_* variables say. Call flush at the end.
func Trace(ctx context.Context, options *client.Options) (flush func(), err error) {
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("send spans: %w: check OTEL_EXPORTER_OTLP_ENDPOINT", err)
	}
	// What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say comes last, so it
	// wins.
	from, err := resource.New(ctx, resource.WithAttributes(serviceName), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("say where spans are from: %w: check OTEL_RESOURCE_ATTRIBUTES", err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(from))
	spans, err := opentelemetry.NewTracingInterceptor(opentelemetry.TracerOptions{Tracer: provider.Tracer("headroom")})
	if err != nil {
		return nil, fmt.Errorf("make spans of runs: %w", err)
	}
	options.Interceptors = append(options.Interceptors, spans)
	return func() {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushLimit)
		defer cancel()
		_ = provider.Shutdown(within) // spans that cannot be sent are reported by OpenTelemetry itself
	}, nil
}
