package capacity_test

import (
	"testing"

	"headroom/capacity"
)

func TestTargetName_Worker(t *testing.T) {
	for address, want := range map[capacity.TargetName]struct {
		worker string
		local  capacity.TargetName
	}{
		"kube://eu1@shop/hpa/web":                       {"eu1", "kube://shop/hpa/web"},
		"aws-asg://prod@eu-west-1/chat?mode=schedule":   {"prod", "aws-asg://eu-west-1/chat?mode=schedule"},
		"sim://eu1@chat?leadTime=4m":                    {"eu1", "sim://chat?leadTime=4m"},
		"command://eu1@/usr/local/bin/scale?arg=chat":   {"eu1", "command:///usr/local/bin/scale?arg=chat"},
		"aws-asg://eu-west-1/chat":                      {"", "aws-asg://eu-west-1/chat"},
		"aws-asg://eu-west-1/chat@home":                 {"", "aws-asg://eu-west-1/chat@home"},
		"command:///usr/local/bin/scale?arg=user@home":  {"", "command:///usr/local/bin/scale?arg=user@home"},
		"https://scaler.example.com?group=chat@eu1":     {"", "https://scaler.example.com?group=chat@eu1"},
		"no address@all":                                {"", "no address@all"},
		"https://eu1@scaler.example.com:8443/pool?a=@b": {"eu1", "https://scaler.example.com:8443/pool?a=@b"},
	} {
		if worker, local := address.Worker(); worker != want.worker || local != want.local {
			t.Errorf("%s: got %q and %s, want %q and %s", address, worker, local, want.worker, want.local)
		}
	}
}

func TestIsWorkerName(t *testing.T) {
	for name, want := range map[string]bool{"eu1": true, "prod-eu-west-1": true, "7": true, "": false, "EU1": false, "eu1:secret": false, "-eu1": false, "eu1-": false, "eu.1": false} {
		if got := capacity.IsWorkerName(name); got != want {
			t.Errorf("%q: got %t", name, got)
		}
	}
}
