package workflows

import (
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// StageKey is the search attribute that says where a run is.
var StageKey = temporal.NewSearchAttributeKeyKeyword("HeadroomStage")

// The other search attributes by which runs are found in the Temporal UI.
var (
	serviceKey = temporal.NewSearchAttributeKeyKeyword("HeadroomService")
	modelKey   = temporal.NewSearchAttributeKeyKeyword("HeadroomModel")
	verdictKey = temporal.NewSearchAttributeKeyKeyword("HeadroomVerdict")
)

// stage says in the Temporal UI where a run is, and tells its story so far.
func stage(ctx workflow.Context, service, name, story string) error {
	workflow.SetCurrentDetails(ctx, story)
	return workflow.UpsertTypedSearchAttributes(ctx, serviceKey.ValueSet(service), StageKey.ValueSet(name))
}
