package workflows

import (
	"go.temporal.io/sdk/workflow"

	"headroom/executor"
)

// ExecuteBy is [Execute] by other versions of the rules.
func ExecuteBy(versions executor.Versions) func(workflow.Context, executor.State) (executor.State, error) {
	return func(ctx workflow.Context, s executor.State) (executor.State, error) {
		return execute(ctx, s, versions)
	}
}
