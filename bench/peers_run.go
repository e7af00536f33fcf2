package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// install puts the pinned peers into a virtual environment beside this package
// and returns the folder of this package.
func install(ctx context.Context, stderr io.Writer) (string, error) {
	const home = "bench"
	wanted := filepath.Join(home, "peers", "requirements.txt")
	if _, err := os.Stat(wanted); err != nil {
		return "", fmt.Errorf("start it in the root of the repository: %w: %w", errPeers, err)
	}
	steps := [][]string{{python(home), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted}}
	if _, err := os.Stat(python(home)); err != nil {
		fmt.Fprintln(stderr, "installing the peers (minutes)")
		steps = append([][]string{{"python3", "-m", "venv", filepath.Join(home, ".venv")}}, steps...)
	}
	for _, words := range steps {
		c := exec.CommandContext(ctx, words[0], words[1:]...)
		c.Stdout, c.Stderr = stderr, stderr
		if err := c.Run(); err != nil {
			return "", fmt.Errorf("%s, Python 3.11 or later with venv is needed: %w: %w", strings.Join(words, " "), errPeers, err)
		}
	}
	return home, nil
}

// versions says which releases of the peers are measured.
func versions(home string) (string, error) {
	text, err := os.ReadFile(filepath.Join(home, "peers", "requirements.txt"))
	if err != nil {
		return "", fmt.Errorf("%w: %w", errPeers, err)
	}
	return "Versions: " + strings.ReplaceAll(strings.Join(strings.Fields(string(text)), ", "), "==", " ") + ".", nil
}

func python(home string) string { return filepath.Join(home, ".venv", "bin", "python") }

// A peerTask is what a peer is told of a task.
type peerTask struct {
	Place  int        `json:"place"`
	Group  int        `json:"group"` // tasks of a group are of different series at like origins
	Start  string     `json:"start"` // on the wall clock
	Values []*float64 `json:"values"`
}

type peerSuiteFile struct {
	Step    int        `json:"step"` // seconds
	Horizon int        `json:"horizon"`
	Seasons []int      `json:"seasons"`
	Tasks   []peerTask `json:"tasks"`
}

// A peerAnswer is a line that a peer writes.
type peerAnswer struct {
	Place     int         `json:"place"`
	Seconds   float64     `json:"seconds"`
	Point     []float64   `json:"point"`
	Levels    []float64   `json:"levels"`
	Quantiles [][]float64 `json:"quantiles"`
	Failed    string      `json:"failed"`
}

// peerRun is what a peer answered before its time was up.
type peerRun struct {
	name    string
	answers map[int]answer // by place of the task
	seconds map[int]float64
}

// runPeer lets a peer forecast s for so many processor seconds. One that does
// not come back from a single forecast is stopped, and keeps what it has.
func runPeer(ctx context.Context, home, name string, s suite, limit float64) (peerRun, error) {
	run := peerRun{name, map[int]answer{}, map[int]float64{}}
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return run, fmt.Errorf("%w: %w", errPeers, err)
	}
	defer os.RemoveAll(folder)
	data, err := json.Marshal(peerFile(s))
	if err != nil {
		return run, fmt.Errorf("%w: %w", errPeers, err)
	}
	path := filepath.Join(folder, "tasks.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return run, fmt.Errorf("%w: %w", errPeers, err)
	}
	patience, cancel := context.WithTimeout(ctx, time.Duration((2*limit+60)*float64(time.Second)))
	defer cancel()
	c := exec.CommandContext(patience, python(home), filepath.Join(home, "peers", "forecast.py"), name, path, fmt.Sprint(limit))
	c.Env = os.Environ()
	for _, threads := range []string{"OMP", "OPENBLAS", "MKL", "NIXTLA", "NUMBA", "STAN"} {
		c.Env = append(c.Env, threads+"_NUM_THREADS=1")
	}
	var out, complaints bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaints
	c.WaitDelay = 5 * time.Second // a child of the peer may hold the pipe
	err = c.Run()
	switch {
	case ctx.Err() != nil:
		return run, ctx.Err()
	case err != nil && !errors.Is(patience.Err(), context.DeadlineExceeded):
		return run, fmt.Errorf("%s: %w: %w: %s", name, errPeers, err, strings.TrimSpace(complaints.String()))
	}
	return run, run.read(&out, s)
}

// read takes the lines that a peer wrote; the last may be cut off.
func (run *peerRun) read(out io.Reader, s suite) error {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var a peerAnswer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			continue // the peer was stopped in the middle of it, or a library printed something
		}
		if a.Place < 0 || a.Place >= len(s.tasks) || (a.Failed == "" && len(a.Point) != s.horizon) {
			return fmt.Errorf("%s answered %d steps to task %d: %w", run.name, len(a.Point), a.Place, errPeers)
		}
		run.answers[a.Place] = answer{a.Point, a.Levels, a.Quantiles, a.Failed}
		run.seconds[a.Place] = a.Seconds
	}
	return lines.Err()
}

// complete is the part of s that a peer finished, by whole series, and its
// answers to that.
func (run *peerRun) complete(s suite) (suite, row) {
	whole := make([]bool, len(s.series))
	for i, t := range s.tasks {
		if _, done := run.answers[i]; done {
			whole[t.series] = true
		}
	}
	for i, t := range s.tasks {
		if _, done := run.answers[i]; !done {
			whole[t.series] = false
		}
	}
	r := row{name: run.name}
	for i, t := range s.tasks {
		if whole[t.series] {
			r.answers = append(r.answers, run.answers[i])
			r.seconds += run.seconds[i]
		}
	}
	return s.keep(func(i int) bool { return whole[i] }), r
}

// peerFile is s for a peer, series by series in a fixed random order, so that
// those it finishes in its time are a fair sample.
func peerFile(s suite) peerSuiteFile {
	file := peerSuiteFile{Step: int(s.step / time.Second), Horizon: s.horizon, Seasons: s.seasons}
	if file.Seasons == nil {
		file.Seasons = []int{}
	}
	places := make([][]int, len(s.series))
	for i, t := range s.tasks {
		places[t.series] = append(places[t.series], i)
	}
	for _, series := range rand.New(rand.NewPCG(3, 4)).Perm(len(s.series)) {
		for group, place := range places[series] {
			t := s.tasks[place]
			told := peerTask{Place: place, Group: group, Start: t.context.Start.Format("2006-01-02T15:04:05")}
			for _, v := range t.context.Values {
				if math.IsNaN(v) {
					told.Values = append(told.Values, nil)
				} else {
					told.Values = append(told.Values, &v)
				}
			}
			file.Tasks = append(file.Tasks, told)
		}
	}
	return file
}
