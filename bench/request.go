package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A request is what the command line asks for.
type request struct {
	series int // of fuzz
	// Of policies.
	only   string
	seeds  int
	share  float64
	margin float64
	every  bool

	command string // as it was typed
	data    string // folder
	group   string // of suites, separated by commas
	part    string // dev or test
	half    string // of the list of series: a, b or both
	models  string
	peers   string
	seasons string
	write   string // Markdown file, if any
	jobs    int
	limit   float64 // processor seconds of a peer
	// quantiles asks for a backtest of each single model.
	quantiles      bool
	stdout, stderr io.Writer
}

// test says whether the official part was asked for.
func (r request) test() bool { return r.part == "test" }

// list splits a comma-separated flag.
func list(text string) []string {
	var all []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// seasonsOf is the seasons that the models are given: those of the request, or
// else those of the suite.
func (r request) seasonsOf(suite []int) ([]int, error) {
	switch r.seasons {
	case "":
		return suite, nil
	case "none":
		return nil, nil
	}
	var seasons []int
	for _, text := range list(r.seasons) {
		m, err := strconv.Atoi(text)
		if err != nil || m < 2 {
			return nil, fmt.Errorf("-seasons has %q, which is no number of steps above 1: %w", text, errUsage)
		}
		seasons = append(seasons, m)
	}
	return seasons, nil
}
