package temporal

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// startLimit bounds how long the server may take until it answers.
const startLimit = 60 * time.Second

// prepare waits until the server answers for the namespace, and then creates
// the search attributes that it lacks.
func prepare(ctx context.Context, s Settings) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	conn, err := grpc.NewClient(hostPort(s.IP, s.Port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("connect to the Temporal server on %s: %w", hostPort(s.IP, s.Port), err)
	}
	defer conn.Close()

	frontend := workflowservice.NewWorkflowServiceClient(conn)
	for {
		_, err := frontend.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: s.Namespace}, grpc.WaitForReady(true))
		if err == nil {
			return ensureAttributes(ctx, conn, s)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for namespace %q on %s: %w (last answer: %w)", s.Namespace, hostPort(s.IP, s.Port), ctx.Err(), err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
