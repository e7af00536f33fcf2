package prometheus

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"headroom/capacity"
)

// errTooMuch is an answer of more bytes than are read.
var errTooMuch = fmt.Errorf("the answer has more than %d MiB, so the query gives very many series; make one of them, such as by sum(...): %w", largest>>20, capacity.ErrBadPolicy)

// refusal is what a status says that no API's answer follows on. Known tells
// whether there are settings for the server.
func refusal(status int, known bool) error {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		if known {
			return fmt.Errorf("the server refuses the credentials that are set for it; correct them: %w", capacity.ErrAccess)
		}
		return fmt.Errorf("the server asks for credentials, and none are set for its host; set HEADROOM_PROMETHEUS_HOST and HEADROOM_PROMETHEUS_TOKEN, or name it in the file of HEADROOM_PROMETHEUS_CONFIG: %w", capacity.ErrAccess)
	case http.StatusNotFound:
		return fmt.Errorf("no Prometheus answers there; correct the host or the path of demand.source: %w", capacity.ErrNotFound)
	}
	return nil
}

// distrust puts errors of TLS into the words of capacity.
func distrust(err error) error {
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return fmt.Errorf("the server's certificate is not trusted; name its authority in tls_config.ca_file, in the file of HEADROOM_PROMETHEUS_CONFIG: %w: %w", err, capacity.ErrAccess)
	case strings.Contains(err.Error(), "tls: certificate required"), strings.Contains(err.Error(), "tls: bad certificate"):
		return fmt.Errorf("the server asks for a client's certificate; name one in tls_config.cert_file and key_file, in the file of HEADROOM_PROMETHEUS_CONFIG: %w: %w", err, capacity.ErrAccess)
	}
	return err
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
