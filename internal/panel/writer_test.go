package panel_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/internal/panel"
)

func ExampleWriter() {
	s, err := panel.NewReader(strings.NewReader("unique_id,ds,y\nweb,1,5\nweb,2,7\n"), panel.Settings{}).Next()
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := panel.NewWriter(os.Stdout, []string{"naive"})
	if err == nil {
		err = w.Continue(s, [][]float64{{7, 7}})
	}
	if err == nil {
		err = w.Flush()
	}
	fmt.Println(err)
	// Output:
	// unique_id,ds,naive
	// web,3,7
	// web,4,7
	// <nil>
}

func TestWriter(t *testing.T) {
	s, err := panel.NewReader(strings.NewReader("unique_id,ds,y\n\"a, \"\"b\"\"\",1,5\n"), panel.Settings{}).Next()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := panel.NewWriter(&out, []string{"x", "x-q0.9"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Continue(s, [][]float64{{0, 12345678.5, 0.1}, {1e300, 1e-300, 1.0 / 3}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "unique_id,ds,x,x-q0.9\n" +
		"\"a, \"\"b\"\"\",2,0,1e+300\n" +
		"\"a, \"\"b\"\"\",3,12345678.5,1e-300\n" +
		"\"a, \"\"b\"\"\",4,0.1,0.3333333333333333\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

type full struct{}

var errFull = errors.New("disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriter_Full(t *testing.T) {
	w, err := panel.NewWriter(full{}, []string{"x"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
}
