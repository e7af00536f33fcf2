package main

import (
	"slices"
	"strings"
	"testing"
)

func TestReadDemo(t *testing.T) {
	const said = "Temporal     127.0.0.1:7233  (Web UI http://127.0.0.1:8233)\n" +
		"Report       file:///tmp/a folder/report.html\n" +
		"Runs         http://127.0.0.1:8233/namespaces/default/workflows/plan%2Fchat\n" +
		"             http://127.0.0.1:8233/namespaces/default/workflows/execute%2Fchat\n" +
		"             ctrl-C stops the servers\n"
	d, err := readDemo(strings.NewReader(said))
	if err != nil {
		t.Fatal(err)
	}
	if d.ui != "http://127.0.0.1:8233" || d.report != "file:///tmp/a folder/report.html" {
		t.Errorf("got UI %q and report %q", d.ui, d.report)
	}
	want := []string{"plan/chat", "execute/chat"}
	var got []string
	for _, address := range d.runs {
		id, err := workflowID(address)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, id)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got runs %q, want %q", got, want)
	}
}

func TestReadDemo_Incomplete(t *testing.T) {
	for name, said := range map[string]string{
		"ends early":  "Temporal     127.0.0.1:7233  (Web UI http://127.0.0.1:8233)\n",
		"names no UI": "             ctrl-C stops the servers\n",
	} {
		t.Run(name, func(t *testing.T) {
			if d, err := readDemo(strings.NewReader(said)); err == nil {
				t.Errorf("got %+v, want an error", d)
			}
		})
	}
}
