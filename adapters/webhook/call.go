package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"headroom/capacity"
)

// maxAnswer is the most bytes of an answer that are read: a state is less than
// a hundred.
const maxAnswer = 64 << 10

// call sends one request and returns the body of a 2xx answer, and what the answer is in
// the words of [described].
func (t *Target) call(ctx context.Context, method string, body []byte, key string) (answer []byte, is string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, string(t.name), bytes.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Idempotency-Key", key)
	}
	if len(t.caller.Secret) > 0 {
		request.Header.Set(SignatureHeader, Sign(t.caller.Secret, body, t.caller.Now()))
	}
	response, err := t.client.Do(request)
	if err != nil {
		if failed, ok := errors.AsType[*url.Error](err); ok {
			if failed.Timeout() && ctx.Err() == nil {
				return nil, "", fmt.Errorf("no answer within %v; look at the receiver: %w", t.caller.Timeout, failed.Err)
			}
			err = failed.Err // the address is in the message already
		}
		return nil, "", fmt.Errorf("no answer; check that the receiver runs, its address and the network: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read from
	is = described(response)
	answer, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case response.StatusCode/100 != 2:
		return nil, "", refusal(response, is, answer)
	case err != nil:
		return nil, "", fmt.Errorf("the answer broke off: %w", err)
	case len(answer) > maxAnswer:
		return nil, "", fmt.Errorf("the answer is longer than %d bytes: %w", maxAnswer, capacity.ErrBadData)
	}
	return answer, is, nil
}

// stayHere follows a redirect only within the host and with the same method:
// what is signed for one host is no other's business, and a PUT that became a
// GET would be taken for accepted.
func stayHere(next *http.Request, before []*http.Request) error {
	first := before[0]
	if len(before) > 3 || next.URL.Scheme != first.URL.Scheme || next.URL.Host != first.URL.Host || next.Method != first.Method {
		return http.ErrUseLastResponse
	}
	return nil
}

// meanings are the codes by which a receiver says why it did not do it. After
// any other, trying again is the remedy.
var meanings = map[int]struct {
	is     error
	remedy string
}{
	http.StatusUnauthorized:        {capacity.ErrAccess, "the receiver does not know the caller; check the secret, and the clocks of both"},
	http.StatusForbidden:           {capacity.ErrAccess, "the receiver does not allow it; grant it there"},
	http.StatusNotFound:            {capacity.ErrNoSuchTarget, "nothing is there; correct target in the policy"},
	http.StatusGone:                {capacity.ErrNoSuchTarget, "nothing is there any more; correct target in the policy"},
	http.StatusConflict:            {capacity.ErrConflict, "somebody else changed it at the same moment"},
	http.StatusRequestTimeout:      {capacity.ErrTargetBusy, "it is asked again later"},
	http.StatusTooEarly:            {capacity.ErrTargetBusy, "it is asked again later"},
	http.StatusTooManyRequests:     {capacity.ErrTargetBusy, "it is asked again later"},
	http.StatusServiceUnavailable:  {capacity.ErrTargetBusy, "it is asked again later"},
	http.StatusUnprocessableEntity: {capacity.ErrOutOfBounds, "look at what it can run, and at min and max in the policy"},
	http.StatusLocked:              {capacity.ErrStopped, "somebody has stopped changes there; they are allowed again where that was done"},
	http.StatusInsufficientStorage: {capacity.ErrNoCapacity, "ask later, or name a second pool in the policy"},
}

// refusal is an answer that is no 2xx, in the words of capacity.
func refusal(response *http.Response, said string, answer []byte) error {
	if response.StatusCode == http.StatusLocked {
		if line, _, _ := strings.Cut(strings.TrimSpace(string(answer)), "\n"); line != "" {
			said = fmt.Sprintf("%s: %.200q", said, line)
		}
	}
	if after := response.Header.Get("Retry-After"); after != "" {
		said = fmt.Sprintf("%s, retry after %.40q", said, after)
	}
	if response.StatusCode/100 == 3 {
		return fmt.Errorf("the receiver points to %.200q, which is not followed; write the new address in the policy (%s): %w",
			response.Header.Get("Location"), said, capacity.ErrNoSuchTarget)
	}
	m, known := meanings[response.StatusCode]
	if !known {
		return fmt.Errorf("the receiver failed; look at its log (%s)", said)
	}
	return fmt.Errorf("%s (%s): %w", m.remedy, said, m.is)
}

// described is what a message says of an answer: its status and its media type. What else
// it holds is not quoted, but for the reason of a stop: an address that a policy names may
// lead to a secret.
func described(response *http.Response) string {
	is := fmt.Sprintf("HTTP %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	if media, _, err := mime.ParseMediaType(response.Header.Get("Content-Type")); err == nil {
		is += fmt.Sprintf(", %.64s", media)
	}
	return is
}
