package bounds_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"headroom/capacity"
	"headroom/internal/bounds"
)

// of are the bounds of an environment.
func of(t *testing.T, environment map[string]string) bounds.Bounds {
	t.Helper()
	b, err := bounds.FromEnvironment(func(name string) (string, bool) { v, ok := environment[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestList_Allows: which entry allows which address, and which does so for a host that is
// the machine itself.
func TestList_Allows(t *testing.T) {
	const unset = ""
	for _, test := range []struct {
		list, entries, address string
		allowed, named         bool
	}{
		{"SOURCES", unset, "s3://load-history/chat/", true, false},
		{"SOURCES", unset, "prometheus+https://metrics.example.com/", true, false},
		{"SOURCES", unset, "prometheus://metrics:9090/", true, false},
		{"SOURCES", unset, "file:///etc/passwd", false, false},
		{"SOURCES", unset, "prometheus://127.0.0.1:9090/", false, false},
		{"SOURCES", unset, "prometheus://[::1]:9090/", false, false},
		{"SOURCES", unset, "prometheus://[::ffff:127.0.0.1]/", false, false},
		{"SOURCES", unset, "prometheus://localhost:9090/", false, false},
		{"SOURCES", unset, "prometheus://169.254.169.254/", false, false},
		{"SOURCES", unset, "/etc/passwd", false, false},
		{"SOURCES", unset, "", false, false},
		{"SOURCES", "s3://loads/", "s3://loads/chat/", true, true},
		{"SOURCES", "s3://loads/", "s3://loads-of-others/chat/", false, false},
		{"SOURCES", "s3://loads/a", "s3://loads/ab", false, false},
		{"SOURCES", "s3://loads/a/", "s3://loads/a/../b", false, false},
		{"SOURCES", "s3://loads/a/", "s3://loads/a/b?c", true, true},
		{"SOURCES", "file:///srv/load/", "file:///srv/load/chat.csv", true, false},
		{"SOURCES", "file:///srv/load/", "file:///srv/load/../../etc/passwd", false, false},
		{"SOURCES", "file:///srv/load/", "file:///srv/load/%2e%2e/passwd", false, false},
		{"SOURCES", "file:///srv/load/", "file:///srv/loads", false, false},
		{"SOURCES", "prometheus://127.0.0.1", "prometheus://127.0.0.1:9090/", true, true},
		{"SOURCES", "prometheus://127.0.0.1:9090", "prometheus://127.0.0.1:9091/", false, false},
		{"SOURCES", "prometheus://[::1]", "prometheus://[::1]:9090/", true, true},
		{"SOURCES", "prometheus+https://*.example.com/", "prometheus+https://a.example.com:8443/x", true, false},
		{"SOURCES", "prometheus+https://*.example.com/", "prometheus+https://evil.com/.example.com/", false, false},
		{"SOURCES", "prometheus://*", "prometheus://127.0.0.1:9090/", false, false},
		{"TARGETS", unset, "sim://chat?leadTime=4m", true, false},
		{"TARGETS", unset, "kube://prod/hpa/chat", true, false},
		{"TARGETS", unset, "kube://prod/hpa/chat?context=west", true, false},
		{"TARGETS", unset, "https://scaler.example.com/pools/a", true, false},
		{"TARGETS", unset, "command:///bin/sh?arg=-c&arg=env", false, false},
		{"TARGETS", unset, "http://scaler.example.com/pools/a", false, false},
		{"TARGETS", unset, "https://127.0.0.1/pools/a", false, false},
		{"TARGETS", unset, "https://169.254.169.254/latest/meta-data/", false, false},
		{"TARGETS", unset, "https://0.0.0.0/", false, false},
		{"TARGETS", unset, "https://[fd00:ec2::254]/", false, false},
		{"TARGETS", "http://127.0.0.1:29556/", "http://127.0.0.1:29556/pools", true, true},
		{"TARGETS", "https://good.example.com", "https://good.example.com.evil.com/", false, false},
		{"TARGETS", "https://good.example.com", "https://good.example.com@evil.com/", false, false},
		{"TARGETS", "https://good.example.com", "https://GOOD.example.com/a", true, true},
		{"TARGETS", "command:///opt/pools/", "command:///opt/pools/scale?arg=web", true, false},
		{"TARGETS", "command:///opt/pools/", "command:///opt/pools", true, false},
		{"TARGETS", "command:///opt/pools/scale?arg=web", "command:///opt/pools/scale?arg=web", true, false},
		{"TARGETS", "command:///opt/pools/scale?arg=web", "command:///opt/pools/scale?arg=db", false, false},
		{"TARGETS", "kube://prod/deployment/web-*", "kube://prod/deployment/web-1", true, true},
		{"TARGETS", "kube://prod/deployment/web-*", "kube://prod/deployment/db", false, false},
		{"TARGETS", "kube://prod/", "kube://prod/hpa/chat?context=west", false, false},
		{"TARGETS", "kube://prod?context=west", "kube://prod/hpa/chat?context=west", true, true},
		{"TARGETS", "aws-asg://eu-west-1/,sim://", "aws-asg://us-east-1/chat", false, false},
		{"TARGETS", "aws-asg://eu-west-1/,sim://", "aws-asg://eu-west-1/chat?mode=exact", true, true},
		{"TARGETS", unset, "kube://eu1@prod/hpa/chat", false, false},
		{"TARGETS", "kube://", "kube://eu1@prod/hpa/chat", false, false},
		{"TARGETS", "kube://eu1@", "kube://eu1@prod/hpa/chat", true, false},
		{"TARGETS", "kube://eu1@", "kube://eu2@prod/hpa/chat", false, false},
		{"TARGETS", "kube://eu1@", "kube://prod/hpa/chat", false, false},
		{"TARGETS", "kube://eu*@prod/", "kube://eu2@prod/hpa/chat", true, true},
		{"TARGETS", "kube://eu1@prod/", "kube://eu1@test/hpa/chat", false, false},
		{"TARGETS", "aws-asg://*@", "aws-asg://prod@eu-west-1/chat?mode=exact", true, false},
		{"TARGETS", "https://eu1@", "https://eu1@127.0.0.1/pools", false, false},
		{"TARGETS", "https://eu1@", "https://eu1:secret@scaler.example.com/pools", false, false},
		{"SOURCES", "prometheus://metrics", "prometheus://eu1@metrics:9090/", false, false},
		{"CHANNELS", unset, "https://hooks.slack.com/services/T/B/secret", true, false},
		{"CHANNELS", unset, "http://hooks.example.com/secret", false, false},
		{"CHANNELS", unset, "https://169.254.169.254/secret", false, false},
		{"CHANNELS", unset, "env:SLACK_HOOK", true, false},
		{"CHANNELS", "env:SLACK_*", "env:SLACK_HOOK", true, false},
		{"CHANNELS", "env:SLACK_*", "env:AWS_SECRET_ACCESS_KEY", false, false},
		{"CHANNELS", "sns://eu-west-1/123456789012/", "sns://eu-west-1/123456789012/load", true, true},
		{"CHANNELS", "sns://eu-west-1/123456789012/", "sns://eu-west-1/999999999999/load", false, false},
	} {
		t.Run(test.entries+" "+test.address, func(t *testing.T) {
			b := of(t, map[string]string{"HEADROOM_" + test.list: test.entries})
			list := map[string]bounds.List{"SOURCES": b.Sources, "TARGETS": b.Targets, "CHANNELS": b.Channels}[test.list]
			named, err := list.Allows(test.address)
			if (err == nil) != test.allowed || named != test.named {
				t.Errorf("got named %v, %v, want allowed %v, named %v", named, err, test.allowed, test.named)
			}
			if err != nil && (!errors.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), "HEADROOM_"+test.list) || strings.Contains(err.Error(), "secret")) {
				t.Errorf("%v: want it refused, with the variable and without a secret", err)
			}
		})
	}
}

// TestBounds_Check: a policy beyond a bound is refused with the key and the variable.
func TestBounds_Check(t *testing.T) {
	policy := func() capacity.Policy {
		return capacity.Policy{
			Service: "chat", Demand: capacity.Demand{Source: "s3://loads/chat/"}, Objective: capacity.Objective{Currency: "USD"},
			Pools:  []capacity.Pool{{Name: "a", Target: "sim://a", Max: 40, Price: 2}, {Name: "b", Target: "sim://b", Max: 10, Price: 2}},
			Notify: capacity.Notify{{To: "env:SLACK_HOOK"}},
		}
	}
	b := of(t, map[string]string{"HEADROOM_MAX_UNITS": "40", "HEADROOM_MAX_COST": "100"})
	if err := b.Check(policy()); err != nil {
		t.Errorf("at the bounds: got %v", err)
	}
	for want, spoil := range map[string]func(p *capacity.Policy){
		`demand.source: "file:///etc/passwd" is not among HEADROOM_SOURCES=s3://,prometheus://,prometheus+https:// of the workers; ask who runs the workers to add file:///etc/passwd there`: func(p *capacity.Policy) { p.Demand.Source = "file:///etc/passwd" },
		`target of pool "b": "command:///bin/sh" is not among HEADROOM_TARGETS=`:                  func(p *capacity.Policy) { p.Pools[1].Target = "command:///bin/sh?arg=-c" },
		`max of pool "a": 41 units are beyond HEADROOM_MAX_UNITS of the workers, which allows 40`: func(p *capacity.Policy) { p.Pools[0].Max = 41 },
		`they can cost 102 USD an hour, and HEADROOM_MAX_COST of the workers allows 100`:          func(p *capacity.Policy) { p.Pools[1].Max = 11 },
		`notify: "http://hooks/…" is not among HEADROOM_CHANNELS=`:                                func(p *capacity.Policy) { p.Notify[0].To = "http://hooks/secret" },
	} {
		p := policy()
		spoil(&p)
		if err := b.Check(p); !errors.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it refused: %s", err, want)
		}
	}
	if err := (bounds.Bounds{}).Check(policy()); !errors.Is(err, capacity.ErrRefused) {
		t.Errorf("the zero bounds: got %v, want it refused", err)
	}
}

// TestDevelopment: a development environment reads files and reaches servers of the
// machine, but still runs no program.
func TestDevelopment(t *testing.T) {
	b, err := bounds.Development(func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{"file:///load/", "prometheus://127.0.0.1:9090/", "s3://load-history/"} {
		if _, err := b.Sources.Allows(source); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.Targets.Allows("http://localhost:8080/pools"); err != nil {
		t.Error(err)
	}
	if _, err := b.Targets.Allows("command:///bin/sh"); err == nil {
		t.Error("a program is allowed")
	}
}

// TestFromEnvironment_Wrong: each mistake is told with the variable's name and the entry.
func TestFromEnvironment_Wrong(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"HEADROOM_SOURCES", "s3://loads/,ftp://x", `"ftp://x": write entries such as s3://`},
		{"HEADROOM_TARGETS", "kube", "write entries such as aws-asg://"},
		{"HEADROOM_TARGETS", "https://a:secret@b/", "without a password"},
		{"HEADROOM_SOURCES", "prometheus://a@b/", "without a user"},
		{"HEADROOM_SOURCES", "file:///a/../b", `without ".."`},
		{"HEADROOM_CHANNELS", "slack", "write entries such as https://"},
		{"HEADROOM_MAX_UNITS", "-1", "such as 200"},
		{"HEADROOM_MAX_UNITS", "many", "such as 200"},
		{"HEADROOM_MAX_COST", "NaN", "such as 500"},
		{"HEADROOM_MAX_COST", "Inf", "such as 500"},
	} {
		_, err := bounds.FromEnvironment(func(name string) (string, bool) { return test.value, name == test.name })
		if err == nil || !strings.HasPrefix(err.Error(), test.name) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s=%s: got %v, want %s", test.name, test.value, err, test.want)
		}
	}
}

