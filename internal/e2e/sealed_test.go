package e2e_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	querypb "go.temporal.io/api/query/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/protobuf/reflect/protoreflect"

	"headroom/capacity"
	"headroom/internal/codec"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// TestSealed searches the file in which Temporal keeps everything for what the
// policy, the load and the keys hold. It looks into one without keys as well:
// what is not found there proves nothing.
func TestSealed(t *testing.T) {
	for _, name := range []string{"in clear", "sealed"} {
		t.Run(name, func(t *testing.T) {
			needServers(t)
			keys := ""
			if name == "sealed" {
				keys = codec.NewKey(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
			}
			s := newSealedSite(t, keys)
			s.startWorker(t, devstack.Bucket)
			numbers := s.live(t)
			file := s.database(t)
			for _, planted := range []string{
				`"Service":"quokka"`, "s3://load-history/chat/", "sim://wombat", // the policy
				"history/quokka/", "plans/quokka/", // where artefacts are
				"retrains the models of quokka",        // a summary
				"dingo",                                // the message of a failure
				"12.3456789", "987.6543", "Asia/Tokyo", // more of the policy
			} {
				if found := bytes.Contains(file, []byte(planted)); found != (keys == "") {
					t.Errorf("%q is there in clear: %t", planted, found)
				}
			}
			found := 0
			for _, number := range numbers {
				if bytes.Contains(file, []byte(number)) {
					found++
				}
			}
			t.Logf("%d of %d numbers of payloads, forecast and load among them, are in the %d kB of the file", found, len(numbers), len(file)/1000)
			if len(numbers) < 50 || (keys == "" && found < len(numbers)*9/10) || (keys != "" && found > 0) {
				t.Errorf("%d of %d numbers of payloads are there in clear", found, len(numbers))
			}
			if keys == "" {
				return
			}
			// The name of the service is where Temporal itself must read it: in
			// workflow IDs and in a search attribute.
			bare := readable.ReplaceAll(file, nil)
			if at := bytes.Index(bare, []byte("quokka")); at >= 0 {
				t.Errorf("the name of the service is there as %q", bare[max(0, at-30):min(len(bare), at+30)])
			}
			if form := s.details(t); form != "binary/encrypted" {
				t.Errorf("current details cross the server as %s", form)
			}
			_, secret, _ := strings.Cut(keys, ":")
			raw, err := base64.StdEncoding.DecodeString(secret)
			if err != nil {
				t.Fatal(err)
			}
			for _, form := range [][]byte{raw, []byte(secret), []byte(hex.EncodeToString(raw))} {
				if bytes.Contains(file, form) {
					t.Error("the key is there")
				}
			}
		})
	}
}

// readable are the forms in which a service is named in clear: in a workflow ID,
// as a search attribute of a run, and in the row by which runs are searched for.
var readable = regexp.MustCompile(`(retrain|plan|execute)/quokka|"HeadroomService":\s*"quokka"|"quokka"|-[0-9a-f]{12}quokka`)

// live lets a service with planted values be retrained, planned and scaled, and
// a run of it fail, and returns the numbers that its payloads hold.
func (s *site) live(t *testing.T) (numbers []string) {
	t.Helper()
	s.policy.Service = "quokka"
	s.small("sim://wombat?leadTime=8m&units=60", 4*time.Hour)
	s.policy.Pools[0].UnitRate, s.policy.Pools[0].Price = 12.3456789, 987.6543
	s.policy.Demand.Timezone = "Asia/Tokyo"
	clock := capacity.Replay(s.origin, 50_000)
	retrained := s.startSummed(t, workflows.RetrainID("quokka"), "retrains the models of quokka", workflows.Retrain, workflows.RetrainInput{Service: s.forced(t, s.policy), Clock: clock})
	if err := retrained.Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.start(t, workflows.PlanID("quokka"), workflows.Plan, workflows.PlanInput{Service: s.forced(t, s.policy), Clock: clock}).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	s.over(t, "quokka")
	nowhere := s.policy
	nowhere.Demand.Source = "s3://load-history/dingo/"
	err := s.start(t, "retrain/nowhere", workflows.Retrain, workflows.RetrainInput{Service: s.forced(t, nowhere), Clock: clock}).Get(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "dingo") {
		t.Fatalf("got %v, want a failure that tells the source", err)
	}
	for _, id := range []string{workflows.RetrainID("quokka"), workflows.PlanID("quokka"), workflows.ExecuteID("quokka")} {
		numbers = append(numbers, s.numbers(t, id)...)
	}
	return numbers
}

// details is the encoding in which the Web UI gets current details of a run.
func (s *site) details(t *testing.T) string {
	t.Helper()
	answer, err := s.temporal.WorkflowService().QueryWorkflow(t.Context(), &workflowservice.QueryWorkflowRequest{
		Namespace: "default", Execution: &commonpb.WorkflowExecution{WorkflowId: workflows.PlanID("quokka")},
		Query: &querypb.WorkflowQuery{QueryType: "__temporal_workflow_metadata"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(answer.GetQueryResult().GetPayloads()[0].GetMetadata()["encoding"])
}

// figure is a number of JSON that is too long to be met by chance.
var figure = regexp.MustCompile(`[:\[,]([0-9]+\.[0-9]{6,})`)

// numbers are those in the payloads of a run, opened.
func (s *site) numbers(t *testing.T, id string) (all []string) {
	t.Helper()
	var keys codec.Keys
	if len(s.env) > 0 {
		var err error
		if keys, err = codec.ParseKeys(strings.TrimPrefix(s.env[0], "HEADROOM_CODEC_KEYS=")); err != nil {
			t.Fatal(err)
		}
	}
	events := s.temporal.GetWorkflowHistory(t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		opened, err := codec.Codec{Keys: keys}.Decode(payloads(event.ProtoReflect()))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range opened {
			for _, match := range figure.FindAllSubmatch(p.GetData(), -1) {
				all = append(all, string(match[1]))
			}
		}
	}
	return all
}

// payloads are those anywhere in a message.
func payloads(m protoreflect.Message) (all []*commonpb.Payload) {
	if p, ok := m.Interface().(*commonpb.Payload); ok {
		return []*commonpb.Payload{p}
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil || f.IsMap():
		case f.IsList():
			for i := range v.List().Len() {
				all = append(all, payloads(v.List().Get(i).Message())...)
			}
		default:
			all = append(all, payloads(v.Message())...)
		}
		return true
	})
	return all
}

// database is the file of the Temporal server, and what is not yet merged into
// it.
func (s *site) database(t *testing.T) (all []byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.stack.Data, "temporal-*.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found no database in %s: %v", s.stack.Data, err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	return all
}
