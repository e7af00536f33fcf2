package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
)

func five() suite {
	s := suite{horizon: 1, season: 1}
	for i, name := range []string{"p", "q", "r", "s", "t"} {
		s.series = append(s.series, name)
		for range 2 {
			s.tasks = append(s.tasks, task{series: i, context: capacity.Series{Values: []float64{float64(i)}}, actual: []float64{1}})
		}
	}
	return s
}

func TestSuite_Half(t *testing.T) {
	a, b := five().half("a"), five().half("b")
	if !cmp.Equal(a.series, []string{"p", "r", "t"}) || !cmp.Equal(b.series, []string{"q", "s"}) {
		t.Errorf("got halves %v and %v, want p r t and q s", a.series, b.series)
	}
	for _, s := range []suite{a, b} {
		for _, task := range s.tasks {
			// The name counts up with the value of the context.
			if want := string(rune('p' + int(task.context.Values[0]))); s.series[task.series] != want {
				t.Errorf("got a task of %s, want %s", s.series[task.series], want)
			}
		}
	}
}

func TestRow_Stand(t *testing.T) {
	base := []answer{{point: []float64{1}, levels: []float64{0.5}, quantiles: [][]float64{{1}}}}
	for _, c := range []struct {
		name   string
		row    row
		levels []float64
	}{
		{"a row with quantiles borrows them", row{answers: []answer{{failed: "no"}, {point: []float64{2}, levels: []float64{0.5}}}}, []float64{0.5}},
		{"a row without borrows none", row{answers: []answer{{failed: "no"}, {point: []float64{2}}}}, nil},
	} {
		c.row.stand(append(base, answer{}))
		got := c.row.answers[0]
		if c.row.failed != 1 || !cmp.Equal(got.point, []float64{1}) || !cmp.Equal(got.levels, c.levels) {
			t.Errorf("%s: got %d failed and %+v", c.name, c.row.failed, got)
		}
	}
}

func TestPeerRun_Complete(t *testing.T) {
	run := peerRun{"peer", map[int]answer{}, map[int]float64{}}
	s := five()
	out := strings.NewReader(`{"place": 2, "seconds": 0.5, "point": [4], "levels": [], "quantiles": []}
a library says hello
{"place": 3, "seconds": 0.25, "point": [5]}
{"place": 7, "seconds": 9, "point": [6]}
{"place": 8, "seconds": 1, "failed": "ValueError"}
{"place": 9, "seconds": 1, "point": [7]}
{"place": 0, "poi`)
	if err := run.read(out, s); err != nil {
		t.Fatal(err)
	}
	part, r := run.complete(s)
	if want := []string{"q", "t"}; !cmp.Equal(part.series, want) {
		t.Errorf("got series %v, want %v, of which both tasks were answered", part.series, want)
	}
	if len(r.answers) != 4 || r.seconds != 2.75 || r.answers[1].point[0] != 5 || r.answers[2].failed == "" {
		t.Errorf("got %+v, want four answers in 2.75 s, the third one failed", r)
	}
	if err := run.read(strings.NewReader(`{"place": 1, "point": [1, 2]}`), s); err == nil {
		t.Error("two steps for a horizon of one: got no error, want one")
	}
}

func TestPeerFile(t *testing.T) {
	s := five()
	s.tasks[0].context.Values = []float64{1, gap}
	file := peerFile(s)
	seen := map[int]bool{}
	for i, told := range file.Tasks {
		seen[told.Place] = true
		if i%2 == 1 && s.tasks[told.Place].series != s.tasks[file.Tasks[i-1].Place].series {
			t.Errorf("tasks %d and %d are of different series, want whole series in turn", file.Tasks[i-1].Place, told.Place)
		}
		if told.Place == 0 && (told.Values[0] == nil || *told.Values[0] != 1 || told.Values[1] != nil) {
			t.Errorf("got %v, want 1 and a gap", told.Values)
		}
	}
	if len(seen) != len(s.tasks) {
		t.Errorf("got %d tasks, want %d", len(seen), len(s.tasks))
	}
}

func TestAddPair(t *testing.T) {
	s := suite{
		name: "m4-x", horizon: 1, season: 1, series: []string{"a"},
		tasks: []task{{0, capacity.Series{Values: []float64{1, 2, 3}}, []float64{10}}},
	}
	by := func(name string, point, seconds float64) row {
		return row{name: name, answers: []answer{{point: []float64{point}}}, seconds: seconds}
	}
	table := peerTable(s)
	lost := addPair(table, s, by("theirs", 9, 2), by("ours", 12, 0.5), by("base", 14, 1))
	if want := []string{"OWA", "sMAPE", "MASE"}; !cmp.Equal(lost, want) {
		t.Errorf("got %v lost, want %v", lost, want)
	}
	// Scale 1; errors 1, 2 and 4; sMAPE 200/19, 400/22 and 800/24.
	want := []string{"theirs", "ours", "1", "0.283 / 0.523", "10.526 / 18.182", "1.000 / 2.000", "– / –", "– / –", "0.5 / 2.0", "4.0×", "0 / 0"}
	if got := table.rows[0]; !cmp.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
