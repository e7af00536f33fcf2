package prometheus_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"headroom/adapters/prometheus"
	"headroom/capacity"
	"headroom/history"
	"headroom/history/historytest"
)

// server starts a real Prometheus that has scraped nothing but holds these
// lines of OpenMetrics, and returns its host and port.
func server(t testing.TB, metrics []byte, flags ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a Prometheus server, which takes a second; run without -short")
	}
	for _, program := range []string{"prometheus", "promtool"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("there is no Prometheus (%v): install the package prometheus; the stub of an API is tested without it", err)
		}
	}
	folder := t.TempDir()
	config, input, data := filepath.Join(folder, "prometheus.yml"), filepath.Join(folder, "metrics"), filepath.Join(folder, "data")
	for path, text := range map[string][]byte{config: []byte("scrape_configs: []\n"), input: metrics} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if said, err := exec.CommandContext(t.Context(), "promtool", "tsdb", "create-blocks-from", "openmetrics", input, data).CombinedOutput(); err != nil {
		t.Fatalf("fill Prometheus: %v\n%s", err, said)
	}
	address := freeAddress(t)
	flags = append([]string{
		"--config.file", config, "--storage.tsdb.path", data,
		"--storage.tsdb.retention.time", "100y", "--web.listen-address", address, "--log.level", "error",
	}, flags...)
	command := exec.CommandContext(t.Context(), "prometheus", flags...)
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	for until := time.Now().Add(time.Minute); ; {
		answer, err := http.Get("http://me:s3cret@" + address + "/-/ready") // of those that ask for a password
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return address
			}
		}
		if time.Now().After(until) {
			t.Fatalf("Prometheus is not ready: %v\n%s", err, said.String())
		}
	}
}

// freeAddress is a port of this machine that nobody listens at.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// openMetrics writes measurements of load as samples of the middle of their
// hour, split over two instances.
func openMetrics(measured []history.Point) []byte {
	var text bytes.Buffer
	fmt.Fprintln(&text, "# TYPE load gauge")
	for _, instance := range []string{"a", "b"} {
		for _, p := range measured {
			fmt.Fprintf(&text, "load{instance=%q} %v %d\n", instance, p.Value/2, p.At.Add(30*time.Minute).Unix())
		}
	}
	fmt.Fprintln(&text, "# EOF")
	return text.Bytes()
}

func TestSource_Prometheus(t *testing.T) {
	historytest.Metered(t, func(t testing.TB, measured []history.Point) (history.Source, capacity.Demand) {
		host := server(t, openMetrics(measured))
		return prometheus.Source{}, capacity.Demand{
			Source: "prometheus://" + host + "/", Value: "sum(sum_over_time(load[$step]))", Step: time.Hour, Window: 24 * time.Hour,
		}
	})
}

// A real server that allows few samples in a query, and asks for a password: the
// whole history is there all the same.
func TestSource_PrometheusLimits(t *testing.T) {
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var measured []history.Point
	for i := range 3 * 24 {
		measured = append(measured, history.Point{At: start.Add(time.Duration(i) * time.Hour), Value: float64(2 * i)})
	}
	// The password is s3cret.
	folder := mustWrite(t, map[string]string{"web.yml": "basic_auth_users: {me: $2b$05$YKhOefvDDhxK70tQpu5s3OYuhYqnefeUAd7Wfzd9HXv/EIIPb6snW}\n"})
	host := server(t, openMetrics(measured), "--query.max-samples=30", "--web.config.file", filepath.Join(folder, "web.yml"))
	d := capacity.Demand{Source: "prometheus://" + host, Value: "sum(sum_over_time(load[$step]))", Step: time.Hour}
	for password, want := range map[string]error{"s3cret": nil, "wrong": capacity.ErrAccess} {
		servers, err := configured(t, "servers:\n- host: "+host+"\n  basic_auth: {username: me, password: "+password+"}\n", nil)
		if err != nil {
			t.Fatal(err)
		}
		table, err := prometheus.Source{Servers: servers}.Fetch(t.Context(), d, start, start.Add(3*24*time.Hour))
		if !errors.Is(err, want) {
			t.Fatalf("%s: got %v, want %v", password, err, want)
		}
		if want == nil && (table.Rows() != 3*24 || table.Value(50) != 100 || table.Summary().Objects < 3) {
			t.Errorf("got %d rows in %d answers, want 72 in several", table.Rows(), table.Summary().Objects)
		}
		table.Release()
	}
}

// More steps than a server answers at once.
func TestSource_PrometheusLong(t *testing.T) {
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var measured []history.Point
	for i := range 360 {
		measured = append(measured, history.Point{At: start.Add(time.Duration(i) * time.Hour), Value: float64(2 * i)})
	}
	d := capacity.Demand{Source: "prometheus://" + server(t, openMetrics(measured)), Value: "sum(last_over_time(load[1h]))", Step: time.Minute}
	table, err := prometheus.Source{}.Fetch(t.Context(), d, start.Add(time.Hour), start.Add(360*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	if want := 359 * 60; table.Rows() != want || table.Summary().Objects != 3 {
		t.Errorf("got %d rows in %d answers, want %d rows in 3", table.Rows(), table.Summary().Objects, want)
	}
	for i := range table.Rows() {
		// A sample of half past an hour is the last one for an hour.
		at := start.Add(time.Hour + time.Duration(i)*time.Minute)
		want := float64(2 * int(at.Add(30*time.Minute+time.Minute-1).Sub(start)/time.Hour-1))
		if at.Minute() == 29 {
			want = table.Value(i) // both ends of a range may belong to it, by version
		}
		if !table.Time(i).Equal(at) || table.Value(i) != want {
			t.Fatalf("row %d: got %v at %s, want %v at %s", i, table.Value(i), table.Time(i), want, at)
		}
	}
}