// TestTransport: a name that leads to the machine itself is refused before anything is
// sent, unless the settings name it.
func TestTransport(t *testing.T) {
	called := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called++ }))
	defer server.Close()
	get := func(named bool) error {
		address := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := (&http.Client{Transport: bounds.Transport(named)}).Do(request)
		if err == nil {
			_ = response.Body.Close()
		}
		return err
	}
	if err := get(false); !errors.Is(err, capacity.ErrRefused) || called > 0 {
		t.Errorf("got %v and %d calls, want it refused and none", err, called)
	}
	if err := get(true); err != nil || called != 1 {
		t.Errorf("named: got %v and %d calls, want one", err, called)
	}
}

func TestInternal(t *testing.T) {
	for ip, want := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true, "0.0.0.0": true, "0.1.2.3": true, "::": true,
		"169.254.169.254": true, "169.254.0.1": true, "fe80::1%eth0": true, "fd00:ec2::254": true, "64:ff9b::7f00:1": true, "64:ff9b::a9fe:a9fe": true,
		"100.100.100.200": true, "168.63.129.16": true, "224.0.0.1": true, "ff02::1": true,
		"10.0.0.1": false, "192.168.1.1": false, "8.8.8.8": false, "fd00::1": false, "2001:db8::1": false, "64:ff9b::808:808": false,
	} {
		if got := bounds.Internal(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: got %v, want %v", ip, got, want)
		}
	}
}
