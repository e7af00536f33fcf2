package prometheus

import (
	"errors"
	"fmt"
	"regexp"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"headroom/capacity"
)

// limited is how servers say that a query reads more than they allow: samples,
// chunks, series, points, memory or length of time.
var limited = regexp.MustCompile(`(?i)` +
	`too many samples|maximum resolution of|` + // Prometheus
	`exceeded (the )?[a-z -]*(limit|maximum)|limit [0-9]+ (violated|exceeded)|ResourceExhausted|` + // Thanos
	`err-(mimir|cortex)-max-|hit the (max|aggregated)|max(imum)? number of (chunks|series|samples)|exceeds the (limit|maximum)|` + // Mimir, Cortex
	`-search\.max|too many points|not enough memory`) // VictoriaMetrics

// late is how servers say that a query takes longer than they allow.
var late = regexp.MustCompile(`(?i)timed? ?out|timeout|deadline exceeded|-search\.maxQueryDuration`)

// busy is how servers say that there are too many queries, of whatever length.
var busy = regexp.MustCompile(`(?i)too many (outstanding )?(requests|queries)|too many concurrent|rate limit`)

// A limit is what a shorter range may stay below.
type limit int

const (
	none   limit = iota
	volume       // how much a query may read
	wait         // how long it may take
)

// limitIn tells which limit of the server an error speaks of.
func limitIn(err error) limit {
	var e *v1.Error
	if !errors.As(err, &e) {
		return none
	}
	text := e.Msg + " " + e.Detail
	switch {
	case busy.MatchString(text):
		return none
	case e.Msg == "client error: 413", limited.MatchString(text):
		return volume
	case e.Type == v1.ErrTimeout, e.Type != v1.ErrBadData && late.MatchString(text):
		return wait
	case e.Msg == "server error: 504": // a gateway in front of it
		return wait
	}
	return none
}

// explainLimit is the error of a query whose range cannot be made shorter.
func explainLimit(l limit, err error) error {
	if l == wait {
		return fmt.Errorf("the server ends even the query for one step before it is done; shorten the range of the query, or record it by a recording rule and name that in demand.value: %w", err)
	}
	return fmt.Errorf("even one step is over a limit of the server; shorten the range of the query, or record it by a recording rule and name that in demand.value: %w: %w", err, capacity.ErrBadPolicy)
}
