package capacity

import (
	"fmt"
	"time"
)

// Where artefacts are in a [Store]. docs/storage.md has the table: what is written by
// whom, and for how long it is kept. What points to something in force is below
// "services/" and other prefixes that nothing may clear.

// HistoryKey is where a table of load history is, by the day in UTC on which it was
// stored and the hash of its content: a key that is old is never put again.
func HistoryKey(service string, day time.Time, sha256 string) string {
	return "history/" + service + "/" + day.UTC().Format(time.DateOnly) + "/" + sha256 + ".parquet"
}

// BacktestKey is where a candidate's backtest is.
func BacktestKey(service, version, model string) string {
	return "models/" + service + "/" + version + "/backtest-" + model + ".json"
}

// BoardKey is where the leaderboard of a retraining is.
func BoardKey(service, version string) string {
	return "models/" + service + "/" + version + "/board.json"
}

// PromotionKey is where it says whether what a retraining chose took the place
// of the champion whose trained model has that hash, or none, and why.
func PromotionKey(service, version, champion string) string {
	if champion == "" {
		champion = "none"
	}
	return "models/" + service + "/" + version + "/promotion-" + champion + ".json"
}

// ModelKey is where a trained model is.
func ModelKey(service, version, model string) string {
	return "models/" + service + "/" + version + "/" + model + ".model.json"
}

// PolicyKey is where a policy of a service is, by the hash of its content.
func PolicyKey(service, sha256 string) string {
	return "policies/" + service + "/" + sha256 + ".json"
}

// CurrentPolicyKey is where it says which policy of a service is in force.
func CurrentPolicyKey(service string) string {
	return "services/" + service + "/policy.json"
}

// ChampionKey is where it says which model forecasts for the service.
func ChampionKey(service string) string {
	return "services/" + service + "/champion.json"
}

// ForecastKey is where a forecast is, by the day in UTC on which it was stored and the
// hash of its content.
func ForecastKey(service string, day time.Time, sha256 string) string {
	return "forecasts/" + service + "/" + day.UTC().Format(time.DateOnly) + "/" + sha256 + ".json"
}

// PlanKey is where a plan's parts are: "plan.json",
// "outcomes.json", "report.html".
func PlanKey(service, plan, part string) string {
	return "plans/" + service + "/" + plan + "/" + part
}

// DecisionKey is where it says what a person decided on a plan.
func DecisionKey(service, plan string) string {
	return PlanKey(service, plan, "decision.json")
}

// ShareKey is where it says how many units of shared quotas the service may run.
func ShareKey(service string) string {
	return "services/" + service + "/share.json"
}

// OrdersKey is where the standing orders of a service are: they outlive the runs that
// carry out its plans.
func OrdersKey(service string) string {
	return "orders/" + service + ".json"
}

// StopAllKey is where anything that is stored stops all changes of all services, and
// StopKey those of one. What is stored there says why.
const StopAllKey = "stop/all"

// StopKey is where anything that is stored stops all changes of a service.
func StopKey(service string) string {
	return "stop/services/" + service
}

// LiveOffAllKey is where anything that is stored switches the controller of all services
// off, so that their plans decide.
const LiveOffAllKey = "live-off/all"

// LiveOffKey is where anything that is stored switches the controller of a service off.
func LiveOffKey(service string) string {
	return "live-off/services/" + service
}

// TargetKey is where it says which service a target belongs to.
func TargetKey(t TargetName) string {
	return "targets/" + RefTo("", []byte(t.Identity())).SHA256 + ".json"
}

// LimitKey is where it says which events have raised the upper limit of a target.
func LimitKey(t TargetName) string {
	return "limits/" + RefTo("", []byte(t.Identity())).SHA256 + ".json"
}

// OwnTargetsKey is where it says which targets belong to a service.
func OwnTargetsKey(service string) string {
	return "services/" + service + "/targets.json"
}

// LeadTimesKey is where it says how long past raises of the service took.
func LeadTimesKey(service string) string {
	return "services/" + service + "/leadtimes.json"
}

// UnitRatesKey is where it says which unit rates were last learnt for the service.
func UnitRatesKey(service string) string {
	return "services/" + service + "/unitrates.json"
}

// EventKey is where it says what the preparation of an event has raised and ordered,
// until all of it is taken back.
func EventKey(service, event string) string {
	return "events/" + service + "/" + event + ".json"
}

// DayKey is where the day book of a service is for a day in UTC: what its targets
// ran when plans were made, and which plans were carried out.
func DayKey(service string, day time.Time) string {
	return "days/" + service + "/" + day.UTC().Format(time.DateOnly) + ".json"
}

// RegretKey is where it says what a service's capacity came to in a window, by
// the window's name, such as 2026-W11.
func RegretKey(service, window string) string {
	return "regret/" + service + "/" + window + ".json"
}

// FleetListKey is where the policies of a fleet are, by the hash of its content.
func FleetListKey(sha256 string) string {
	return "lists/" + sha256 + ".json"
}

// FleetKey is where a part of a run over a fleet is: its chunks of services, what
// came of them, and "summary.json".
func FleetKey(kind, run, part string) string {
	return "fleets/" + kind + "/" + run + "/" + part
}

// PruneKey is where it says what a run of pruning removed.
func PruneKey(run string) string {
	return "prunes/" + run + ".json"
}

// DamagedKey is where the bytes of a damaged object are kept.
func DamagedKey(key string, data []byte) string {
	return fmt.Sprintf("%s.damaged-%.8s", key, RefTo("", data).SHA256)
}

// CurrentPlanKey is where it says which plan was made last.
func CurrentPlanKey(service string) string {
	return "services/" + service + "/current.json"
}

// UsedTokenKey is where it is noted that a sealed token, named by the hash of its text, came
// with a request.
func UsedTokenKey(hash string) string { return "tokens/" + hash }
