package workflows

import (
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The search attributes by which runs are found in the Temporal UI.
var (
	serviceKey = temporal.NewSearchAttributeKeyKeyword("HeadroomService")
	stageKey   = temporal.NewSearchAttributeKeyKeyword("HeadroomStage")
	modelKey   = temporal.NewSearchAttributeKeyKeyword("HeadroomModel")
	verdictKey = temporal.NewSearchAttributeKeyKeyword("HeadroomVerdict")
)

// stage says in the Temporal UI where a run is, and tells its story so far.
func stage(ctx workflow.Context, service, name, story string) error {
	workflow.SetCurrentDetails(ctx, story)
	return workflow.UpsertTypedSearchAttributes(ctx, serviceKey.ValueSet(service), stageKey.ValueSet(name))
}
