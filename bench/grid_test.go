package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestGrid(t *testing.T) {
	at := func(text string) time.Time {
		when, err := instant(text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	got := grid([]measurement{
		{at("2024-05-01T00:50:00-04:00"), 9}, // one of six: a gap, and cut off
		{at("2024-05-01T01:00:00-04:00"), 1},
		{at("2024-05-01T01:10:00-04:00"), 2},
		{at("2024-05-01T01:55:00-04:00"), 6},
		{at("2024-05-01T02:30:00-04:00"), 7}, // one of six: a gap
		{at("2024-05-01T03:00:00-04:00"), 4},
		{at("2024-05-01T03:20:00-04:00"), 4},
		{at("2024-05-01T03:40:00-04:00"), 10},
	}, 10*time.Minute, time.Hour)
	if want := []float64{3, gap, 6}; !cmp.Equal(got.Values, want, cmpopts.EquateNaNs()) {
		t.Errorf("got %v, want %v", got.Values, want)
	}
	if want := at("2024-05-01T01:00:00-04:00"); !got.Start.Equal(want) {
		t.Errorf("got a start at %v, want %v", got.Start, want)
	}
}

func TestInstant(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2014-05-14T01:14:00":       time.Date(2014, 5, 14, 1, 14, 0, 0, time.UTC),
		"1995-07-01T00:00:00-04:00": time.Date(1995, 7, 1, 4, 0, 0, 0, time.UTC),
		"3600":                      start.Add(time.Hour),
	} {
		if got, err := instant(text); err != nil || !got.Equal(want) {
			t.Errorf("%q: got %v and %v, want %v", text, got, err, want)
		}
	}
	if _, err := instant("yesterday"); err == nil {
		t.Error("yesterday: got no error, want one")
	}
}

func TestCloudList(t *testing.T) {
	names := map[string]bool{}
	hourly, fine := 0, 0
	for _, l := range cloudList() {
		if names[l.name] {
			t.Errorf("%q is listed twice", l.name)
		}
		names[l.name] = true
		if l.licence == "" {
			t.Errorf("%q has no licence", l.name)
		}
		if l.native <= time.Hour {
			hourly++
		}
		if l.native <= 5*time.Minute {
			fine++
		}
	}
	if hourly != 30 || fine != 25 {
		t.Errorf("got %d series by the hour and %d by 5 minutes, want the frozen 30 and 25", hourly, fine)
	}
}
