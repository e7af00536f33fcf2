package policy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/policy"
)

const folder = "../testdata/policies"

// least is the least that a policy must say.
const least = `service: chat
demand: {source: s3://load-history/chat/}
capacity:
  pools:
    - {target: sim://chat, unitRate: 120, max: 40, price: 1.006}
objective: {missing: 40}
`

func mustRead(tb testing.TB, file string) string {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(folder, file))
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

func mustParse(tb testing.TB, text string) (capacity.Policy, []policy.Default) {
	tb.Helper()
	p, defaults, err := policy.Parse("test.yaml", strings.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	return p, defaults
}

// files lists the names under testdata/policies that end in suffix, without it.
func files(tb testing.TB, suffix string) []string {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*"+suffix))
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no %s file in %s (%v)", suffix, folder, err)
	}
	var names []string
	for _, path := range paths {
		names = append(names, strings.TrimSuffix(filepath.Base(path), suffix))
	}
	return names
}

func TestParse_Good(t *testing.T) {
	for _, name := range files(t, ".good.yaml") {
		t.Run(name, func(t *testing.T) {
			p, _, err := policy.ParseBeside(os.DirFS(folder), name+".good.yaml", strings.NewReader(mustRead(t, name+".good.yaml")))
			if err != nil {
				t.Fatal(err)
			}
			data, err := json.MarshalIndent(p, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got := string(data) + "\n"
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(filepath.Join(folder, name+".golden.json"), []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(mustRead(t, name+".golden.json"), got); diff != "" {
				t.Errorf("parsed policy (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParse_Bad(t *testing.T) {
	names := files(t, ".bad.yaml")
	for name := range mistakes {
		if !slices.Contains(names, name) {
			t.Errorf("there is no %s.bad.yaml", name)
		}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			file := name + ".bad.yaml"
			p, defaults, err := policy.ParseBeside(os.DirFS(folder), file, strings.NewReader(mustRead(t, file)))
			if err == nil {
				t.Fatalf("got policy %+v, want an error", p)
			}
			if !errors.Is(err, capacity.ErrBadPolicy) {
				t.Errorf("got %v, want an ErrBadPolicy", err)
			}
			var want []string
			for _, line := range mistakes[name] {
				if line, inOther := strings.CutPrefix(line, "@"); inOther {
					want = append(want, line)
				} else {
					want = append(want, file+":"+line)
				}
			}
			if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(capacity.Policy{}, p); diff != "" || defaults != nil {
				t.Errorf("got policy %+v and defaults %v beside the error, want none", p, defaults)
			}
		})
	}
}

func TestParse_Defaults(t *testing.T) {
	_, defaults := mustParse(t, least)
	var got []string
	for _, d := range defaults {
		got = append(got, d.Key+" = "+d.Value)
		if d.Why == "" {
			t.Errorf("default of %s has no reason", d.Key)
		}
	}
	want := []string{
		"demand.time = timestamp",
		"demand.value = value",
		"demand.aggregate = sum",
		"demand.step = 5m",
		"demand.timezone = UTC",
		"demand.window = 28d",
		"forecast.horizon = 48h",
		"forecast.retrain = 0 3 * * *",
		"forecast.calendar = none",
		"forecast.promoteBy = error",
		"schedule.plan = 0 * * * *",
		"schedule.watch = */10 * * * *",
		"schedule.regret = 0 5 * * 1",
		"schedule.replan = 30m",
		"schedule.overlap = skip",
		"schedule.catchUp = 1h",
		"schedule.jitter = 30s",
		"schedule.state = active",
		"capacity.pools[0].name = chat",
		"capacity.pools[0].min = 1",
		"capacity.pools[0].leadTime = 5m",
		"capacity.pools[0].market = on-demand",
		"capacity.pools[0].paid = 0 units",
		"capacity.pools[0].changes = none",
		"capacity.ramp.up = none",
		"capacity.ramp.down = none",
		"capacity.hold = 0s",
		"objective.change = 0",
		"objective.budget = none",
		"control.mode = propose",
		"control.approval.above = 0 units",
		"control.approval.expires = 4h",
		"control.freeze = none",
		"control.promotionFreeze = none", "control.policyFreeze = none",
		"control.floor = none",
		"control.live = off",
		"audit.keep = forever",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	if _, none := mustParse(t, mustRead(t, "full.good.yaml")); none != nil {
		t.Errorf("got defaults %v for a file that says everything, want none", none)
	}
}

func TestParse_TooLarge(t *testing.T) {
	text := least + strings.Repeat("# and so on\n", 64<<10/12)
	_, _, err := policy.Parse("large.yaml", strings.NewReader(text))
	if want := "large.yaml:1: more than 65536 bytes; "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s…", err, want)
	}
	if !errors.Is(err, capacity.ErrBadPolicy) {
		t.Errorf("got %v, want an ErrBadPolicy", err)
	}
}

func TestParse_Endless(t *testing.T) {
	for name, r := range map[string]io.Reader{
		"zeros":  repeat("\x00"),
		"nested": repeat("["),
		"spaces": repeat(" "),
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := policy.Parse("x.yaml", r); !errors.Is(err, capacity.ErrBadPolicy) {
				t.Errorf("got %v, want an ErrBadPolicy", err)
			}
		})
	}
}

// repeat is an endless reader of one letter.
type repeat string

func (r repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r[0]
	}
	return len(p), nil
}

func TestParse_Deep(t *testing.T) {
	_, _, err := policy.Parse("deep.yaml", strings.NewReader("demand: "+strings.Repeat("[", 60_000)))
	if !errors.Is(err, capacity.ErrBadPolicy) {
		t.Errorf("got %v, want an ErrBadPolicy", err)
	}
}

func TestParse_ReaderFails(t *testing.T) {
	broken := errors.New("disk on fire")
	_, _, err := policy.Parse("chat.yaml", iotest.ErrReader(broken))
	if !errors.Is(err, broken) || errors.Is(err, capacity.ErrBadPolicy) {
		t.Errorf("got %v, want the reader's error and no ErrBadPolicy", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, suffix := range []string{".good.yaml", ".bad.yaml"} {
		for _, name := range files(f, suffix) {
			f.Add(mustRead(f, name+suffix))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, _, err := policy.Parse("fuzz.yaml", strings.NewReader(text))
		if err == nil {
			again, _, err := policy.Parse("again.yaml", strings.NewReader(policy.Format(p)))
			if diff := cmp.Diff(p, again); err != nil || diff != "" {
				t.Errorf("written and read again: error %v, difference %s, text:\n%s", err, diff, policy.Format(p))
			}
			data, err := policy.FormatJSON(p)
			if err != nil || !json.Valid(data) {
				t.Fatalf("got %v, %s, want valid JSON", err, data)
			}
			again, _, err = policy.Parse("again.yaml", bytes.NewReader(data))
			if diff := cmp.Diff(p, again); err != nil || diff != "" {
				t.Errorf("written in JSON and read again: error %v, difference %s, text:\n%s", err, diff, data)
			}
			return
		}
		if !errors.Is(err, capacity.ErrBadPolicy) {
			t.Errorf("got %v, want an ErrBadPolicy", err)
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			var number int
			if _, err := fmt.Sscanf(line, "fuzz.yaml:%d: ", &number); err != nil || number < 1 {
				t.Errorf("%q does not start with file and line", line)
			}
		}
	})
}

// A file that is no policy at all is refused in few lines.
func TestParse_ManyMistakes(t *testing.T) {
	var text strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&text, "key%d: 1\n", i)
	}
	_, _, err := policy.Parse("many.yaml", strings.NewReader(text.String()))
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 51 || !errors.Is(err, capacity.ErrBadPolicy) || !strings.Contains(err.Error(), "2954 more mistakes") {
		t.Errorf("got %d lines, want 50 mistakes of 3,004 and how many more there are: %.300s", lines, err)
	}
}
