// Package slack tells notices to incoming webhooks: Slack's, and those of the
// many services that take the same.
package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"headroom/capacity"
)

// A Webhook takes notices.
type Webhook struct {
	URL       string            // a secret, which appears in no error
	Transport http.RoundTripper // carries the requests; nil is [http.DefaultTransport]
}

// Post tells a notice to the webhook. It returns ErrBadPolicy if the webhook will never
// take it. It waits ten seconds for an answer, and follows no redirect: the address itself
// is the secret.
func (w Webhook) Post(ctx context.Context, n capacity.Notice) error {
	client := &http.Client{
		Transport: w.Transport, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	body, err := json.Marshal(struct {
		Text string `json:"text"`
	}{Text(n)})
	if err != nil {
		return fmt.Errorf("encode a notice: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the webhook's URL cannot be read: correct it: %w", capacity.ErrBadPolicy)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		if failed, ok := errors.AsType[*url.Error](err); ok {
			err = failed.Err
		}
		return fmt.Errorf("the webhook on %s did not answer: %w", request.URL.Host, err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read from
	switch code := response.StatusCode; {
	case code/100 == 2:
		return nil
	case code == http.StatusTooManyRequests, code/100 == 5:
		return fmt.Errorf("the webhook on %s is busy (HTTP %d %s)", request.URL.Host, code, http.StatusText(code))
	default:
		return fmt.Errorf("the webhook on %s does not take it (HTTP %d %s): look at its URL: %w", request.URL.Host, code, http.StatusText(code), capacity.ErrBadPolicy)
	}
}

// Text is a notice in Slack's mark-up.
func Text(n capacity.Notice) string {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	text := fmt.Sprintf("*%s* · %s: %s", escape.Replace(n.Service), n.Kind, escape.Replace(n.Text))
	var details []string
	if n.Plan != "" {
		details = append(details, "plan "+n.Plan)
	}
	details = append(details, n.At.UTC().Format(time.RFC3339))
	if n.Audit != "" {
		details = append(details, fmt.Sprintf("audit %.12s", n.Audit))
	}
	return text + "\n" + strings.Join(details, " · ")
}
