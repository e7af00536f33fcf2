package panel_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/internal/panel"
)

// series is a panel file of n series s0, s1 … of one row.
func series(n int) *panel.Reader {
	var text strings.Builder
	text.WriteString("unique_id,ds,y\n")
	for i := range n {
		fmt.Fprintf(&text, "s%d,1,1\n", i)
	}
	return panel.NewReader(strings.NewReader(text.String()), panel.Settings{})
}

func TestMap(t *testing.T) {
	var want []string
	for i := range 50 {
		want = append(want, fmt.Sprintf("s%d", i))
	}
	for _, jobs := range []int{0, 1, 2, 7} {
		var ids []string
		err := panel.Map(t.Context(), series(50), jobs, func(_ context.Context, s panel.Series) (string, error) {
			return s.ID, nil
		}, func(id string) error {
			ids = append(ids, id)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("%d jobs: order (-want +got):\n%s", jobs, diff)
		}
	}
}

// Three are worked on at a time; and while the first of 100 series is held
// back, only so many others are.
func TestMap_Bounded(t *testing.T) {
	const jobs = 3
	var begun atomic.Int32
	full := make(chan struct{})
	err := panel.Map(t.Context(), series(100), jobs, func(_ context.Context, s panel.Series) (int32, error) {
		if begun.Add(1) == jobs {
			close(full)
		}
		if s.ID != "s0" {
			return 0, nil
		}
		<-full // deadlocks unless three are worked on at a time
		return begun.Load(), nil
	}, func(int32) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if got := begun.Load(); got != 100 {
		t.Errorf("got %d series, want 100", got)
	}

	held := make(chan struct{})
	var read atomic.Int32
	err = panel.Map(t.Context(), series(100), jobs, func(_ context.Context, s panel.Series) (string, error) {
		if s.ID == "s0" {
			<-held
		} else if read.Add(1) == jobs {
			close(held)
		}
		return s.ID, nil
	}, func(id string) error {
		// s0 is taken out of the queue, which has room for twice three.
		if got := read.Load(); id == "s0" && got > 2*jobs {
			t.Errorf("got %d series read before the first was done, want at most %d", got, 2*jobs)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMap_Errors(t *testing.T) {
	broken := errors.New("broken")
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	same := func(_ context.Context, s panel.Series) (string, error) { return s.ID, nil }
	keep := func(string) error { return nil }
	for name, test := range map[string]struct {
		ctx  context.Context
		text string
		work func(context.Context, panel.Series) (string, error)
		emit func(string) error
		want string
	}{
		"read":     {t.Context(), "a,1,1\nb,1,1\nc,1,x\n", same, keep, "line 4"},
		"work":     {t.Context(), "a,1,1\nb,1,1\nc,1,1\n", func(context.Context, panel.Series) (string, error) { return "", broken }, keep, "broken"},
		"emit":     {t.Context(), "a,1,1\nb,1,1\nc,1,1\n", same, func(string) error { return broken }, "broken"},
		"canceled": {canceled, "a,1,1\nb,1,1\nc,1,1\n", same, keep, "context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			r := panel.NewReader(strings.NewReader("unique_id,ds,y\n"+test.text), panel.Settings{})
			if err := panel.Map(test.ctx, r, 2, test.work, test.emit); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want …%s…", err, test.want)
			}
		})
	}
}

// What stands before a broken line is emitted, and nothing after it.
func TestMap_UntilError(t *testing.T) {
	r := panel.NewReader(strings.NewReader("unique_id,ds,y\na,1,1\nb,1,1\nc,1,x\nd,1,1\n"), panel.Settings{})
	var ids []string
	err := panel.Map(t.Context(), r, 2, func(_ context.Context, s panel.Series) (string, error) { return s.ID, nil }, func(id string) error {
		ids = append(ids, id)
		return nil
	})
	if err == nil || strings.Join(ids, ",") != "a" {
		t.Errorf("got %v and %v, want a, since b only ends where c begins, and an error", ids, err)
	}
}
