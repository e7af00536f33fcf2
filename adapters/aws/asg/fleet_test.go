package asg_test

import (
	"fmt"
	"strings"
	"testing"

	"headroom/adapters/aws"
	"headroom/adapters/aws/asg"
	"headroom/capacity"
)

func TestFleet_Names(t *testing.T) {
	fleet := asg.Fleet{Settings: aws.Settings{AccessKey: "key", SecretKey: "secret"}}
	for name, want := range map[string]string{ // the type, or a part of the error
		"aws-asg://us-east-1/chat":                           "*asg.Target",
		"aws-asg://us-east-1/chat?mode=floor":                "*asg.Target",
		"aws-asg://ap-southeast-2/chat%20g5/blue?mode=exact": "*asg.Target",
		"aws-asg://us-east-1/chat?mode=schedule":             "*asg.Timetabled",
		"aws-asg://us-east-1/chat?mode=schedule&slots=125":   "*asg.Timetabled",
		"aws-asg://us-east-1/chat?mode=schedule&slots=126":   "from 1 to 125",
		"aws-asg://us-east-1/chat?mode=schedule&slots=0":     "from 1 to 125",
		"aws-asg://us-east-1/chat?slots=10":                  "slots is for mode=schedule",
		"aws-asg://us-east-1/chat?mode=desired":              "floor, exact or schedule",
		"aws-asg://us-east-1/chat?mode=floor&mode=exact":     "write it once",
		"aws-asg://us-east-1/chat?max=3":                     "mode and slots are known",
		"aws-asg://us-east-1/":                               "aws-asg://REGION/GROUP",
		"aws-asg://chat":                                     "aws-asg://REGION/GROUP",
		"aws-asg://US/chat":                                  "aws-asg://REGION/GROUP",
		"sim://chat":                                         "aws-asg://REGION/GROUP",
		"aws-asg://%zz/chat":                                 "aws-asg://REGION/GROUP",
	} {
		target, err := fleet.Target(t.Context(), capacity.TargetName(name))
		if strings.HasPrefix(want, "*") {
			if got := fmt.Sprintf("%T", target); err != nil || got != want {
				t.Errorf("%s: got %s, %v, want %s", name, got, err, want)
			}
			continue
		}
		wantError(t, err, capacity.ErrNoSuchTarget, name, want)
	}
}

// Only a timetabled target passes for one.
func TestFleet_Ports(t *testing.T) {
	w := newWorld(t, nil)
	if _, is := w.target("").(capacity.Timetabled); is {
		t.Error("a target in mode floor passes for a timetabled one")
	}
	target := w.timetabled("&slots=7")
	if got := target.Slots(); got != 7 {
		t.Errorf("got %d slots, want 7", got)
	}
	for _, is := range []bool{isA[capacity.Limited](target), isA[capacity.Inspected](target)} {
		if !is {
			t.Error("a timetabled target lacks a port that others have")
		}
	}
}

func isA[T any](x any) bool {
	_, is := x.(T)
	return is
}
