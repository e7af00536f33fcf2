package temporal

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"google.golang.org/grpc"
)

// ensureAttributes creates the search attributes that the namespace lacks. A
// new file gets them with its namespace; a file from an earlier run may not
// have all of them, and a workflow that sets a missing one would hang.
func ensureAttributes(ctx context.Context, conn grpc.ClientConnInterface, s Settings) error {
	if len(s.Attributes) == 0 {
		return nil
	}
	operator := operatorservice.NewOperatorServiceClient(conn)
	have, err := operator.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: s.Namespace})
	if err != nil {
		return fmt.Errorf("list the search attributes of namespace %q: %w", s.Namespace, err)
	}
	missing := map[string]enumspb.IndexedValueType{}
	for name, want := range s.Attributes {
		got, ok := have.GetCustomAttributes()[name]
		switch {
		case !ok:
			missing[name] = want
		case got != want:
			return fmt.Errorf("search attribute %q of namespace %q is %s, not %s: use another name or another file", name, s.Namespace, got, want)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err = operator.AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
		Namespace:        s.Namespace,
		SearchAttributes: missing,
	})
	if err != nil {
		return fmt.Errorf("add search attributes to namespace %q: %w", s.Namespace, err)
	}
	// Each part of the server learns of them at its next refresh.
	select {
	case <-time.After(namespaceRefresh + 250*time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
