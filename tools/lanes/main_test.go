package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	const lines = `{"Action":"output","Package":"headroom/a","Test":"TestMoto","Output":"=== RUN   TestMoto\n"}
{"Action":"output","Package":"headroom/a","Test":"TestMoto","Output":"    moto.go:24: moto_server is not there: install it\n"}
{"Action":"skip","Package":"headroom/a","Test":"TestMoto"}
{"Action":"output","Package":"headroom/a","Test":"TestMoto2","Output":"    x_test.go:9: moto_server is not there: install it\n"}
{"Action":"skip","Package":"headroom/a","Test":"TestMoto2"}
{"Action":"output","Package":"headroom/b","Test":"TestChaos","Output":"    chaos_test.go:24: not part of make test: run make chaos\n"}
{"Action":"skip","Package":"headroom/b","Test":"TestChaos"}
{"Action":"output","Package":"headroom/b","Test":"TestBad","Output":"    b_test.go:3: got 1\n"}
{"Action":"fail","Package":"headroom/b","Test":"TestBad"}
{"Action":"output","Package":"headroom/a","Output":"ok  \theadroom/a\t0.1s\n"}
{"Action":"skip","Package":"headroom/none"}
`
	var out strings.Builder
	r := newRun(&out)
	r.read(strings.NewReader(lines))
	if !r.summarise(false) {
		t.Error("skipped tests failed a run that is not of CI")
	}
	if r.summarise(true) {
		t.Error("skipped tests passed in CI")
	}
	for _, want := range []string{
		"b_test.go:3: got 1", "ok  \theadroom/a", "  run make chaos: b.TestChaos\n",
		"  moto_server is not there: install it: a.TestMoto and 1 more\n", "FAIL: with CI=true",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got\n%s\nwant %q in it", &out, want)
		}
	}
	delete(r.skipped, "moto_server is not there: install it")
	if !r.summarise(true) {
		t.Error("a test with a make target of its own failed CI")
	}
}
