package prometheus

import (
	"errors"
	"fmt"
	"net/http"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"headroom/capacity"
)

// errTooMuch is an answer of more bytes than are read.
var errTooMuch = fmt.Errorf("the answer has more than %d MiB, so the query gives very many series; make one of them, such as by sum(...): %w", largest>>20, capacity.ErrBadPolicy)

// refusal is what a status says that no API's answer follows on.
func refusal(status int) error {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("the server does not let us in; set HEADROOM_PROMETHEUS_TOKEN, or HEADROOM_PROMETHEUS_TENANT: %w", capacity.ErrAccess)
	case http.StatusNotFound:
		return fmt.Errorf("no Prometheus answers there; correct the host or the path of demand.source: %w", capacity.ErrNotFound)
	}
	return nil
}

// meanings are the errors that somebody can do something about.
var meanings = map[v1.ErrorType]struct {
	is     error
	remedy string
}{
	v1.ErrBadData:     {capacity.ErrBadPolicy, "correct the query in demand.value"},
	v1.ErrExec:        {capacity.ErrBadPolicy, "the query cannot be evaluated, correct demand.value"},
	v1.ErrBadResponse: {capacity.ErrBadData, "no Prometheus answers so, correct demand.source"},
}

// explain puts an error of the API into the words of capacity. What is not
// known may pass by itself.
func explain(err error) error {
	var e *v1.Error
	if !errors.As(err, &e) || meanings[e.Type].is == nil {
		return err
	}
	m := meanings[e.Type]
	return fmt.Errorf("%s; %s: %w", e.Msg, m.remedy, m.is)
}
