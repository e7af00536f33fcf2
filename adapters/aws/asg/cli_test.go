package asg_test

import (
	"os/exec"
	"regexp"
	"testing"

	"headroom/adapters/aws/awstest"
)

// TestCLI: the aws command line, whose parsers come from AWS's own models, is
// understood by the emulator and understands it.
func TestCLI(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the aws command line, which takes seconds; run without -short")
	}
	path, err := exec.LookPath("aws")
	if err != nil {
		t.Skipf("the aws command line is not there: %v", err)
	}
	w := newWorld(t, func(g *awstest.Group) { g.Suspended = []string{"AZRebalance"} })
	address := bare(t, w.service)
	aws := func(arguments ...string) string {
		t.Helper()
		command := exec.CommandContext(t.Context(), path, append([]string{
			"autoscaling", "--endpoint-url", address, "--region", "us-east-1", "--output", "text",
		}, arguments...)...)
		command.Env = append(command.Environ(), "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret", "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=", "AWS_MAX_ATTEMPTS=1")
		out, err := command.CombinedOutput()
		if err != nil {
			return "failed: " + string(out)
		}
		return string(out)
	}
	for _, c := range []struct {
		arguments []string
		want      string // a pattern
	}{
		{[]string{"update-auto-scaling-group", "--auto-scaling-group-name", "chat", "--min-size", "5"}, `^$`},
		{
			[]string{
				"describe-auto-scaling-groups", "--query",
				"AutoScalingGroups[].[MinSize,DesiredCapacity,MaxSize,length(Instances),SuspendedProcesses[0].ProcessName]",
			},
			`^5\s+5\s+20\s+5\s+AZRebalance\s*$`,
		},
		{[]string{"update-auto-scaling-group", "--auto-scaling-group-name", "chat", "--min-size", "21"}, `ValidationError.*Max bound, 20`},
		{
			[]string{
				"batch-put-scheduled-update-group-action", "--auto-scaling-group-name", "chat", "--scheduled-update-group-actions",
				"ScheduledActionName=a,StartTime=2026-11-24T09:00:00Z,MinSize=3", "ScheduledActionName=b,StartTime=2026-11-24T09:00:00Z,MinSize=4",
				"--query", "FailedScheduledUpdateGroupActions[].[ScheduledActionName,ErrorCode]",
			},
			`^b\s+AlreadyExists\s*$`,
		},
		{[]string{"describe-scheduled-actions", "--query", "ScheduledUpdateGroupActions[].[ScheduledActionName,MinSize,StartTime]"}, `^a\s+3\s+2026-11-24T09:00:00`},
		{[]string{"describe-scaling-activities", "--auto-scaling-group-name", "chat", "--query", "length(Activities)"}, `^3\s*$`},
	} {
		if got := aws(c.arguments...); !regexp.MustCompile(c.want).MatchString(got) {
			t.Errorf("%v: got %q, want %s", c.arguments, got, c.want)
		}
	}
}
