package main

import (
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for name, args := range map[string][]string{
		"no data":       {"m4"},
		"unknown part":  {"m4", "-data", "d", "-part", "all"},
		"unknown half":  {"cloud", "-data", "d", "-half", "c"},
		"no jobs":       {"m4", "-data", "d", "-jobs", "0"},
		"left over":     {"m4", "-data", "d", "hourly"},
		"seasons apart": {"m4", "-data", "d", "-seasons", "24;168"},
	} {
		r, err := parse(args, io.Discard, io.Discard)
		if err == nil {
			_, err = r.seasonsOf(nil)
		}
		if !errors.Is(err, errUsage) {
			t.Errorf("%s: got %v, want %v", name, err, errUsage)
		}
	}
}

func TestRequest_SeasonsOf(t *testing.T) {
	for _, c := range []struct {
		flag string
		want []int
	}{{"", []int{52}}, {"none", nil}, {"24, 168", []int{24, 168}}} {
		got, err := request{seasons: c.flag}.seasonsOf([]int{52})
		if err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("-seasons %q: got %v and %v, want %v", c.flag, got, err, c.want)
		}
	}
}

func TestReplace(t *testing.T) {
	document := "before\n<!-- begin x -->\nold\n<!-- end x -->\nafter <!-- begin y --><!-- end y -->"
	got, err := replace(document, "x", "new\n\n")
	if want := "before\n<!-- begin x -->\nnew\n<!-- end x -->\nafter <!-- begin y --><!-- end y -->"; err != nil || got != want {
		t.Errorf("got %q and %v, want %q", got, err, want)
	}
	if _, err := replace(document, "z", "new"); err == nil {
		t.Error("no markers: got no error, want one")
	}
}

func TestTable(t *testing.T) {
	tab := table{head: []string{"a", "b–c"}}
	tab.add("long", decimal(gap, 2))
	tab.add("x", decimal(1.005, 1))
	want := "| a    | b–c |\n|------|----:|\n| long |   – |\n| x    | 1.0 |\n"
	if got := tab.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestRate(t *testing.T) {
	for v, want := range map[float64]string{1234.5: "1234", 12.6: "13", 4.56: "4.6", 0.0056: "0.0056"} {
		if got := rate(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}
